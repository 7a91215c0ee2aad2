"""The door of DocuSign Connect: `POST /hooks/docusign/`. Its key is the signature, so no sign-in and no CSRF token."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from integrations.docusign import connect, signature


@csrf_exempt
@require_POST
def receive(request: HttpRequest) -> HttpResponse:
    """Reads past the limit of forms, up to that of Connect; without any signature nothing is read at all."""
    if not signature.claims(request.headers):
        return _answer(401, _("The signature is missing or wrong."))
    body = request.read(connect.MOST_BYTES + 1)
    if len(body) > connect.MOST_BYTES:
        return _answer(413, _("The callback is too large. Switch off documents in the Connect configuration."))
    verdict = connect.receive(body, request.headers)
    return _answer(verdict.status, verdict.words)


def _answer(status: int, words: str) -> HttpResponse:
    headers = {"Retry-After": "60"} if status == 503 else {}
    return HttpResponse(words, status=status, content_type="text/plain; charset=utf-8", headers=headers)
