"""`/powerform/<id>`: where a partner fills in the letter and signs it; that starts an envelope."""

from __future__ import annotations

from html import escape

from sandbox.docusign import flow, forms, markup
from sandbox.docusign.seeding import PowerForm
from sandbox.docusign.store import Json, stamp
from sandbox.docusign.vendor import Vendor, from_powerform, tab_values
from sandbox.web import Request, Response, Route

FIELDS = {
    "company": "Company, as in the partner agreement",
    "requester": "Your name",
    "email": "Your e-mail address",
    "end_customer": "End customer",
    "country": "Country",
    "purpose": "What the letter is for",
}


def routes(vendor: Vendor) -> list[Route]:
    address = r"/powerform/(?P<form>[^/]+)/?"

    def answer(request: Request) -> Response:
        form = vendor.seed.powerform(request.parts["form"])
        if form is None:
            return markup.message("No such PowerForm", "Nobody has made a PowerForm with this id.", status=404)
        return submit(vendor, form, request) if request.method == "POST" else page(form, {}, {})

    return [Route("GET", address, answer), Route("POST", address, answer)]


def submit(vendor: Vendor, form: PowerForm, request: Request) -> Response:
    given = forms.read(request)
    wrong = {name: "This is needed." for name in FIELDS if not given.get(name)}
    if "@" not in given.get("email", "@"):
        wrong["email"] = "An address has an @ in it."
    if wrong:
        return page(form, given, wrong)
    envelope = start(vendor, form, given)
    rows = {
        "Envelope": f'<a href="/docusign/{envelope["envelopeId"]}/">{envelope["envelopeId"]}</a>',
        "Its turn": escape(
            ", ".join(one["name"] for one in flow.whose_turn(envelope)) or "paused until it is released"
        ),
    }
    return markup.page("Sent", f"<h1>You have signed, and it is on its way</h1>{markup.facts(rows)}")


def start(vendor: Vendor, form: PowerForm, given: dict[str, str]) -> Json:
    """Three moments, as in life: it is sent, the partner opens it, the partner signs."""
    envelope = vendor.add(from_powerform(form, given, seed=vendor.seed, at=stamp()), {}, sending=True)
    vendor.act(envelope["envelopeId"], "Partner", "open")
    return vendor.act(envelope["envelopeId"], "Partner", "complete", values=tab_values(given))


def page(form: PowerForm, given: dict[str, str], wrong: dict[str, str]) -> Response:
    inputs = "".join(
        markup.field(
            name, label, given.get(name, ""), wrong=wrong.get(name, ""), kind="email" if name == "email" else "text"
        )
        for name, label in FIELDS.items()
    )
    said = f'<p class="wrong" role="alert">{len(wrong)} of the fields need another look.</p>' if wrong else ""
    body = (
        f'<div class="narrow"><h1>{escape(form.name)}</h1><p>You are the partner. {escape(form.words)}</p>{said}'
        f'<form method="post" action="/powerform/{form.id}" novalidate>{inputs}'
        '<p class="foot"><button class="primary">Sign and send</button></p></form></div>'
    )
    return markup.page(form.name, body, status=400 if wrong else 200)
