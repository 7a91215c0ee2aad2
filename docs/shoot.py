"""Takes the pictures of docs/images from a running demo: `make screens` (PORT as for `make demo`).

Every page in both themes at 1440 px, the main ones also at 1024 and 390 px.
"""

from __future__ import annotations

import io
import os
import re
import shutil
import sys
from dataclasses import dataclass
from pathlib import Path

from PIL import Image
from playwright.sync_api import Browser, Page, sync_playwright

BASE = f"http://127.0.0.1:{os.environ.get('PORT', '8000')}"
IMAGES = Path(__file__).resolve().parent / "images"
PASSWORD = "partner-desk-demo"  # noqa: S105 - the demo's published one
HEIGHTS = {1440: 900, 1024: 800, 390: 844}


@dataclass(frozen=True)
class Shot:
    """One page: its name, its address, who looks at it, at which widths."""

    name: str
    path: str
    who: str = ""
    widths: tuple[int, ...] = (1440,)
    full: bool = False


SHOTS = (
    Shot("sign-in", "/sign-in/"),
    Shot("queue", "/queue/", "specialist", (1440, 1024, 390)),
    Shot("ticket", "", "specialist", (1440, 1024, 390)),
    Shot("ticket-proof", "", "specialist", (1440, 1024, 390)),
    Shot("ticket-order", "", "specialist", (1440, 1024, 390)),
    Shot("ticket-invoice", "", "specialist", (1440, 390)),
    Shot("document", "", "specialist", (1440, 1024, 390)),
    Shot("proofs", "/service-attach/?show=all", "specialist", (1440, 1024, 390)),
    Shot("proof", "", "specialist", (1440, 1024, 390)),
    Shot("letters", "/loa/", "specialist", (1440, 1024, 390)),
    Shot("letters-decline", "", "specialist", (1440, 1024, 390)),
    Shot("letters-approve", "", "specialist", (1440, 390)),
    Shot("letters-list", "/loa/?view=list", "specialist", (1440, 390)),
    Shot("letters-in-force", "/loa/?view=list&show=in_force", "specialist", (1440, 390)),
    Shot("letter", "", "specialist", (1440, 1024, 390)),
    Shot("letter-ticket", "", "specialist", (1440, 1024, 390)),
    Shot("letter-partner", "", "specialist", (1440, 390)),
    Shot("letters-recall", "/loa/recall/", "specialist", (1440, 390)),
    Shot("letter-own-wording", "", "specialist", (1440, 390)),
    Shot("letter-problem", "", "specialist", (1440, 390)),
    Shot("power-forms", "/loa/forms/", "lead", (1440, 390)),
    Shot("licences", "/nfr/", "specialist", (1440, 1024, 390)),
    Shot("licence", "", "specialist", (1440, 1024, 390)),
    Shot("licence-ticket", "", "specialist", (1440, 1024, 390)),
    Shot("licence-seats", "", "specialist", (1440, 390)),
    Shot("procedures", "/procedures/", "lead", (1440, 1024, 390)),
    Shot("procedure", "/procedures/loa/", "lead", (1440, 390)),
    Shot("search", "/search/?q=portal", "specialist"),
    Shot("new-ticket", "/tickets/new/", "specialist"),
    Shot("resources", "/resources/", "specialist"),
    Shot("responses", "/responses/", "specialist"),
    Shot("partners", "/partners/", "specialist", (1440, 1024, 390)),
    Shot("partner", "", "specialist", (1440, 1024, 390)),
    Shot("partner-changes", "/partners/changes/", "lead", (1440, 390)),
    Shot("certification", "/certification/", "specialist", (1440, 1024, 390)),
    Shot("certification-partner", "", "specialist", (1440, 1024, 390)),
    Shot("certification-reports", "/certification/reports/", "specialist", (1440, 390)),
    Shot("certification-report", "", "specialist", (1440, 390)),
    Shot("certification-ticket", "", "specialist", (1440, 390)),
    Shot("requirements", "/settings/requirements/", "lead", (1440, 390)),
    Shot("vendors", "/settings/vendors/", "lead", (1440, 1024, 390)),
    Shot("routing", "/routing/?q=Pennsylvania&about=account", "specialist", (1440, 1024, 390)),
    Shot("routing-opportunity", "/routing/?q=Large-AMER-East-Named&about=opportunity", "specialist"),
    Shot("roster", "/routing/roster/", "lead", (1440, 390)),
    Shot("mapping", "/routing/mapping/", "lead", (1440, 390)),
    Shot("mapping-preview", "", "lead", (1440, 390)),
    Shot("routing-audit", "/routing/audit/", "lead", (1440, 1024, 390)),
    Shot("owner-change", "", "lead", (1440, 390)),
    Shot("owner-changes", "/routing/changes/upload/", "lead"),
    Shot("team", "", "lead", (1440, 390)),
    Shot("tasks", "/tasks/", "lead", (1440, 390)),
    Shot("channel-managers", "/settings/channel-managers/", "lead", (1440, 390)),
    Shot("quarantine", "/quarantine/", "specialist", (1440, 1024, 390)),
    Shot("quarantined", "", "specialist", (1440, 390)),
    Shot("recorder", "/recorder/?q=cloudline.example", "specialist", (1440, 1024, 390)),
    Shot("mailboxes", "/mailboxes/", "lead", (1440, 1024, 390)),
    Shot("profile", "/settings/profile/", "specialist"),
    Shot("out-of-office", "/settings/out-of-office/new/", "specialist", (1440, 390)),
    Shot("request", "/request/?kind=proof-of-execution", "", (1440, 1024, 390), full=True),
    Shot("request-order", "/request/?kind=purchase_order", "", (1440, 1024, 390), full=True),
    Shot("request-licence", "/request/?kind=nfr-licence", "", (1440, 390), full=True),
    Shot("guides", "/guides/nfr/", "partner", (1440, 390), full=True),
    Shot("guide-seats", "", "specialist", (1440, 1024, 390), full=True),
    Shot("portal", "/portal/", "partner", (1440, 390)),
    Shot("track", "", "partner", (1440, 390)),
    Shot("not-found", "/no-such-page/"),
    Shot("styleguide", "/styleguide/", "specialist", full=True),
)


FOUND = "a[href*='/tickets/PHD-']"
PROOF = ("/search/?q=pipeline+migration+Havelland", FOUND)
SEATS = ("/search/?q=13+of+10+seats", FOUND)
DECLINE = ("/loa/", ".letter-card:has-text('Sahel Tech')")
FIRST_LINKS = {
    "ticket": PROOF,
    "ticket-proof": ("/search/?q=Harcastle+Rail+hardening", FOUND),
    "ticket-order": ("/search/?q=4500128837", FOUND),
    "ticket-invoice": ("/search/?q=missing+invoice", FOUND),
    "document": (*PROOF, "#step-read .page-thumb"),
    "proof": ("/service-attach/?show=all&q=GL-0048213", ".proofs-table th a"),
    "letters-decline": DECLINE,
    "letters-approve": ("/loa/", "[data-lane=phd] .letter-card:has-text('Bluepeak')"),
    "letter": (*DECLINE, "#letter-title a"),
    "letter-ticket": (*DECLINE, ".letter-ref"),
    "letter-partner": (*DECLINE, ".check-change"),
    "letter-own-wording": ("/search/?q=Bluepeak+letter", FOUND, "a[href*='/loa/legal/new/']"),
    "letter-problem": (*DECLINE, ".letter-ref", "a[href*='/loa/problem/']"),
    "licence": ("/nfr/", "#main th a:has-text('Bluepeak')"),
    "licence-ticket": ("/search/?q=bluepeak-labs+renew", FOUND),
    "licence-seats": SEATS,
    "certification-partner": ("/certification/left/", "#main td a:has-text('Tessellate')"),
    "certification-report": ("/certification/reports/?show=open", "#main th a"),
    "certification-ticket": ("/search/?q=Certification+list+for+our+team", FOUND),
    "quarantined": ("/quarantine/", ".queue-link"),
    "mapping-preview": ("/routing/mapping/", ".banner a.btn"),
    "owner-change": ("/routing/audit/", "a[href*='/routing/changes/new/']"),
    "team": ("/routing/team/", "#main .sheet-body a[href*='/routing/team/']"),
}


def main() -> None:
    IMAGES.mkdir(exist_ok=True)
    chromium = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
    if chromium is None:
        sys.exit("Chromium is missing: apt-get install chromium.")
    with sync_playwright() as play:
        browser = play.chromium.launch(executable_path=chromium, args=["--no-sandbox", "--disable-dev-shm-usage"])
        for theme in ("light", "dark"):
            for who in dict.fromkeys(shot.who for shot in SHOTS):
                shoot(browser, theme=theme, who=who)
        browser.close()


def shoot(browser: Browser, *, theme: str, who: str) -> None:
    context = browser.new_context(base_url=BASE, color_scheme="dark" if theme == "dark" else "light")
    page = context.new_page()
    if who:
        page.goto("/sign-in/")
        page.locator("input[name=login]").fill(f"{who}@example.com")
        page.locator("input[name=password]").fill(PASSWORD)
        page.locator("input[name=password]").press("Enter")
        page.wait_for_url(lambda url: "/sign-in/" not in url)
    for shot in SHOTS:
        if shot.who == who:
            for width in shot.widths:
                take(page, shot, theme=theme, width=width)
    context.close()


def take(page: Page, shot: Shot, *, theme: str, width: int) -> None:
    page.set_viewport_size({"width": width, "height": HEIGHTS[width]})
    page.goto(shot.path or first_of(page, shot.name))
    page.wait_for_load_state("networkidle")
    page.evaluate("document.fonts.ready")
    kept = IMAGES / f"{shot.name}-{theme}-{width}.png"
    picture = Image.open(io.BytesIO(page.screenshot(full_page=shot.full))).convert("RGB")
    # 256 colours are a third of the size, and nobody sees the difference: every clone carries these.
    picture.quantize(256, method=Image.Quantize.MEDIANCUT, dither=Image.Dither.NONE).save(kept, optimize=True)


def first_of(page: Page, name: str) -> str:
    """The address of a telling ticket, partner, message put aside, change prepared, or the partner's first request."""
    if name == "partner":
        page.goto("/partners/?q=northwind")
        return str(page.locator(".accounts-name .queue-link").first.get_attribute("href"))
    if name in FIRST_LINKS:
        address, *links = FIRST_LINKS[name]
        for link in links:
            page.goto(address)
            address = str(page.locator(link).first.evaluate("link => link.href"))
        return address
    if name == "guide-seats":  # as the mail that lies ready links it
        page.goto(first_of(page, "licence-seats"))
        return str(re.findall(r"/guides/nfr/seats/[\w:/=-]+/", page.content())[0])
    page.goto("/portal/")
    return str(page.locator("a[href*='/request/track/'], a[href*='/portal/PHD-']").first.get_attribute("href"))


if __name__ == "__main__":
    main()
