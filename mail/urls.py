"""Addresses of the pages about mail (contract §2)."""

from __future__ import annotations

from django.urls import URLPattern, path

from mail.views import again, mailboxes, quarantine, recorder

app_name = "mail"
urlpatterns: list[URLPattern] = [
    path("quarantine/", quarantine.aside, name="quarantine"),
    path("quarantine/decide/", quarantine.decide, name="quarantine_decide"),
    path("quarantine/<int:pk>/", quarantine.message, name="quarantined"),
    path("quarantine/<int:pk>/original/", quarantine.original, name="quarantine_original"),
    path("quarantine/<int:pk>/release/", quarantine.release, name="quarantine_release"),
    path("quarantine/<int:pk>/ticket/", quarantine.make_ticket, name="quarantine_ticket"),
    path("quarantine/<int:pk>/discard/", quarantine.discard, name="quarantine_discard"),
    path("quarantine/<int:pk>/put-back/", quarantine.put_back, name="quarantine_put_back"),
    path("recorder/", recorder.recorder, name="recorder"),
    path("recorder/<uuid:pk>/try-again/", again.one, name="again"),
    path("mailboxes/", mailboxes.mailboxes, name="mailboxes"),
    path("mailboxes/new/", mailboxes.add, name="mailbox_new"),
    path("mailboxes/brake/release/", mailboxes.release_brake, name="brake_release"),
    path("mailboxes/brake/limit/", mailboxes.set_limit, name="brake_limit"),
    path("mailboxes/try-again/", again.everything, name="again_all"),
    path("mailboxes/undeliverable/<int:pk>/clear/", mailboxes.clear_address, name="undeliverable_clear"),
    path("mailboxes/<int:pk>/", mailboxes.edit, name="mailbox"),
    path("mailboxes/<int:pk>/switch/", mailboxes.switch, name="mailbox_switch"),
    path("mailboxes/<int:pk>/try/", mailboxes.try_now, name="mailbox_try"),
    path("mailboxes/<int:pk>/reconcile/", mailboxes.reconcile, name="mailbox_reconcile"),
]
