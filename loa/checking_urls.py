"""Addresses where a letter is checked again, and where its partner is chosen."""

from __future__ import annotations

from django.urls import path

from loa.views import checking

app_name = "checking"
urlpatterns = [
    path("loa/<int:pk>/checks/again/", checking.again, name="again"),
    path("loa/<int:pk>/account/", checking.account, name="account"),
]
