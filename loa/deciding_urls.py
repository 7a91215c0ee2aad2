"""Addresses where a letter is decided, and of the way to DocuSign and back."""

from __future__ import annotations

from django.urls import path

from loa.views import deciding

app_name = "deciding"
urlpatterns = [
    path("loa/<int:pk>/decide/", deciding.decide, name="decide"),
    path("loa/<int:pk>/decide/anew/", deciding.anew, name="anew"),
    path("loa/<int:pk>/docusign/", deciding.ask, name="ask"),
    path("loa/<int:pk>/docusign/<str:token>/", deciding.wait, name="wait"),
    path("loa/<int:pk>/back/", deciding.back, name="back"),
]
