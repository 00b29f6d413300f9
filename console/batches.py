"""What pages say of one act on several tickets: which it can reach now, the assets touched, and the words for each."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from typing import Any, cast

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from console.access import MemberRequest
from console.act_forms import Readers
from console.rows import Flow, Row, rows_of
from console.templatetags.tickets import firms
from tickets.models import BatchAct, Member, Party, Term, TermStatus, Ticket, TicketStatus
from tickets.models.batch import RIGHT_FOR
from tickets.models.status import FINAL

NAMED = 3
"""So many firms are named, where a reason reaches them."""


@dataclass(frozen=True)
class Pick:
    """A selected ticket, and the verb that would act on it; where it cannot be done as things stand, `why` says so."""

    row: Row
    verb: str = ""
    why: str = ""


class Selection:
    """The tickets that an address names (`pick=TK-4F2QXA`), as far as this member sees them, and the act on them.

    It foresees by the tickets' own questions; what is done and what is refused, their verbs decide.
    """

    def __init__(self, request: MemberRequest, act: str = ""):
        self.request, self.member, self.act = request, request.member, act
        wanted = dict.fromkeys(filter(str.isprintable, request.GET.getlist("pick")))
        found = Ticket.objects.visible_to(self.member).with_turn(self.member).with_legs()
        tickets = found.in_bulk(wanted, field_name="reference")
        self.tickets = [tickets[reference] for reference in wanted if reference in tickets]

    @cached_property
    def picks(self) -> list[Pick]:
        return [self._pick(row) for row in rows_of(self.tickets, self.request)]

    @property
    def able(self) -> list[Pick]:
        return [pick for pick in self.picks if pick.verb]

    @property
    def sent(self) -> list[Ticket]:
        """Those that the page promised to act on; whatever has changed since then, their verbs tell."""
        promised = self.request.POST.getlist("pick")
        return [ticket for ticket in self.tickets if ticket.reference in promised]

    @property
    def unable_count(self) -> int:
        return len(self.picks) - len(self.able)

    @property
    def verbs(self) -> Counter[str]:
        """How many tickets by verb."""
        return Counter(pick.verb for pick in self.able)

    @cached_property
    def flows(self) -> list[Flow]:
        """What our firm would still send and receive on them, asset by asset."""
        return Flow.of(
            Term.objects.unsettled().filter(ticket__in=[pick.row.ticket.pk for pick in self.able]), self.member
        )

    @property
    def decimals(self) -> int:
        """Of the finest asset: sums are shown whole, in one line of points."""
        return max(flow.asset.decimals for flow in self.flows)

    @property
    def legs(self) -> list[Term]:
        """What the act is about: on a page that is shown, of what it can reach; on one sent, of what it promised."""
        is_sent = self.request.method == "POST"
        tickets = self.sent if is_sent else [pick.row.ticket for pick in self.able]
        return [leg for ticket in tickets for leg in ticket.terms.all()]

    @property
    def is_held(self) -> bool:
        return any(leg.status == TermStatus.HELD for pick in self.able for leg in pick.row.ticket.terms.all())

    @property
    def has_moved(self) -> bool:
        return any(pick.row.moved_count for pick in self.able)

    @property
    def between_count(self) -> int:
        """Tickets that our firm arranged between two others: their assets are none of ours."""
        return sum(pick.row.is_between for pick in self.able)

    @property
    def readers(self) -> Readers | str:
        """Whom a reason reaches: the other firms of tickets that are open."""
        others: dict[object, Party] = {
            party.workspace_id: party for pick in self.able if pick.row.ticket.opened_at for party in pick.row.others
        }
        if not others:
            return Readers.COLLEAGUES
        return firms(others.values()) if len(others) <= NAMED else Readers.OTHER_FIRM

    @property
    def question(self) -> str:
        count = len(self.able)
        return QUESTIONS[self._words](count) % {"count": count} if count else str(NONE[self.act])

    @property
    def button(self) -> str:
        return BUTTONS[self._words](len(self.able)) % {"count": len(self.able)}

    @property
    def _words(self) -> str:
        verbs = self.verbs
        return next(iter(verbs)) if len(verbs) == 1 else self.act

    def _pick(self, row: Row) -> Pick:
        ticket, status = row.ticket, row.status
        if self.act == BatchAct.DISCARD:
            is_draft = status == TicketStatus.DRAFT
            return Pick(row, "discard") if is_draft else Pick(row, why=_("It is no longer a draft."))
        if self.act == BatchAct.APPROVE:
            if status != TicketStatus.AWAITING_APPROVAL:
                return Pick(row, why=_("It does not wait for approval."))
            is_theirs = cast(Any, ticket).is_yours  # from with_turn
            return (
                Pick(row, "approve") if is_theirs else Pick(row, why=_("You made it: a second person must approve it."))
            )
        if ticket.can_be_ended_by(self.member, self.request.now):
            return Pick(row, "cancel" if ticket.workspace_id == self.member.workspace_id else "reject")
        if status == TicketStatus.DRAFT:
            return Pick(row, why=_("It is a draft: discard it instead."))
        if status in FINAL:
            return Pick(row, why=_("It has ended already."))
        return Pick(row, why=_("A leg has moved already, and you sent none of those."))


def acts_for(tickets: Iterable[Ticket], member: Member) -> list[tuple[str, str]]:
    """The acts that this member may do on several of these at once, each as its value and what it is called."""
    statuses = {ticket.status for ticket in tickets}
    fits = {
        BatchAct.END: statuses - {TicketStatus.DRAFT},
        BatchAct.APPROVE: statuses & {TicketStatus.AWAITING_APPROVAL},
        BatchAct.DISCARD: statuses & {TicketStatus.DRAFT},
    }
    return [(act.value, str(act.label)) for act, fit in fits.items() if fit and member.may(RIGHT_FOR[act])]


NONE = {
    "end": gettext_lazy("None of these tickets can be cancelled or rejected now"),
    "approve": gettext_lazy("None of these tickets can be approved by you now"),
    "discard": gettext_lazy("None of these tickets is a draft that can be discarded"),
}
QUESTIONS = {
    "end": lambda n: ngettext("Cancel or reject %(count)d ticket?", "Cancel or reject %(count)d tickets?", n),
    "cancel": lambda n: ngettext("Cancel %(count)d ticket?", "Cancel %(count)d tickets?", n),
    "reject": lambda n: ngettext("Reject %(count)d ticket?", "Reject %(count)d tickets?", n),
    "approve": lambda n: ngettext("Approve %(count)d ticket?", "Approve %(count)d tickets?", n),
    "discard": lambda n: ngettext("Discard %(count)d draft?", "Discard %(count)d drafts?", n),
}
BUTTONS = {
    "end": lambda n: ngettext("Cancel or reject %(count)d ticket", "Cancel or reject %(count)d tickets", n),
    "cancel": lambda n: ngettext("Cancel %(count)d ticket", "Cancel %(count)d tickets", n),
    "reject": lambda n: ngettext("Reject %(count)d ticket", "Reject %(count)d tickets", n),
    "approve": lambda n: ngettext("Approve %(count)d ticket", "Approve %(count)d tickets", n),
    "discard": lambda n: ngettext("Discard %(count)d draft", "Discard %(count)d drafts", n),
}
RESULTS = {
    "end": lambda n: ngettext(
        "%(done)d of %(count)d ticket cancelled or rejected", "%(done)d of %(count)d tickets cancelled or rejected", n
    ),
    "approve": lambda n: ngettext("%(done)d of %(count)d ticket approved", "%(done)d of %(count)d tickets approved", n),
    "discard": lambda n: ngettext("%(done)d of %(count)d draft discarded", "%(done)d of %(count)d drafts discarded", n),
}
