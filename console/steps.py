"""The wizard: eight pages in the customer's order, each one decision and one verb on the draft."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django import forms
from django.urls import reverse
from django.utils.translation import gettext_lazy, pgettext_lazy

from console.ends import is_push
from console.forms import ConnectionForm, ExpirationForm, ExternalIdForm, NoteForm, ProfileForm, TypeForm
from tickets.models import Kind, Member, Ticket


@dataclass(frozen=True, eq=False)
class Step:
    """`form` cleans what was typed and `save` calls the verb; a step without them has a view of its own."""

    slug: str
    name: Any
    question: Any
    form: type[forms.Form] | None = None
    save: Callable[[Ticket, dict, Member], None] | None = None
    template: str = "wizard/step.html"
    made_by: str = ""  # kind of the event that says an optional step was taken

    @property
    def is_optional(self) -> bool:
        return bool(self.made_by)

    @property
    def number(self) -> int:
        return STEPS.index(self) + 1

    def url(self, ticket: Ticket) -> str:
        return reverse("ticket-draft", args=[ticket.reference, self.slug])

    @property
    def previous(self) -> "Step | None":
        return STEPS[self.number - 2] if self.number > 1 else None


def save_type(ticket: Ticket, kind: str, settlement: str, by: Member) -> None:
    """A one-way ticket that sends stays as it is: chosen anew, that type would take away what it sends."""
    if not (kind == Kind.ONE_WAY and is_push(ticket)):
        ticket.set_kind(kind, settlement, by=by)


TYPE = Step(
    "type",
    gettext_lazy("Type"),
    gettext_lazy("What kind of ticket?"),
    TypeForm,
    lambda ticket, data, by: save_type(ticket, data["kind"], data["settlement"], by),
    "wizard/type.html",
)
PROFILE = Step(
    "profile",
    gettext_lazy("Profile"),
    gettext_lazy("Which of your profiles opens it?"),
    ProfileForm,
    lambda ticket, data, by: ticket.set_profile(data["profile"], by=by),
)
FUNDING = Step(
    "funding",
    gettext_lazy("Funding"),
    gettext_lazy("Who do you settle with?"),
    ConnectionForm,
    lambda ticket, data, by: ticket.set_connection(data["connection"], by=by),
)
ASSETS = Step(
    "assets", gettext_lazy("Assets"), gettext_lazy("Which assets should move?"), template="wizard/assets.html"
)
EXPIRATION = Step(
    "expiration",
    gettext_lazy("Expiration"),
    gettext_lazy("When should it expire?"),
    ExpirationForm,
    lambda ticket, data, by: ticket.set_expiration(data["hours"], by=by),
    "wizard/expiration.html",
    "ticket.expiration_set",
)
NOTE = Step(
    "note",
    gettext_lazy("Note"),
    gettext_lazy("A note to the other firm?"),
    NoteForm,
    lambda ticket, data, by: ticket.set_note(data["note"], by=by),
    made_by="ticket.note_set",
)
EXTERNAL_ID = Step(
    "external-id",
    gettext_lazy("External ID"),
    gettext_lazy("Your own ID for this ticket?"),
    ExternalIdForm,
    lambda ticket, data, by: ticket.set_external_id(data["external_id"], by=by),
    "wizard/external_id.html",
    "ticket.external_id_set",
)
REVIEW = Step("review", gettext_lazy("Review"), gettext_lazy("Review the request"), template="wizard/review.html")

WORDS = {
    "now": pgettext_lazy("step", "now"),
    "done": pgettext_lazy("step", "done"),
    "optional": pgettext_lazy("step", "optional"),
    "to_do": pgettext_lazy("step", "to do"),
}
MADE_AT_ONCE = ("ticket.proposed", "ticket.copied")
"""Acts that make a whole draft: through the API, and from the terms of another ticket."""
STEPS = (TYPE, PROFILE, FUNDING, ASSETS, EXPIRATION, NOTE, EXTERNAL_ID, REVIEW)


def step_called(slug: str) -> Step | None:
    return next((step for step in STEPS if step.slug == slug), None)


def first_missing(ticket: Ticket) -> Step:
    """The first page that a ticket cannot do without and still lacks; review when there is none."""
    if ticket.initiator.profile is None:
        return PROFILE
    if ticket.counterparty.profile is None:
        return FUNDING
    return REVIEW if has_its_legs(ticket) else ASSETS


def has_its_legs(ticket: Ticket) -> bool:
    senders = {term.sender_id for term in ticket.terms.all()}
    return {party.pk for party in senders_needed(ticket)} <= senders


def senders_needed(ticket: Ticket):
    if ticket.kind == Kind.TWO_WAY:
        return [ticket.counterparty, ticket.initiator]
    return [ticket.initiator] if is_push(ticket) else [ticket.counterparty]


def steps_done(ticket: Ticket) -> set[Step]:
    """The pages that have been answered; an optional one is, once its verb has been called, even with nothing.

    A draft made in one act has answered all of these.
    """
    missing = first_missing(ticket)
    taken = set(ticket.events.values_list("kind", flat=True))
    return {step for step in STEPS[:-1] if _is_done(step, missing, taken)}


def _is_done(step: Step, missing: Step, taken: set[str]) -> bool:
    return bool({step.made_by, *MADE_AT_ONCE} & taken) if step.is_optional else step.number < missing.number


def resume_at(ticket: Ticket) -> Step:
    """Where the making of this draft stands, on whichever device."""
    done = steps_done(ticket)
    if ticket.events.filter(kind="ticket.options_skipped").exists():
        done |= {step for step in STEPS if step.is_optional}
    return next(step for step in STEPS if step not in done)


def progress(ticket: Ticket | None, current: Step) -> list[dict]:
    """The rail above each page: its steps with a word for where each stands."""
    done = steps_done(ticket) if ticket else set()
    rows = []
    for step in STEPS:
        state = "now" if step is current else "done" if step in done else "optional" if step.is_optional else "to_do"
        rows.append({"step": step, "state": state, "word": WORDS[state]})
    return rows
