"""Letters of Authorization: requests on their way through DocuSign, decisions about them, and letters in force."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class Mode(models.TextChoices):
    """How PHD decides on what a PowerForm starts (vendors.md §5)."""

    UNKNOWN = "unknown", _("not known yet")
    HUMAN_VIEW = "human_view", _("approved in DocuSign")
    WORKFLOW_GATE = "workflow_gate", _("released by the desk")


class PowerForm(models.Model):
    """Where partners start a letter. Its mode is read from its envelopes; a lead may set it."""

    powerform_id = models.CharField(_("id in DocuSign"), max_length=64, unique=True)
    name = models.CharField(_("name"), max_length=120, blank=True)
    address = models.URLField(_("address for partners"), max_length=500, blank=True)
    region = models.CharField(_("region"), max_length=20, blank=True)  # empty: for every region
    mode = models.CharField(_("how it is decided"), max_length=14, choices=Mode.choices, default=Mode.UNKNOWN)
    set_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    probed = models.DateTimeField(null=True, blank=True)
    probe_said = models.CharField(max_length=300, blank=True)
    offered = models.BooleanField(_("partners are sent there"), default=True)

    class Meta:
        verbose_name = _("PowerForm")
        verbose_name_plural = _("PowerForms")
        ordering = ["id"]

    def __str__(self) -> str:
        return self.name or self.powerform_id


class LetterRequest(models.Model):
    """One request for a letter: one ticket, one envelope, whichever came first. `loa.stages` alone moves `stage`."""

    class Stage(models.TextChoices):
        REQUESTED = "requested", _("Requested")  # no envelope yet, or the partner has not signed
        PHD_REVIEW = "phd_review", _("With PHD")
        LEGAL_REVIEW = "legal_review", _("With Legal")
        COMPLETED = "completed", _("Completed")
        DECLINED = "declined", _("Declined")
        LEGAL_DECLINED = "legal_declined", _("Declined by Legal")
        VOIDED = "voided", _("Voided")
        WITHDRAWN = "withdrawn", _("Not followed up")  # ended here without an envelope

    class Source(models.TextChoices):
        CONNECT = "connect", _("DocuSign's message")
        POLL = "poll", _("DocuSign, when asked")
        MAIL = "mail", _("E-mail")
        FORM = "form", _("Request form")
        DESK = "desk", _("Desk")
        PAST = "past", _("Letters of the past")

    class Proposal(models.TextChoices):
        NONE = "", _("Not checked yet")
        APPROVE = "approve", _("Approve")
        DECLINE = "decline", _("Decline")
        HOLD = "hold", _("Hold")

    ticket = models.OneToOneField(
        "tickets.Ticket", models.PROTECT, null=True, blank=True, related_name="letter_request"
    )  # none for letters of before
    envelope = models.OneToOneField(
        "integrations.Envelope", models.PROTECT, null=True, blank=True, related_name="letter_request"
    )
    powerform = models.ForeignKey(PowerForm, models.SET_NULL, null=True, blank=True, related_name="requests")
    mode = models.CharField(max_length=14, choices=Mode.choices, default=Mode.UNKNOWN)
    source = models.CharField(max_length=8, choices=Source.choices)
    stage = models.CharField(max_length=14, choices=Stage.choices, default=Stage.REQUESTED)
    stage_since = models.DateTimeField(default=timezone.now)

    company = models.CharField(_("company on the letter"), max_length=255, blank=True)
    company_from = models.CharField(max_length=20, blank=True)  # form_data, tabs, pdf, form, person
    requester_name = models.CharField(_("requester"), max_length=200, blank=True)
    requester_email = models.CharField(_("requester's e-mail"), max_length=254, blank=True)
    end_customer = models.CharField(_("end customer"), max_length=255, blank=True)
    country = models.CharField(_("country"), max_length=80, blank=True)
    purpose = models.CharField(_("purpose"), max_length=500, blank=True)
    values = models.JSONField(default=dict)  # all that was typed, by the name of the field
    read = models.DateTimeField(null=True, blank=True)

    account = models.ForeignKey(
        "partners.Account", models.SET_NULL, null=True, blank=True, related_name="letter_requests"
    )
    account_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    region = models.CharField(max_length=20, blank=True)
    track = models.CharField(max_length=40, blank=True)  # as it was when it was checked

    proposal = models.CharField(max_length=8, choices=Proposal.choices, blank=True)
    checks = models.JSONField(default=list)  # as `loa.checks.Check.as_json` writes them
    checked = models.DateTimeField(null=True, blank=True)

    requested = models.DateTimeField(default=timezone.now)
    due = models.DateTimeField(null=True, blank=True)  # two business days for the whole chain
    ended = models.DateTimeField(null=True, blank=True)
    reason = models.TextField(blank=True)  # as DocuSign gives it: of a decline or a void
    created = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = _("request for a letter")
        verbose_name_plural = _("requests for letters")
        ordering = ["-requested", "-id"]
        constraints = [
            models.CheckConstraint(
                name="letterrequest_stage_known",
                condition=models.Q(
                    stage__in=[
                        "requested", "phd_review", "legal_review", "completed",
                        "declined", "legal_declined", "voided", "withdrawn",
                    ]
                ),
            )
        ]  # fmt: skip
        indexes = [
            models.Index(fields=["stage", "due"], name="letterrequest_by_stage"),
            models.Index(fields=["-requested", "-id"], name="letterrequest_newest"),
        ]

    def __str__(self) -> str:
        return self.company or self.requester_name or f"letter {self.pk}"


class StageSpan(models.Model):
    """How long a request was where: the parts of its two business days."""

    request = models.ForeignKey(LetterRequest, models.CASCADE, related_name="spans")
    stage = models.CharField(max_length=14, choices=LetterRequest.Stage.choices)
    entered = models.DateTimeField()
    left = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["request", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["request"], condition=models.Q(left=None), name="one_open_stage_per_request"
            )
        ]

    def __str__(self) -> str:
        return f"{self.stage} {self.entered:%Y-%m-%d %H:%M}"


class LetterDecision(models.Model):
    """What a person decided, and both texts of a decline, kept before anything is done about it."""

    class What(models.TextChoices):
        APPROVE = "approve", _("Approve")
        DECLINE = "decline", _("Decline")
        HOLD = "hold", _("Hold, cannot verify")

    class How(models.TextChoices):
        VIEW = "view", _("in DocuSign")
        GATE = "gate", _("released here")
        VOID = "void", _("voided with a reason")
        NONE = "", _("nothing at DocuSign")

    class State(models.TextChoices):
        ASKED = "asked", _("under way")
        DONE = "done", _("done")
        OVERTAKEN = "overtaken", _("overtaken")  # DocuSign says something else happened
        TAKEN_BACK = "taken_back", _("taken back")

    request = models.ForeignKey(LetterRequest, models.CASCADE, related_name="decisions")
    what = models.CharField(max_length=8, choices=What.choices)
    how = models.CharField(max_length=5, choices=How.choices, blank=True)
    state = models.CharField(max_length=10, choices=State.choices, default=State.ASKED)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    why = models.TextField(blank=True)  # against the proposal, or of a hold
    against = models.BooleanField(default=False)  # the checks did not propose it: for a lead's eye
    until = models.DateTimeField(null=True, blank=True)  # when what is held comes back
    reasons = models.JSONField(default=list)  # the sentences of that moment
    reason_text = models.TextField(blank=True)  # 1. for DocuSign
    mail = models.JSONField(default=dict)  # 2. to, cc, subject, body, response, version
    message = models.OneToOneField("tickets.Message", models.PROTECT, null=True, blank=True, related_name="+")
    result = models.TextField(blank=True)
    created = models.DateTimeField(default=timezone.now)
    settled = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["request", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["request"], condition=models.Q(state="asked"), name="one_decision_under_way"
            )
        ]

    def __str__(self) -> str:
        return f"{self.what} {self.state}"


class Letter(models.Model):
    """A letter with a date: valid for one calendar year from it. Whether it has expired is a question of the day."""

    class State(models.TextChoices):
        IN_FORCE = "in_force", _("In force")
        SUPERSEDED = "superseded", _("Superseded")
        RECALLED = "recalled", _("Recalled")

    request = models.OneToOneField(LetterRequest, models.PROTECT, null=True, blank=True, related_name="letter")
    account = models.ForeignKey("partners.Account", models.SET_NULL, null=True, blank=True, related_name="letters")
    company = models.CharField(max_length=255)
    requester_name = models.CharField(max_length=200, blank=True)
    requester_email = models.CharField(max_length=254, blank=True)
    end_customer = models.CharField(max_length=255, blank=True)
    dated = models.DateField()
    valid_until = models.DateField()  # its last day
    stored = models.ForeignKey("documents.StoredFile", models.PROTECT, null=True, blank=True, related_name="+")
    sha256 = models.CharField(max_length=64, blank=True)
    pages = models.PositiveIntegerField(null=True, blank=True)
    state = models.CharField(max_length=10, choices=State.choices, default=State.IN_FORCE)
    superseded_by = models.ForeignKey("self", models.SET_NULL, null=True, blank=True, related_name="supersedes")
    recalled = models.DateTimeField(null=True, blank=True)
    recalled_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    recall_why = models.TextField(blank=True)
    told_expiring = models.DateTimeField(null=True, blank=True)
    told_expired = models.DateTimeField(null=True, blank=True)
    created = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = _("letter")
        verbose_name_plural = _("letters")
        ordering = ["-dated", "-id"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(valid_until__gte=models.F("dated")), name="letter_ends_after_its_date"
            )
        ]
        indexes = [
            models.Index(fields=["valid_until"], name="letter_in_force", condition=models.Q(state="in_force")),
            models.Index(fields=["-dated", "-id"], name="letter_newest"),
        ]

    def __str__(self) -> str:
        return f"{self.company} {self.dated}"


class LegalRequest(models.Model):
    """A letter with wording of its own: the case “Legal Request” on the partner's account, and how it stands."""

    class State(models.TextChoices):
        DRAFT = "draft", _("Prepared")
        OPENING = "opening", _("Being opened")
        OPEN = "open", _("With Legal")
        CLOSED = "closed", _("Closed")
        REFUSED = "refused", _("Refused by Salesforce")
        DROPPED = "dropped", _("Not needed")

    ticket = models.ForeignKey("tickets.Ticket", models.PROTECT, related_name="legal_requests")
    request = models.ForeignKey(LetterRequest, models.SET_NULL, null=True, blank=True, related_name="legal_requests")
    account = models.ForeignKey("partners.Account", models.PROTECT, related_name="legal_requests")
    customer = models.CharField(_("customer or tender"), max_length=255, blank=True)
    wording = models.TextField(_("wording that is needed"))
    needed_by = models.DateField(_("needed by"), null=True, blank=True)
    subject = models.CharField(max_length=255)
    body = models.TextField()
    state = models.CharField(max_length=8, choices=State.choices, default=State.DRAFT)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    action = models.OneToOneField("integrations.ExternalAction", models.PROTECT, null=True, related_name="+")
    case_id = models.CharField(max_length=18, blank=True)
    case_number = models.CharField(max_length=40, blank=True)
    case_status = models.CharField(max_length=80, blank=True)
    followed = models.DateTimeField(null=True, blank=True)  # when Salesforce was last asked
    problem = models.TextField(blank=True)
    created = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = _("legal request")
        verbose_name_plural = _("legal requests")
        ordering = ["-id"]

    def __str__(self) -> str:
        return self.subject
