"""Every address of the desk; /healthz, /readyz and /metrics are answered by web.health before any of these."""

from __future__ import annotations

from allauth.account.decorators import secure_admin_login
from django.contrib import admin
from django.urls import include, path

from helpdesk import views

handler400 = "web.errors.bad_request"
handler403 = "web.errors.permission_denied"
handler404 = "web.errors.not_found"
handler500 = "web.errors.server_error"

# One door: the sign-in page, which counts failures; the admin's own form would not.
admin.site.login = secure_admin_login(admin.site.login)  # type: ignore[method-assign]

urlpatterns = [
    path("", views.home, name="home"),
    path("", include("portal.urls")),
    path("", include("portal.guides.urls")),
    path("", include("orders.urls")),
    path("", include("nfr.facts_urls")),
    path("", include("tickets.urls")),
    path("", include("loa.urls")),
    path("", include("loa.deciding_urls")),
    path("", include("loa.tailored.urls")),
    path("", include("loa.checking_urls")),
    path("", include("service_attach.urls")),
    path("", include("certification.urls")),
    path("", include("nfr.register.urls")),
    path("", include("routing.bulk.urls")),
    path("", include("routing.audit.urls")),
    path("", include("routing.team.urls")),
    path("", include("routing.urls")),
    path("", include("routing.ownership.urls")),
    path("", include("routing.directory.urls")),
    path("", include("partners.urls")),
    path("", include("partners.sync_urls")),
    path("", include("integrations.urls")),
    path("", include("partners.certified.urls")),
    path("", include("partners.dashboard.urls")),
    path("", include("partners.requirements.urls")),
    path("", include("mail.urls")),
    path("", include("mail.away.urls")),
    path("", include("people.urls")),
    path("", include("web.urls")),
    path("api/", include("helpdesk.api_urls")),
    path("admin/", admin.site.urls),
]
