"""Addresses of the desk's API."""

from __future__ import annotations

from django.urls import path

from tickets.api import prepared, recognised, steps, views

urlpatterns = [
    path("tickets/", views.TicketList.as_view()),
    path("tickets/<str:reference>/", views.TicketDetail.as_view()),
    path("tickets/<str:reference>/messages/", views.MessageList.as_view()),
    path("tickets/<str:reference>/events/", views.EventList.as_view()),
    path("tickets/<str:reference>/steps/", steps.StepList.as_view()),
    path("tickets/<str:reference>/steps/<slug:slug>/confirm/", steps.Confirm.as_view()),
    path("tickets/<str:reference>/steps/<slug:slug>/retry/", steps.Retry.as_view()),
    path("tickets/<str:reference>/steps/<slug:slug>/skip/", steps.Skip.as_view()),
    path("tickets/<str:reference>/steps/<slug:slug>/done-by-hand/", steps.DoneByHand.as_view()),
    path("tickets/<str:reference>/steps/<slug:slug>/undo/", steps.Undo.as_view()),
    path("tickets/<str:reference>/steps/<slug:slug>/go-back/", steps.GoBack.as_view()),
    path("tickets/<str:reference>/recognition/", recognised.RecognitionDetail.as_view()),
    path("tickets/<str:reference>/prepared-reply/", prepared.Prepared.as_view()),
    path("tickets/<str:reference>/prepared-reply/withdraw/", prepared.Withdraw.as_view()),
    path("tickets/<str:reference>/attachments/", views.Uploads.as_view()),
    path("tickets/<str:reference>/attachments/<int:pk>/", views.Download.as_view()),
    path("attachments/<int:pk>/", views.Download.as_view()),
]
