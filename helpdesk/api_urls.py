"""Everything below /api/: version 1, its schema and its documentation."""

from __future__ import annotations

from django.urls import include, path
from drf_spectacular.views import SpectacularAPIView, SpectacularSwaggerSplitView

from certification import api as certification
from helpdesk.api import TokenScheme
from loa.api import LetterRequestDetail, LetterRequests
from loa.api_verbs import CheckAgain, ChooseAccount, Decide, Recall
from nfr.register.api import CountSeats, EndLicence, LicenceDetail, Licences
from partners.api import PartnerDetail, PartnerList
from partners.standing_api import PartnerStanding
from portal.api import Requests
from routing.api import AccountOwner, OpportunityOwner
from routing.bulk.api_urls import urlpatterns as ownership_changes
from service_attach.api import CorrectProof, ProofDetail, Proofs

__all__ = ["TokenScheme", "urlpatterns"]  # the schema finds the scheme once it is imported

urlpatterns = [
    path("v1/", include("tickets.api.urls")),
    path("v1/partners/", PartnerList.as_view()),
    path("v1/partners/<int:pk>/", PartnerDetail.as_view()),
    path("v1/partners/<int:pk>/standing/", PartnerStanding.as_view()),
    path("v1/loa-requests/", LetterRequests.as_view()),
    path("v1/loa-requests/<int:pk>/", LetterRequestDetail.as_view()),
    path("v1/loa-requests/<int:pk>/decide/", Decide.as_view()),
    path("v1/loa-requests/<int:pk>/account/", ChooseAccount.as_view()),
    path("v1/loa-requests/<int:pk>/check-again/", CheckAgain.as_view()),
    path("v1/loa-requests/<int:pk>/recall/", Recall.as_view()),
    path("v1/service-attach/", Proofs.as_view()),
    path("v1/service-attach/<int:pk>/", ProofDetail.as_view()),
    path("v1/service-attach/<int:pk>/correct/", CorrectProof.as_view()),
    path("v1/certification-reports/", certification.Reports.as_view()),
    path("v1/certification-reports/<int:pk>/", certification.ReportDetail.as_view()),
    path("v1/certification-reports/<int:pk>/file/", certification.ReportFile.as_view()),
    path("v1/certification-reports/<int:pk>/partner/", certification.Assign.as_view()),
    path("v1/certification-reports/<int:pk>/rows/", certification.DecideRows.as_view()),
    path("v1/certification-reports/<int:pk>/attach/", certification.Attach.as_view()),
    path("v1/certification-reports/<int:pk>/withdraw/", certification.Withdraw.as_view()),
    path("v1/nfr-licences/", Licences.as_view()),
    path("v1/nfr-licences/<int:pk>/", LicenceDetail.as_view()),
    path("v1/nfr-licences/<int:pk>/count/", CountSeats.as_view()),
    path("v1/nfr-licences/<int:pk>/end/", EndLicence.as_view()),
    path("v1/routing/ownership-changes/", include(ownership_changes)),
    path("v1/requests/", Requests.as_view()),
    path("v1/routing/account/", AccountOwner.as_view()),
    path("v1/routing/opportunity/", OpportunityOwner.as_view()),
    path("v1/schema/", SpectacularAPIView.as_view(permission_classes=[]), name="api-schema"),
    path("docs/", SpectacularSwaggerSplitView.as_view(url_name="api-schema", permission_classes=[]), name="api-docs"),
]
