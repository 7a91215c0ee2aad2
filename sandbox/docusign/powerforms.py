"""`/powerform/<id>`: where a partner fills in the letter and signs it; that starts an envelope.

Its address takes what DocuSign's own takes: `EnvelopeField_<name>` sets a custom field of the envelope, and
`<role>_UserName`, `<role>_Email` and `<role>_<field>` fill in the form.
"""

from __future__ import annotations

from html import escape

from sandbox.docusign import flow, forms, markup
from sandbox.docusign.seeding import PowerForm
from sandbox.docusign.store import Json, stamp
from sandbox.docusign.vendor import KEYS, Vendor, from_powerform, tab_values
from sandbox.web import Request, Response, Route

FIELDS = {
    "company": "Company, as in the partner agreement",
    "requester": "Your name",
    "email": "Your e-mail address",
    "end_customer": "End customer",
    "country": "Country",
    "purpose": "What the letter is for",
}
ENVELOPE_FIELD = "EnvelopeField_"
PREFILL = {"UserName": "requester", "Email": "email", **{label: key for label, key in KEYS.items() if key != "email"}}


def routes(vendor: Vendor) -> list[Route]:
    address = r"/powerform/(?P<form>[^/]+)/?"

    def answer(request: Request) -> Response:
        form = vendor.seed.powerform(request.parts["form"])
        if form is None:
            return markup.message("No such PowerForm", "Nobody has made a PowerForm with this id.", status=404)
        return submit(vendor, form, request) if request.method == "POST" else page(form, prefilled(form, request), {})

    return [Route("GET", address, answer), Route("POST", address, answer)]


def prefilled(form: PowerForm, request: Request) -> dict[str, str]:
    """What the address says; a role of another name, or a field that is not there, is passed over."""
    role = form.template.roles[0].name
    asked = {name: values[-1].strip()[: forms.LONGEST] for name, values in request.query.items()}
    given = {key: asked[f"{role}_{name}"] for name, key in PREFILL.items() if asked.get(f"{role}_{name}")}
    return {**given, **{name: value for name, value in asked.items() if name.startswith(ENVELOPE_FIELD)}}


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
    made = from_powerform(form, given, seed=vendor.seed, at=stamp())
    made["customFields"]["textCustomFields"] = [
        {"fieldId": str(number), "name": name, "show": "false", "required": "false", "value": value}
        for number, (name, value) in enumerate(fields_of(given).items(), start=1)
    ]
    envelope = vendor.add(made, {}, sending=True)
    vendor.act(envelope["envelopeId"], "Partner", "open")
    return vendor.act(envelope["envelopeId"], "Partner", "complete", values=tab_values(given))


def fields_of(given: dict[str, str]) -> dict[str, str]:
    """The custom fields of the envelope that the address has set."""
    named = {name.removeprefix(ENVELOPE_FIELD): given[name] for name in given if name.startswith(ENVELOPE_FIELD)}
    return {name: value for name, value in named.items() if name and value}


def page(form: PowerForm, given: dict[str, str], wrong: dict[str, str]) -> Response:
    carried = "".join(
        f'<input type="hidden" name="{escape(name)}" value="{escape(value)}">'
        for name, value in given.items()
        if name.startswith(ENVELOPE_FIELD)
    )
    inputs = carried + "".join(
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
