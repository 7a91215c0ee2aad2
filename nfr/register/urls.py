"""Addresses of the register (contract §2, `/nfr/`)."""

from __future__ import annotations

from django.urls import URLPattern, path

from nfr.program import views as program
from nfr.register import import_views, views

app_name = "nfr_register"
urlpatterns: list[URLPattern] = [
    path("nfr/", views.register, name="list"),
    path("nfr/export/", views.export, name="export"),
    path("nfr/new/", views.new, name="new"),
    path("nfr/import/", import_views.upload, name="import"),
    path("nfr/import/<uuid:pk>/", import_views.preview, name="preview"),
    path("nfr/<int:pk>/", views.licence, name="licence"),
    path("nfr/<int:pk>/change/", views.change, name="change"),
    path("nfr/<int:pk>/renew/", views.renew, name="renew"),
    path("nfr/<int:pk>/end/", views.end, name="end"),
    path("nfr/<int:pk>/goes-on/", views.goes_on, name="goes_on"),
    path("nfr/<int:pk>/count/", views.count, name="count"),
    path("settings/nfr/", program.terms, name="terms"),
    path("settings/nfr/new/", program.new, name="terms_new"),
    path("settings/nfr/<int:pk>/", program.edit, name="terms_edit"),
    path("settings/nfr/<int:pk>/end/", program.end, name="terms_end"),
]
