"""Who a sender is, told by our own mail server alone: look-alikes, later fields and forged ones change nothing."""

from __future__ import annotations

from typing import Any

import pytest

from mail import inbox, mailboxes, verdicts
from mail.models import IncomingMail, Mailbox
from mail.parsing import parse
from tests.mail.conftest import Desk
from tests.mail.messages import raw

OURS = "mx.desk.example.com"
FROM = "ana@acme.example"
PASSED = f"{OURS}; dmarc=pass header.from=acme.example"
HOP = f"Received: from mail.acme.example by {OURS} with ESMTPS; Tue, 22 Nov 2022 14:10:00 +0100"


def box(**values: Any) -> Mailbox:
    return Mailbox(address="desk@desk.example.com", **{"authserv_id": OURS, **values})


def verdict(*fields: str, mailbox: Mailbox | None = None, sender: str = FROM) -> str:
    message = "\r\n".join(fields).encode() + b"\r\n" + raw("x") if fields else raw("x")
    return verdicts.verdict_of(parse(message).headers, mailbox=mailbox or box(), from_address=sender)[0]


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (PASSED, "pass"),
        (f"{OURS}; dmarc=fail (p=reject) header.from=acme.example", "fail"),
        (f"{OURS}; dmarc=none header.from=acme.example", "none"),
        (f"{OURS}; dmarc=temperror header.from=acme.example", "none"),
        (f"{OURS}; spf=pass smtp.mailfrom=acme.example; dkim=pass header.d=acme.example", "none"),
        (f"{OURS}; none", "none"),
        (f"{OURS} 1; spf=pass smtp.mailfrom=acme.example; dmarc=pass header.from=acme.example", "pass"),
        (f"{OURS} 2; dmarc=pass header.from=acme.example", ""),
        (f"{OURS} (our (nested) \\) gate); dmarc = pass (p=none; dis=none) header . from = acme.example", "pass"),
        (f'{OURS}; dkim=fail reason="bad; dmarc=pass header.from=acme.example" header.d=acme.example', "none"),
        (f"{OURS}; dkim=fail (dmarc=pass header.from=acme.example) header.d=acme.example", "none"),
        (f'"{OURS}"; DMARC=PASS header.from="acme.example"', "pass"),
        (f"{OURS.upper()}; dmarc/1=pass header.from=ACME.example", "pass"),
        (f"{OURS}; dmarc=pass header.from=evil.example", "fail"),
        (f"{OURS}; dmarc=pass header.from=mail.acme.example", "fail"),
        (f"{OURS}; dmarc=pass", "none"),
        (f"{OURS}; dmarc=pass header.from=acme.example; dmarc=fail header.from=acme.example", "fail"),
        (f"{OURS}.evil.example; dmarc=pass header.from=acme.example", ""),
        (f"evil.{OURS}; dmarc=pass header.from=acme.example", ""),
        (f"mx.evil.example {OURS}; dmarc=pass header.from=acme.example", ""),
        ("", ""),
        (f"(unclosed {OURS}; dmarc=pass header.from=acme.example", ""),
        (f'"{OURS}; dmarc=pass header.from=acme.example', ""),
    ],
)
def test_what_our_server_wrote(value: str, expected: str) -> None:
    """M-20: comments, quoted strings, versions, several methods; the domain checked must be that of From."""
    assert verdict(f"Authentication-Results: {value}", HOP) == expected


def test_without_a_name_of_our_server_nothing_is_believed() -> None:
    """M-20"""
    assert verdict(f"Authentication-Results: {PASSED}", HOP, mailbox=box(authserv_id="")) == ""
    assert verdict("Authentication-Results: ; dmarc=pass header.from=acme.example", mailbox=box(authserv_id="")) == ""


def test_only_what_stands_above_our_received_line_counts() -> None:
    """S-09: below it, the sender wrote it."""
    forged = f"Authentication-Results: {PASSED}"
    assert verdict(HOP, forged) == ""
    assert verdict(f"Authentication-Results: {OURS}; dmarc=fail header.from=acme.example", HOP, forged) == "fail"
    assert verdict(f"Authentication-Results: {PASSED}", HOP, f"Authentication-Results: {OURS}; dmarc=fail") == "pass"
    delivered = "Received: from mx by imap.desk.example.com with LMTP; Tue, 22 Nov 2022 14:10:01 +0100"
    assert verdict(delivered, f"Authentication-Results: {PASSED}", HOP) == "pass"
    elsewhere = "Received: from mx.desk.example.com by evil.example; Tue, 22 Nov 2022 14:10:01 +0100"
    assert verdict(HOP, elsewhere, forged) == ""


def test_the_topmost_wins_where_no_hop_is_known() -> None:
    """M-20: a later field of the same name comes from further away."""
    fail = f"Authentication-Results: {OURS}; dmarc=fail header.from=acme.example"
    assert verdict(fail, f"Authentication-Results: {PASSED}") == "fail"
    assert verdict(f"Authentication-Results: {PASSED}", fail) == "pass"


def test_gmail_writes_below_its_received_line() -> None:
    """M-20: decision 0012."""
    google = box(authserv_id="mx.google.com")
    hop = "Received: from mail.acme.example by mx.google.com with ESMTPS id x; Tue, 22 Nov 2022 05:10:00 -0800 (PST)"
    spf = "Received-SPF: pass (google.com: domain of ana@acme.example designates 192.0.2.1) client-ip=192.0.2.1;"
    good = "Authentication-Results: mx.google.com; dmarc=pass (p=REJECT sp=REJECT dis=NONE) header.from=acme.example"
    bad = "Authentication-Results: mx.google.com; dmarc=fail (p=NONE dis=NONE) header.from=acme.example"
    assert verdict(hop, spf, good, mailbox=google) == "pass"
    assert verdict(hop, spf, bad, good, mailbox=google) == "fail"


FAILED_BUT_SEALED = f"Authentication-Results: {OURS}; arc=pass (i=1); dmarc=fail header.from=acme.example"
SEAL = "ARC-Seal: i=1; a=rsa-sha256; cv=none; d=lists.example; s=x; b=x"
SEEN = "ARC-Authentication-Results: i=1; mx.lists.example; dmarc=pass header.from=acme.example"


@pytest.mark.parametrize(
    ("fields", "trusted", "expected"),
    [
        ([SEAL, SEEN], ["lists.example"], "pass"),
        ([SEAL, SEEN], ["Lists.Example"], "pass"),
        ([SEAL, SEEN], [], "fail"),
        ([SEAL, SEEN], ["evil.example"], "fail"),
        ([SEAL], ["lists.example"], "fail"),
        ([SEAL, SEEN.replace("pass", "fail")], ["lists.example"], "fail"),
        ([SEAL, SEEN.replace("acme", "evil")], ["lists.example"], "fail"),
        ([SEAL.replace("lists", "evil").replace("i=1", "i=2"), SEAL, SEEN], ["lists.example"], "fail"),
        ([SEAL.replace("d=lists", "d=desk").replace("i=1", "i=2"), SEAL, SEEN], ["lists.example"], "fail"),
        (["ARC-Seal: i=2; cv=pass; d=desk.example.com; s=x; b=x", SEAL, SEEN], ["lists.example"], "pass"),
        (["ARC-Seal: nonsense", SEEN], ["lists.example"], "fail"),
    ],
)
def test_a_listed_forwarder_may_vouch(fields: list[str], trusted: list[str], expected: str) -> None:
    """M-20: ARC only from listed forwarders, the last to seal, who found the sender genuine themselves."""
    assert verdict(FAILED_BUT_SEALED, HOP, *fields, mailbox=box(trusted_forwarders=trusted)) == expected
    assert (
        verdict(
            FAILED_BUT_SEALED.replace("arc=pass", "arc=fail"), HOP, *fields, mailbox=box(trusted_forwarders=trusted)
        )
        == "fail"
    )


def test_an_international_domain_is_compared_as_servers_write_it() -> None:
    """M-06, M-20"""
    passed = f"Authentication-Results: {OURS}; dmarc=pass header.from=xn--mnchen-3ya.example"
    assert verdict(passed, HOP, sender="ana@münchen.example") == "pass"


def test_a_huge_field_takes_no_time_and_raises_nothing() -> None:
    """S-22"""
    for filling in ("(" * 60_000, '"' * 60_001, "a=b " * 15_000, "\\" * 60_000, ". = " * 15_000, "; dmarc=" * 8_000):
        verdict(f"Authentication-Results: {OURS}; {filling}", HOP)


@pytest.mark.django_db
def test_the_row_keeps_verdict_and_reason(desk: Desk) -> None:
    """M-20"""
    Mailbox.objects.filter(pk=mailboxes.default().pk).update(authserv_id=OURS)
    message = f"Authentication-Results: {PASSED}\r\n{HOP}\r\n".encode() + raw("x")
    mail = inbox.take_in(inbox.store(message, via="command").pk)
    assert (mail.verdict, mail.verdict_why) == ("pass", f"{OURS}: it comes from acme.example.")
    IncomingMail.objects.get(pk=mail.pk, verdict="pass")
    bare = inbox.take_in(inbox.store(raw("y"), via="command").pk)
    assert bare.verdict == ""
    assert OURS in bare.verdict_why


@pytest.mark.django_db
@pytest.mark.parametrize(
    "field",
    [
        "X-PHD-Priority: urgent",
        "X-PHD-Verdict: pass",
        "X-Spam: yes",
        "X-Spam-Status: Yes, score=99",
        "X-Spam-Flag: YES",
    ],
)
def test_headers_from_outside_have_no_effect(desk: Desk, field: str) -> None:
    """S-09"""
    plain = inbox.take_in(inbox.store(raw("x"), via="command").pk)
    marked = inbox.take_in(inbox.store(raw("y", field, message_id="<2@acme.example>"), via="command").pk)
    same = ("outcome", "verdict", "auto_submitted", "matched_by", "handled_kind")
    assert [getattr(marked, name) for name in same] == [getattr(plain, name) for name in same]
