"""What is done about seats, versions, minutes, exceptions: the handbook's three helps and the way beyond the terms."""

from __future__ import annotations

from typing import Final

from django.utils.translation import gettext_lazy as _

from nfr import already, asking_group, exception_forms, exception_steps, manager_steps, version_steps
from nfr.seats import closing, forms, steps, support_side, waiting
from tickets import general_steps, prepared
from tickets.procedures import Procedure, automatic, awaited, confirmed

SEATS: Final = Procedure(
    kind="nfr",
    variant="seats",
    title=_("NFR licence: too many seats"),
    handbook="#teaching-a-partner-to-reduce-seats-in-a-saas-nfr",
    steps=(
        automatic("read", _("Read the numbers and the namespace"), steps.read),
        confirmed(
            "complete",
            _("Partner, namespace and numbers are there"),
            forms.Numbers,
            steps.keep,
            prepare=steps.complete_prepared,
            look=steps.complete,
            hears=asking_group.HEARS,
        ),
        automatic("count", _("Keep the count in the register"), steps.count),
        automatic("draft", _("Draft the mail to the partner"), steps.draft),
        awaited("send", _("Read and send it"), steps.sent, hears=(*prepared.HEARS, "facts", "partner")),
        confirmed(
            "reduced",
            _("The partner says that the seats are reduced"),
            forms.Reduced,
            waiting.decide,
            prepare=waiting.prepare,
            look=waiting.look,
            hears=waiting.HEARS,
            only_if=steps.within,
        ),
        confirmed(
            "update",
            _("Update Support's ticket"),
            forms.Update,
            support_side.update,
            prepare=support_side.update_prepared,
            look=support_side.update_look,
            hears=("facts", "partner", "received"),
            only_if=support_side.nothing_to_tell,
        ),
        confirmed(
            "support",
            _("Support has answered"),
            forms.Answered,
            support_side.decide,
            prepare=support_side.prepare,
            look=support_side.look,
            hears=support_side.HEARS,
            only_if=support_side.not_waiting,
        ),
        automatic(
            "recount", _("Keep the newest count in the register"), closing.recount, only_if=steps.within_from_start
        ),
        automatic("answer", _("Prepare the last reply"), closing.answer, only_if=steps.within_from_start),
        awaited(
            "tell",
            _("Tell the partner"),
            prepared.look_sent("answer"),
            hears=prepared.HEARS,
            only_if=steps.within_from_start,
        ),
        awaited("resolve", _("Resolve the ticket"), general_steps.resolve, hears=general_steps.HEARS),
    ),
)

VERSION: Final = Procedure(
    kind="nfr",
    variant="version",
    title=_("NFR licence: Premium or Ultimate"),
    handbook="#confirming-the-version-of-a-saas-nfr-premium-or-ultimate",
    steps=(
        automatic("read", _("Read which namespace it is about"), version_steps.read),
        confirmed(
            "complete",
            _("The namespace is certain"),
            version_steps.Group,
            version_steps.keep,
            prepare=version_steps.complete_prepared,
            look=version_steps.complete,
            hears=asking_group.HEARS,
        ),
        automatic("answer", _("Link the billing page"), version_steps.answer),
        awaited("send", _("Read and send the reply"), version_steps.sent, hears=(*prepared.HEARS, "facts", "partner")),
        awaited("resolve", _("Resolve the ticket"), general_steps.resolve, hears=general_steps.HEARS),
    ),
)

MINUTES: Final = Procedure(
    kind="nfr",
    variant="minutes",
    title=_("NFR licence: more minutes"),
    handbook="#adding-additional-minutes-to-a-saas-nfr",
    steps=(
        automatic("read", _("Read who asks for minutes"), manager_steps.read),
        confirmed(
            "manager",
            _("Know the channel manager"),
            manager_steps.Chosen,
            manager_steps.choose,
            prepare=manager_steps.manager_prepared,
            look=manager_steps.manager,
            hears=manager_steps.HEARS,
        ),
        automatic("answer", _("Name them, or send them the document"), manager_steps.answer),
        awaited("send", _("Read and send the reply"), manager_steps.sent, hears=prepared.HEARS),
        awaited("resolve", _("Resolve the ticket"), general_steps.resolve, hears=general_steps.HEARS),
    ),
)

EXCEPTION: Final = Procedure(
    kind="nfr",
    variant="exception",
    title=_("NFR licence: more than the program gives"),
    handbook="#nfrs",
    steps=(
        automatic("read", _("Read what is wanted"), exception_steps.read),
        confirmed(
            "manager",
            _("Know the channel manager"),
            manager_steps.Chosen,
            manager_steps.choose,
            prepare=manager_steps.manager_prepared,
            look=manager_steps.manager,
            hears=manager_steps.HEARS,
        ),
        automatic("answer", _("Draft the mail: how it is asked for"), exception_steps.answer),
        awaited("send", _("Read and send it"), already.look_sent("answer"), hears=prepared.HEARS),
        confirmed(
            "fate",
            _("The exception is decided"),
            exception_forms.Fate,
            exception_steps.decide,
            prepare=exception_steps.fate_prepared,
            look=exception_steps.fate,
            hears=exception_steps.HEARS,
        ),
        automatic(
            "register",
            _("Keep it in the register, with who approved it"),
            exception_steps.register,
            only_if=exception_steps.not_approved,
        ),
        automatic(
            "tell", _("Prepare the reply with the decision"), exception_steps.tell, only_if=exception_steps.not_told
        ),
        awaited(
            "send_fate",
            _("Read and send the decision"),
            prepared.look_sent("tell"),
            hears=prepared.HEARS,
            only_if=exception_steps.not_told,
        ),
        awaited("resolve", _("Resolve the ticket"), general_steps.resolve, hears=general_steps.HEARS),
    ),
)

ALL: Final = (SEATS, VERSION, MINUTES, EXCEPTION)
