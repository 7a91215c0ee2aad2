"""A row written by `rows.insert` is the row `save()` would have written."""

from __future__ import annotations

import uuid
from typing import Any

import pytest
from django.db import IntegrityError, NotSupportedError, connection, transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy

from documents.models import StoredFile
from journal.models import Event
from mail.models import AutoReply, OutgoingMail
from partners.models import Contact
from tests.conftest import Cast
from tickets.models import Message, Ticket
from tickets.models.ticket import Channel
from web import rows

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    "make",
    [
        lambda: Event(
            actor_name="x", verb="y", subject_type="z", subject_id=1, before={"a": [1, None]}, after={"ö": "ß"}
        ),
        lambda: AutoReply(address="a@b.example", domain="b.example"),
        lambda: OutgoingMail(message_id=f"<{uuid.uuid4()}@x>", purpose="reply", give_up="2026-11-26T00:00:00Z"),
        lambda: StoredFile(key=f"files/{uuid.uuid4().hex}", name="x", size=1, sha256="0", content_type="text/plain"),
    ],
)
def test_it_reads_back_as_it_was_given(make: Any) -> None:
    row = make()
    rows.insert(row)
    assert not row._state.adding
    found = type(row).objects.filter(pk=row.pk)
    inserted = found.values().get()
    found.delete()
    row.save(force_insert=True)
    assert found.values().get() == inserted


def test_several_rows_of_one_model_are_one_statement(cast: Cast, django_assert_num_queries: Any) -> None:
    made = [AutoReply(address=f"{word}@b.example", domain="b.example") for word in ("a", "b", "c")]
    with django_assert_num_queries(1):
        rows.insert_all(made)
    kept = AutoReply.objects.filter(pk__in=[one.pk for one in made]).order_by("pk")
    assert [(one.pk, one.address) for one in kept] == [(one.pk, one.address) for one in made]
    rows.insert_all([])


def test_every_kind_of_value_is_written_as_the_fields_would(cast: Cast) -> None:
    """Choices, sentences that are translated late, numbers as text: what a field turns into something else."""
    values = {"kind": gettext_lazy("x"), "channel": Channel.DESK, "requester_id": str(cast.omar.pk), "subject": 7}
    ticket = Ticket(**values, fields={"a": {"b": [None, "ö", 1.5]}}, last_event=True)
    rows.insert(ticket)
    kept = Ticket.objects.get(pk=ticket.pk)
    assert (kept.kind, kept.channel, kept.requester, kept.subject) == ("x", "desk", cast.omar, "7")
    assert (kept.fields, kept.last_event, kept.partner, kept.has_attachments) == (ticket.fields, 1, None, False)


class TestTogether:
    def test_what_nobody_reads_goes_out_with_the_next_that_answers(
        self, cast: Cast, django_assert_num_queries: Any
    ) -> None:
        with django_assert_num_queries(2), rows.together():
            rows.insert(AutoReply(address="a@b.example", domain="b.example"), numbered=False)
            rows.insert(Ticket(pk=900_000, kind="general", subject="x", requester=cast.omar, channel=Channel.DESK))
            event = Event(actor_name="x", verb="y", subject_type="z", subject_id=1)
            rows.insert(event)
            assert event.pk
            rows.insert(AutoReply(address="b@b.example", domain="b.example"), numbered=False)
        assert (AutoReply.objects.count(), Ticket.objects.filter(pk=900_000).count()) == (2, 1)

    def test_a_question_in_between_finds_what_was_sent_before(self) -> None:
        with rows.together(), rows.together():
            rows.insert(AutoReply(address="a@b.example", domain="b.example"), numbered=False)
            assert rows.ask("SELECT count(*) FROM mail_autoreply", {}) == (1,)

    def test_a_block_that_fails_sends_nothing(self) -> None:
        def write() -> None:
            with rows.together():
                rows.insert(AutoReply(address="a@b.example", domain="b.example"), numbered=False)
                raise ZeroDivisionError

        with pytest.raises(ZeroDivisionError):
            write()
        rows.insert(AutoReply(address="b@b.example", domain="b.example"))
        assert [one.address for one in AutoReply.objects.all()] == ["b@b.example"]

    def test_what_is_refused_is_the_callers_error(self, cast: Cast) -> None:
        twice = [Ticket(pk=900_000, kind="general", requester=cast.omar, channel=Channel.DESK) for _ in range(2)]

        def write() -> None:
            with transaction.atomic(), rows.together():
                for row in twice:
                    rows.insert(row)

        with pytest.raises(IntegrityError):
            write()
        assert not Ticket.objects.exists()


def test_a_given_number_is_kept_and_a_second_one_refused(cast: Cast) -> None:
    ticket = Ticket(pk=900_000, kind="general", subject="x", requester=cast.omar, channel=Channel.DESK)
    rows.insert(ticket)
    assert Ticket.objects.get(pk=900_000).requester == cast.omar
    with pytest.raises(IntegrityError), transaction.atomic():
        rows.insert(Ticket(pk=900_000, kind="general", subject="x", requester=cast.omar, channel=Channel.DESK))


def test_a_row_that_was_inserted_can_be_changed_like_any_other(cast: Cast) -> None:
    ticket = Ticket(kind="general", subject="x", requester=cast.omar, channel=Channel.DESK)
    rows.insert(ticket)
    message = Message(ticket=ticket, visibility="note", author_name="Nadia", body="x")
    rows.insert(message)
    message.body = "y"
    message.save()
    assert [one.body for one in ticket.messages.all()] == ["y"]


def test_a_prepared_query_answers_like_the_orm(cast: Cast, django_assert_num_queries: Any) -> None:
    """Every column, and the rows beside it; also for an address nobody has, and with other values the next time."""
    prepared = rows.Prepared(
        lambda: Contact.objects.select_related("account__channel_manager").filter(email__lower=rows.Given("address"))
    )
    for address in ("katrin@northwind.example.com", "omar@bluepeak.example.com", "nobody@else.example"):
        with django_assert_num_queries(1):
            found = prepared.first(address=address)
            expected_account = found.account and (found.account.name, found.account.channel_manager) if found else None
        plain = Contact.objects.filter(email=address).first()
        assert found == plain
        if found is not None and plain is not None:
            assert {**found.__dict__, "_state": 0} == {**plain.__dict__, "_state": 0}
            assert plain.account is not None
            assert expected_account == (plain.account.name, plain.account.channel_manager)


def test_a_prepared_query_reads_json_and_arrays(cast: Cast) -> None:
    event = Event(actor_name="x", verb="y", subject_type="z", subject_id=7, before={"a": [1, None]})
    rows.insert(event)
    prepared = rows.Prepared(lambda: Event.objects.filter(subject_type=rows.Given("kind")).order_by("-id"))
    found = prepared.first(kind="z")
    assert found is not None
    assert found.before == {"a": [1, None]}


def test_a_prepared_query_reads_many_rows_and_bare_values(cast: Cast) -> None:
    moment = timezone.now()
    for number in (1, 2, 3):
        Event.objects.create(actor_name="x", verb="y", subject_type="z", subject_id=number, after={"n": number})
    asked = Event.objects.filter(subject_type="z", created__gte=moment).order_by("-id")
    many = rows.Prepared(
        lambda: Event.objects.filter(subject_type=rows.Given("kind"), created__gte=moment).order_by("-id")[:2],
        many=True,
    )
    assert many.all(kind="z") == list(asked[:2])
    assert many.all(kind="nothing") == []
    bare = rows.Prepared(
        lambda: (
            Event.objects.filter(subject_type=rows.Given("kind")).order_by("-id").values_list("subject_id", "after")
        ),
        many=True,
    )
    assert bare.values(kind="z") == [(3, {"n": 3}), (2, {"n": 2}), (1, {"n": 1})]


def test_a_prepared_query_reads_the_rows_it_changes(cast: Cast, django_assert_num_queries: Any) -> None:
    change = "UPDATE partners_contact SET name = %(name)s WHERE email = %(address)s AND name <> %(name)s RETURNING *"
    prepared = rows.Prepared(lambda: Contact.objects.select_related("account"), changed=change)
    with django_assert_num_queries(1):
        found = prepared.first(name="Kat", address=cast.katrin.email)
        assert found is not None
        assert (found.pk, found.name, found.account) == (cast.katrin.pk, "Kat", cast.northwind)
    assert prepared.first(name="Kat", address=cast.katrin.email) is None
    assert Contact.objects.get(pk=cast.katrin.pk).name == "Kat"


def test_an_update_changes_what_it_names_where_it_says_so(cast: Cast) -> None:
    ticket = Ticket(kind="general", subject="x", requester=cast.omar, channel=Channel.DESK)
    rows.insert(ticket)
    changed = rows.update(Ticket, {"subject": "y", "requester": cast.katrin, "fields": {"a": [1]}}, pk=ticket.pk)
    kept = Ticket.objects.get(pk=ticket.pk)
    assert (changed, kept.subject, kept.requester, kept.fields) == (1, "y", cast.katrin, {"a": [1]})
    assert rows.update(Ticket, {"subject": "z"}, pk=ticket.pk, kind="loa") == 0


def test_a_planned_statement_outlives_a_rollback_and_a_connection(transactional_db: None) -> None:
    def write() -> AutoReply:
        row = AutoReply(address="a@b.example", domain="b.example")
        rows.insert(row)
        return row

    connection.close()
    with transaction.atomic():
        write()
        transaction.set_rollback(True)
    assert not AutoReply.objects.exists()
    write()
    connection.close()
    write()
    assert AutoReply.objects.count() == 2


def test_a_row_nobody_waits_for_is_the_first_of_its_connection(transactional_db: None) -> None:
    connection.close()
    rows.insert_all([AutoReply(address="a@b.example", domain="b.example")], numbered=False)
    assert AutoReply.objects.count() == 1


def test_a_connection_lost_while_rows_wait_is_said_as_it_is(transactional_db: None) -> None:
    def lose() -> None:
        with rows.together():
            rows.insert_all([AutoReply(address="a@b.example", domain="b.example")], numbered=False)
            connection.close()
            raise ConnectionError("lost")

    with pytest.raises(ConnectionError, match="lost"):
        lose()
    assert not AutoReply.objects.exists()


def test_behind_a_pooler_nothing_is_kept_on_the_connection(
    transactional_db: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    connection.close()
    monkeypatch.setitem(connection.settings_dict, "DISABLE_SERVER_SIDE_CURSORS", True)
    with transaction.atomic(), rows.together():
        rows.insert_all([AutoReply(address=f"{word}@b.example", domain="b.example") for word in "ab"], numbered=False)
        rows.insert(AutoReply(address="c@b.example", domain="b.example"))
    assert AutoReply.objects.count() == 3
    assert rows.ask("SELECT count(*), %(word)s::text FROM pg_prepared_statements", {"word": "x"}) == (0, "x")


def test_a_column_changed_meanwhile_is_planned_anew(transactional_db: None) -> None:
    """F-17: a migration while workers run costs one error, not the connection's whole life."""
    prepared = rows.Prepared(lambda: AutoReply.objects.filter(address=rows.Given("address")))
    rows.insert(AutoReply(address="a@b.example", domain="b.example"))
    try:
        assert prepared.first(address="a@b.example") is not None
        with connection.cursor() as cursor:
            cursor.execute("ALTER TABLE mail_autoreply ALTER COLUMN domain TYPE text")
        with pytest.raises(NotSupportedError):
            prepared.first(address="a@b.example")
        assert prepared.first(address="a@b.example") is not None
    finally:
        with connection.cursor() as cursor:
            cursor.execute("ALTER TABLE mail_autoreply ALTER COLUMN domain TYPE varchar(254)")
        connection.close()
