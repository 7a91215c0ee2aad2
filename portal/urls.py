"""Addresses of the partner's side."""

from __future__ import annotations

from django.urls import path

from portal.views import draft, home, request, track

app_name = "portal"
urlpatterns = [
    path("request/", request.request_form, name="request"),
    path("request/received/", request.received, name="received"),
    path("request/draft/", draft.keep, name="draft"),
    path("request/draft/files/", draft.files, name="draft_files"),
    path("request/track/<str:token>/", track.track, name="track"),
    path("request/track/<str:token>/files/<int:pk>/", track.attachment, name="attachment"),
    path("request/track/<str:token>/letter/", track.letter, name="letter"),
    path("request/track/<str:token>/new-link/", track.new_link, name="new_link"),
    path("portal/", home.requests, name="home"),
    path("portal/letters/<int:pk>/", home.letter, name="own_letter"),
    path("portal/<str:reference>/", home.one, name="one"),
]
