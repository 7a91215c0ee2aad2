"""`/docusign/`: envelopes and whose turn it is, each to be opened as anybody; what Connect told and could not tell."""

from __future__ import annotations

from collections.abc import Callable
from html import escape

from sandbox.docusign import flow, forms, letters, markup, telling, views
from sandbox.docusign.errors import Refused
from sandbox.docusign.store import Json, stamp
from sandbox.docusign.vendor import Vendor
from sandbox.web import Request, Response, Route, redirect

Answer = Callable[[Vendor, Request, Json], Response]
SHOWN = 60
ONE = r"/docusign/(?P<envelope>[0-9a-f-]{36})"


def routes(vendor: Vendor) -> list[Route]:
    return [
        Route("GET", r"/docusign", lambda _request: redirect("/docusign/")),
        Route("GET", r"/docusign/", lambda _request: listing(vendor)),
        Route("GET", rf"{ONE}/", lambda request: known(vendor, request, one)),
        Route("GET", rf"{ONE}\.pdf", lambda request: known(vendor, request, pdf)),
        Route("POST", rf"{ONE}/open", lambda request: known(vendor, request, open_as)),
        Route("POST", rf"{ONE}/sender", lambda request: known(vendor, request, as_sender)),
    ]


def known(vendor: Vendor, request: Request, answer: Answer) -> Response:
    """The answer for the envelope named in the path."""
    envelope = vendor.store.envelope(request.parts["envelope"])
    if envelope is None:
        return markup.message("No such envelope", "It was never made, or a reset took it away.", status=404)
    return answer(vendor, request, envelope)


def listing(vendor: Vendor) -> Response:
    envelopes = vendor.store.envelopes()
    rows = "".join(row(envelope) for envelope in envelopes[:SHOWN])
    links = "".join(
        f'<li><a href="/powerform/{form.id}">{escape(form.name)}</a> <span class="hint">{escape(form.words)}</span>'
        for form in vendor.seed.powerforms
    )
    body = (
        f'<h1>Envelopes <span class="count">{len(envelopes)}</span></h1>'
        f'<p class="hint">Play the partner: fill in a PowerForm. Then play whoever has the turn.</p>'
        f'<ul class="files">{links}</ul><div class="scroll" tabindex="0" role="region" aria-label="Envelopes">'
        '<table class="rows"><thead><tr><th>For</th><th>State</th><th>Whose turn</th><th>Changed</th><th>Open as</th>'
        f"</tr></thead><tbody>{rows}</tbody></table></div>{telling.section(vendor)}"
    )
    return markup.page("DocuSign", body)


def row(envelope: Json) -> str:
    values = letters.filled(envelope)
    company = values.get("Company") or envelope["emailSubject"].strip()
    turn = ", ".join(one["name"] for one in flow.whose_turn(envelope)) or ("the desk" if paused(envelope) else "")
    return (
        f'<tr><td><a href="/docusign/{envelope["envelopeId"]}/">{escape(company)}</a>'
        f'<span class="hint">{escape(envelope["emailSubject"].strip())}</span></td>'
        f"<td>{markup.tag(state(envelope))}</td><td>{escape(turn)}</td>"
        f"<td>{markup.moment(envelope['statusChangedDateTime'])}</td><td>{openers(envelope)}</td></tr>"
    )


def state(envelope: Json) -> str:
    return "paused" if paused(envelope) else str(envelope["status"])


def paused(envelope: Json) -> bool:
    return envelope["status"] in flow.OPEN and (envelope["workflow"] or {}).get("workflowStatus") == "paused"


def openers(envelope: Json, *, before: str = "") -> str:
    """A button for each who has the turn; `before` is what a column's heading says elsewhere."""
    path = f"/docusign/{envelope['envelopeId']}/open"
    return "".join(
        markup.button(
            path,
            before + (one["roleName"] or one["name"]),
            {"recipient": one["recipientId"]},
            label=f"Open as {one['name']}",
        )
        for one in flow.whose_turn(envelope)
    )


def one(vendor: Vendor, _request: Request, envelope: Json) -> Response:
    rows = {
        "State": markup.tag(state(envelope)),
        "Sender": escape(envelope["sender"]["userName"]),
        "Sent": markup.moment(envelope.get("sentDateTime")),
        "Completed": markup.moment(envelope.get("completedDateTime")),
        "Void": escape(envelope.get("voidedReason", "")),
        "Id": f"<code>{envelope['envelopeId']}</code>",
    }
    people = "".join(person(one) for one in flow.everybody(envelope))
    history = "".join(
        f"<li>{markup.moment(line['at'])} {escape(line['action'])}, {escape(line['by'])}</li>"
        for line in envelope["audit"]
    )
    address = f"/docusign/{envelope['envelopeId']}.pdf"
    told = vendor.store.rows("SELECT * FROM delivery WHERE envelope = ? ORDER BY id DESC", [envelope["envelopeId"]])
    body = (
        f'<p class="hint"><a href="/docusign/">All envelopes</a></p><h1>{escape(envelope["emailSubject"].strip())}</h1>'
        f'<div class="desk">{markup.paper(envelope, address)}<div class="panels">'
        f'<section class="panel">{markup.facts(rows)}{openers(envelope, before="Open as ")}{sender(envelope)}</section>'
        f'<section class="panel"><h2>Recipients</h2><ol class="plain">{people}</ol></section>'
        f'<section class="panel"><h2>History</h2><ol class="plain">{history}</ol></section></div></div>'
        f'<h2 class="part">What Connect told</h2>{telling.deliveries(told)}'
    )
    return markup.page(envelope["emailSubject"].strip(), body)


def person(one: Json) -> str:
    why = f'<span class="hint">{escape(one["declinedReason"])}</span>' if one.get("declinedReason") else ""
    return (
        f"<li>{escape(one['routingOrder'])}. {escape(one['name'])} <span class=hint>{escape(one['email'])}</span> "
        f"{markup.tag(one['status'])}{why}</li>"
    )


def sender(envelope: Json) -> str:
    """What only the sender may do, here on the sender's behalf."""
    path = f"/docusign/{envelope['envelopeId']}/sender"
    if envelope["status"] not in flow.OPEN:
        return ""
    release = markup.button(path, "Release the pause", {"what": "release"}) if paused(envelope) else ""
    return (
        f'{release}<form method="post" action="{path}" class="line"><input type="hidden" name="what" value="void">'
        '<input name="reason" aria-label="Reason to void" placeholder="Reason to void" required maxlength="200">'
        "<button>Void</button></form>"
    )


def pdf(vendor: Vendor, _request: Request, envelope: Json) -> Response:
    content = letters.document(vendor.store, envelope, "combined", certificate=True) or b""
    return Response(body=content, content_type="application/pdf")


def open_as(vendor: Vendor, request: Request, envelope: Json) -> Response:
    """The link in the mail that the recipient got."""
    token = views.new_view(vendor, envelope["envelopeId"], forms.read(request).get("recipient", ""), "")
    return redirect(f"/sign/{token}")


def as_sender(vendor: Vendor, request: Request, envelope: Json) -> Response:
    form, user = forms.read(request), envelope["sender"]["userId"]
    try:
        if form.get("what") == "release":
            vendor.change(envelope["envelopeId"], lambda found: flow.release(found, user=user, at=stamp()))
        else:
            reason = form.get("reason", "")
            vendor.change(envelope["envelopeId"], lambda found: flow.void(found, user=user, at=stamp(), reason=reason))
    except Refused as no:
        return markup.message("That is not possible", no.message, status=409)
    return redirect(f"/docusign/{envelope['envelopeId']}/")
