"""Addresses of the desk's pages (contract §2)."""

from __future__ import annotations

from django.urls import URLPattern, path

from tickets.views import (
    attachments,
    composer,
    mails,
    new,
    papers,
    partners,
    procedures,
    queue,
    resources,
    responses,
    search,
    steps,
    strangers,
    tasks,
    ticket,
)

app_name = "tickets"

urlpatterns: list[URLPattern] = [
    # The queue, searching, a new ticket
    path("queue/", queue.queue, name="queue"),
    path("queue/filters/", queue.more_filters, name="queue_filters"),
    path("queue/choices/<slug:name>/", queue.choices, name="queue_choices"),
    path("queue/give-back/<str:reference>/", queue.give_back, name="give_back"),
    path("queue/<slug:view>/", queue.queue, name="queue_view"),
    path("queue/<slug:view>/news/", queue.news, name="queue_news"),
    path("search/", search.search, name="search"),
    path("tickets/new/", new.new, name="new"),
    path("tickets/new/partners/", new.new_partners, name="new_partners"),
    # Work for those who do not answer tickets
    path("tasks/", tasks.tasks, name="tasks"),
    path("tasks/<int:pk>/", tasks.task, name="task"),
    path("tasks/<int:pk>/tick/", tasks.tick, name="task_tick"),
    path("tasks/<int:pk>/<slug:what>/", tasks.change, name="task_change"),
    # How the procedures go
    path("procedures/", procedures.procedures, name="procedures"),
    path("procedures/<slug:kind>/", procedures.procedure, name="procedure"),
    path("procedures/<slug:kind>/<slug:slug>/shadow/", procedures.shadow, name="shadow"),
    # What people look up
    path("resources/", resources.resources, name="resources"),
    path("responses/", responses.responses, name="responses"),
    path("responses/new/", responses.new, name="response_new"),
    path("responses/<slug:slug>/", responses.response, name="response"),
    path("responses/<slug:slug>/edit/", responses.edit, name="response_edit"),
    path("responses/<slug:slug>/reviewed/", responses.review, name="response_review"),
    path("responses/<slug:slug>/retire/", responses.retire, name="response_retire"),
    path("responses/<slug:slug>/restore/", responses.restore, name="response_restore"),
    # The ticket page
    path("tickets/<str:reference>/", ticket.ticket, name="ticket"),
    path("tickets/<str:reference>/updates/", ticket.updates, name="updates"),
    path("tickets/<str:reference>/change/<slug:what>/", ticket.change, name="change"),
    path("tickets/<str:reference>/steps/<slug:slug>/<slug:verb>/", steps.step, name="step"),
    path("tickets/<str:reference>/history/", ticket.history, name="history"),
    path("tickets/<str:reference>/partners/", partners.partners, name="partners"),
    path("tickets/<str:reference>/partner/<int:event>/take-back/", partners.take_back, name="partner_take_back"),
    path("tickets/<str:reference>/messages/", composer.send, name="send"),
    path("tickets/<str:reference>/draft/", composer.draft, name="draft"),
    path("tickets/<str:reference>/prepared/withdraw/", composer.withdraw, name="withdraw_prepared"),
    path("tickets/<str:reference>/responses/", composer.ticket_responses, name="ticket_responses"),
    path("tickets/<str:reference>/responses/<slug:slug>/", composer.ticket_response, name="ticket_response"),
    path("tickets/<str:reference>/attachments/", attachments.upload, name="upload"),
    path("tickets/<str:reference>/attachments/<int:pk>/", attachments.attachment, name="attachment"),
    path("tickets/<str:reference>/attachments/<int:pk>/remove/", attachments.detach, name="detach"),
    path("tickets/<str:reference>/files/<int:pk>/pages/<int:page>/", papers.page, name="paper"),
    path("tickets/<str:reference>/files/<int:pk>/pages/<int:page>/picture/", papers.picture, name="paper_picture"),
    path("tickets/<str:reference>/messages/<int:pk>/layout/", mails.layout, name="layout"),
    path("tickets/<str:reference>/messages/<int:pk>/original/", mails.original, name="original"),
    path("tickets/<str:reference>/messages/<int:pk>/original/file/", mails.original_file, name="original_file"),
    path("tickets/<str:reference>/messages/<int:pk>/mail/", attachments.mail_state, name="mail_state"),
    path("tickets/<str:reference>/messages/<int:pk>/try-again/", attachments.try_again, name="try_again"),
    path("tickets/<str:reference>/messages/<int:pk>/accept/", strangers.accept, name="accept_sender"),
    path("tickets/<str:reference>/messages/<int:pk>/own-ticket/", strangers.own_ticket, name="own_ticket"),
]
