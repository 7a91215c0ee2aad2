"""Addresses of asking, of answers as they were given, and of corrections."""

from __future__ import annotations

from django.urls import URLPattern, path

from routing.page import ticket_views, views

urlpatterns: list[URLPattern] = [
    path("routing/", views.ask, name="ask"),
    path("routing/keep/", views.keep, name="keep"),
    path("routing/decisions/<int:pk>/", views.decision, name="decision"),
    path("routing/decisions/<int:pk>/wrong/", views.wrong, name="wrong"),
    path("routing/corrections/", views.listed, name="corrections"),
    path("routing/corrections/<int:pk>/", views.correction, name="correction"),
    path("routing/tickets/<str:reference>/reply/", ticket_views.reply, name="ticket_reply"),
    path("routing/tickets/<str:reference>/note/", ticket_views.note, name="ticket_note"),
]
