"""`/sign/<token>`: the page behind a signing address. It opens once; then its session approves, signs or declines."""

from __future__ import annotations

import secrets
import time
from html import escape
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

from sandbox.docusign import flow, forms, letters, markup
from sandbox.docusign.errors import Refused
from sandbox.docusign.store import Json
from sandbox.docusign.vendor import Vendor
from sandbox.web import Request, Response, Route, redirect

DONE = {"signing_complete": "You have signed.", "decline": "You have declined.", "cancel": "You can go on later."}
GONE = "A signing address opens once, and only for a few minutes. Ask for a new one."


def routes(vendor: Vendor) -> list[Route]:
    session = r"/sign/session/(?P<session>[\w-]+)"
    return [
        Route("GET", r"/sign/(?P<token>[\w-]+)", lambda request: enter(vendor, request.parts["token"])),
        Route("GET", rf"{session}/", lambda request: show(vendor, request)),
        Route("POST", rf"{session}/", lambda request: decide(vendor, request)),
        Route("GET", rf"{session}/document\.pdf", lambda request: pdf(vendor, request)),
    ]


def enter(vendor: Vendor, token: str) -> Response:
    """Uses the address up and tells everybody that the recipient has opened it."""
    now = time.time()
    fresh = "UPDATE view SET used = 1 WHERE token = ? AND used = 0 AND expires > ?"
    first = vendor.store.run(fresh, [token, now])
    found = vendor.store.row("SELECT * FROM view WHERE token = ?", [token])
    if found is None or not first:
        return leave(found["return_url"] if found else "", "ttl_expired")
    session = secrets.token_urlsafe(24)
    row = [session, found["envelope"], found["recipient"], found["return_url"]]
    vendor.store.run("INSERT INTO session VALUES (?, ?, ?, ?)", row)
    try:
        vendor.act(found["envelope"], found["recipient"], "open")
    except Refused:
        return leave(found["return_url"], "exception")
    return redirect(f"/sign/session/{session}/")


def show(vendor: Vendor, request: Request) -> Response:
    found = opened(vendor, request)
    if found is None:
        return markup.message("This address is used up", GONE, status=410)
    envelope, recipient = found
    if recipient["status"] not in flow.OPEN or envelope["status"] not in flow.OPEN:
        state = recipient["status"] if recipient["status"] in flow.FINISHED else envelope["status"]
        return markup.message("Nothing left to do", f"This is {state} already.")
    return page(envelope, recipient, request.parts["session"])


def page(envelope: Json, recipient: Json, session: str, *, wrong: str = "") -> Response:
    address = f"/sign/session/{session}/"
    done = "Approve" if "approveTabs" in recipient["tabs"] else "Sign and finish"
    texts = recipient["tabs"].get("textTabs", [])
    inputs = "".join(
        markup.field(f"tab-{number}", str(tab.get("tabLabel", "")), str(tab.get("value") or ""))
        for number, tab in enumerate(texts)
    )
    invalid = ' aria-invalid="true" aria-describedby="wrong-reason"' if wrong else ""
    note = f'<span class="wrong" id="wrong-reason" role="alert">{escape(wrong)}</span>' if wrong else ""
    body = (
        f"<h1>{escape(envelope['emailSubject'].strip())}</h1>"
        f"<p>You are <strong>{escape(recipient['name'])}</strong> ({escape(recipient['roleName'] or 'signer')}).</p>"
        f'<div class="desk">{markup.paper(envelope, f"{address}document.pdf")}<div class="panels">'
        f'<form method="post" action="{address}" class="panel" novalidate>{inputs}<p class="foot">'
        f'<button class="primary" name="what" value="complete">{done}</button> '
        '<button name="what" value="later">Finish later</button></p></form>'
        f'<form method="post" action="{address}" class="panel" novalidate><label>Reason to decline'
        f'<textarea name="reason" rows="4" required{invalid}>'
        f'</textarea></label>{note}<p class="foot"><button name="what" value="decline">Decline to sign</button></p>'
        "</form></div></div>"
    )
    return markup.page(envelope["emailSubject"].strip(), body, status=400 if wrong else 200)


def decide(vendor: Vendor, request: Request) -> Response:
    found, form = opened(vendor, request), forms.read(request)
    if found is None:
        return markup.message("This address is used up", GONE, status=410)
    envelope, recipient = found
    what, session = form.get("what", ""), request.parts["session"]
    if what == "later":
        return leave(return_url(vendor, session), "cancel")
    if what == "decline" and not form.get("reason"):
        return page(envelope, recipient, session, wrong="Say why: the others read it.")
    texts = recipient["tabs"].get("textTabs", [])
    values = {str(tab.get("tabLabel")): form.get(f"tab-{number}", "") for number, tab in enumerate(texts)}
    try:
        vendor.act(
            envelope["envelopeId"],
            recipient["recipientId"],
            what,
            values={**values, "reason": form.get("reason", "")} if what == "decline" else values,
        )
    except Refused as no:
        return markup.message("That is not possible", no.message, status=409)
    return leave(return_url(vendor, session), "decline" if what == "decline" else "signing_complete")


def pdf(vendor: Vendor, request: Request) -> Response:
    found = opened(vendor, request)
    if found is None:
        return markup.message("This address is used up", GONE, status=410)
    content = letters.document(vendor.store, found[0], "combined", certificate=True) or b""
    return Response(body=content, content_type="application/pdf")


def opened(vendor: Vendor, request: Request) -> tuple[Json, Json] | None:
    """The envelope and the recipient of a session."""
    row = vendor.store.row("SELECT * FROM session WHERE token = ?", [request.parts["session"]])
    envelope = vendor.store.envelope(row["envelope"]) if row else None
    recipient = flow.recipient_of(envelope, row["recipient"]) if row and envelope else None
    return (envelope, recipient) if envelope and recipient else None


def return_url(vendor: Vendor, session: str) -> str:
    row = vendor.store.row("SELECT return_url FROM session WHERE token = ?", [session])
    return str(row["return_url"]) if row else ""


def leave(url: str, event: str) -> Response:
    """Back to who asked for the address, with what happened as a hint; without one a page says it."""
    if not url:
        if event in DONE:
            return markup.message("Thank you", DONE[event])
        return markup.message("This address is used up", GONE, status=410)
    parts = urlsplit(url)
    query = urlencode([*parse_qsl(parts.query, keep_blank_values=True), ("event", event)])
    return redirect(urlunsplit(parts._replace(query=query)))
