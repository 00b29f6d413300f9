"""The full table: each situation of a ticket × each verb × whoever may try it.

Either the listed next status with exactly its events, or the named refusal and not one row changed.
"""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.apps import apps
from django.db import transaction

from tests.base import MOMENT, NOON, cast, deposit
from tests.factories import TicketFactory
from tickets.errors import Expired, NotAllowed, Refused, WrongStatus
from tickets.models import Account, Asset, Connection, Deal, Event, Role, TermStatus, Ticket
from tickets.models.drafting import Leg

pytestmark = pytest.mark.django_db

ACTORS = {
    "Ada": lambda market: market.ada,  # she made the ticket
    "Bo": lambda market: market.bo,
    "Alpha's admin": lambda market: market.alpha.admin,
    "Alpha's editor": lambda market: market.alpha.members[Role.EDITOR],
    "Alpha's viewer": lambda market: market.alpha.viewer,
    "Cy": lambda market: market.cy,
    "Beta's approver": lambda market: market.beta.approver,
    "Beta's viewer": lambda market: market.beta.viewer,
    "Dee": lambda market: market.dee,
}
MAKERS = {"Ada", "Alpha's admin"}
ALPHA = {"Ada", "Bo", "Alpha's admin", "Alpha's editor"}
BETA = {"Cy", "Beta's approver"}

# The situations: how the ticket is made, and whether its legs settle together.
SITUATIONS = {
    "draft": {"status": "draft"},
    "awaiting approval": {"status": "awaiting_approval"},
    "open": {"status": "open"},
    "open, leg by leg": {"status": "open", "settlement": "leg_by_leg"},
    "Beta's leg held": {"status": "in_settlement"},
    "both held, Beta's agreed": {"status": "in_settlement"},
    "Beta's leg moved": {"status": "in_settlement", "settlement": "leg_by_leg"},
    "all moved by hand": {"status": "open", "settlement": "leg_by_leg"},
    "fulfilled": {"status": "fulfilled"},
    "cancelled": {"status": "cancelled"},
    "rejected": {"status": "rejected"},
    "expired": {"status": "expired"},
}
UNOPENED, OPEN = {"draft", "awaiting approval"}, {"open", "open, leg by leg"}
HELD = {"Beta's leg held", "both held, Beta's agreed"}
LIVE = {*OPEN, *HELD, "Beta's leg moved", "all moved by hand"}
FINAL = {"fulfilled", "cancelled", "rejected", "expired"}


def own_leg(ticket, by):
    """The leg that this member's firm sends; for all others, the first."""
    return ticket.terms.filter(sender__workspace=by.workspace).first() or ticket.terms.first()


def leg_of(ticket, sender=None):
    usdc, ours, theirs = Asset.objects.get(pk="USDC"), ticket.initiator, ticket.counterparty
    return Leg(sender or theirs, ours, usdc, Decimal(5))


def fund(ticket, by, now):
    ticket.fund({own_leg(ticket, by).pk: Account.objects.vaults_of(by.workspace).first()}, by=by, now=now)


def hold(ticket, by, now):
    ticket.hold({own_leg(ticket, by).pk: Account.objects.vaults_of(by.workspace).first()}, by=by, now=now)


def deal_of(ticket):
    leg = leg_of(ticket)
    return Deal(leg.sender.profile, leg.receiver.profile, leg.asset, leg.amount)


VERBS = {
    "set_kind": lambda t, by, now: t.set_kind("two_way", "leg_by_leg", by=by, now=now),
    "set_profile": lambda t, by, now: t.set_profile(by.workspace.profiles.get(), by=by, now=now),
    "set_connection": lambda t, by, now: t.set_connection(Connection.objects.get(), by=by, now=now),
    "add_term": lambda t, by, now: t.add_term(*leg_of(t)[:4], by=by, now=now),
    "change_term": lambda t, by, now: t.change_term(t.terms.first(), *leg_of(t)[2:4], by=by, now=now),
    "remove_term": lambda t, by, now: t.remove_term(t.terms.first(), by=by, now=now),
    "set_terms": lambda t, by, now: t.set_terms([leg_of(t)], by=by, now=now),
    "add_deal": lambda t, by, now: t.add_deal(deal_of(t), by=by, now=now),
    "change_deal": lambda t, by, now: t.change_deal(t.terms.first(), deal_of(t), by=by, now=now),
    "remove_deal": lambda t, by, now: t.remove_deal(t.terms.first(), by=by, now=now),
    "set_expiration": lambda t, by, now: t.set_expiration(Decimal(2), by=by, now=now),
    "set_note": lambda t, by, now: t.set_note("Mind the gap", by=by, now=now),
    "set_external_id": lambda t, by, now: t.set_external_id("OURS-1", by=by, now=now),
    "skip_options": lambda t, by, now: t.skip_options(by=by, now=now),
    "discard": lambda t, by, now: t.discard(by=by, now=now),
    "submit": lambda t, by, now: t.submit(by=by, now=now),
    "approve": lambda t, by, now: t.approve(by=by, now=now),
    "decline": lambda t, by, now: t.decline(by=by, reason="Too much", now=now),
    "fund": fund,
    "hold": hold,
    "agree": lambda t, by, now: t.agree(by=by, now=now),
    "add_note": lambda t, by, now: t.add_note("Mind the gap", by=by, now=now),
    "fund_manually": lambda t, by, now: t.fund_manually(own_leg(t, by), "0xfeed", by=by, now=now),
    "fulfil": lambda t, by, now: t.fulfil(by=by, now=now),
    "cancel": lambda t, by, now: t.cancel(by=by, reason="Changed our mind", now=now),
    "reject": lambda t, by, now: t.reject(by=by, reason="Not agreed", now=now),
}
DRAFTING = {
    "set_kind": ["ticket.kind_set"],
    "set_profile": ["ticket.profile_set"],
    "set_connection": ["ticket.counterparty_set"],
    "add_term": ["leg.added"],
    "change_term": ["leg.changed"],
    "remove_term": ["leg.removed"],
    "set_terms": ["leg.removed", "leg.removed", "leg.added"],
    "set_expiration": ["ticket.expiration_set"],
    "set_note": ["ticket.note_set"],
    "skip_options": ["ticket.options_skipped"],
    "add_deal": ["leg.added"],
    "change_deal": ["leg.changed"],
    "remove_deal": ["leg.removed"],
}
NOT_TOGETHER = {"open, leg by leg", "Beta's leg moved", "all moved by hand"}


def allowed():
    """(situation, verb) → who may, the next status, the events."""
    table = {("draft", verb): (MAKERS, "draft", events) for verb, events in DRAFTING.items()}
    table |= {
        ("draft", "discard"): (MAKERS, "cancelled", ["ticket.discarded"]),
        ("draft", "submit"): (MAKERS, "awaiting_approval", ["ticket.submitted"]),
        ("awaiting approval", "approve"): ({"Bo", "Alpha's admin"}, "open", ["ticket.opened"]),
        ("awaiting approval", "decline"): ({"Bo", "Alpha's admin"}, "cancelled", ["ticket.declined"]),
        ("awaiting approval", "cancel"): (ALPHA, "cancelled", ["ticket.cancelled"]),
        ("open", "fund"): ({*MAKERS, "Cy"}, "in_settlement", ["leg.held"]),
        ("open", "hold"): ({*MAKERS, "Cy"}, "in_settlement", ["leg.held"]),
        ("Beta's leg held", "hold"): (MAKERS, "in_settlement", ["leg.held"]),
        ("both held, Beta's agreed", "agree"): (MAKERS, "fulfilled", ["ticket.agreed", "ticket.fulfilled"]),
        ("open, leg by leg", "fund"): ({*MAKERS, "Cy"}, "in_settlement", ["leg.settled"]),
        ("Beta's leg held", "fund"): (MAKERS, "fulfilled", ["leg.held", "ticket.fulfilled"]),
        ("Beta's leg moved", "fund"): (MAKERS, "fulfilled", ["leg.settled", "ticket.fulfilled"]),
        ("Beta's leg moved", "fund_manually"): (MAKERS, "in_settlement", ["leg.funded_by_hand"]),
        ("all moved by hand", "fulfil"): ({*MAKERS, "Cy"}, "fulfilled", ["ticket.fulfilled"]),
    }
    for situation in SITUATIONS:
        who = MAKERS if situation in UNOPENED else {*MAKERS, "Cy"}
        table[situation, "set_external_id"] = (who, SITUATIONS[situation]["status"], ["ticket.external_id_set"])
    table["all moved by hand", "set_external_id"] = ({*MAKERS, "Cy"}, "in_settlement", ["ticket.external_id_set"])
    for situation in {*OPEN, *HELD}:  # the clock still runs
        table[situation, "set_expiration"] = (
            MAKERS,
            SITUATIONS[situation]["status"],
            ["ticket.expiration_set"],
        )
    for situation, options in SITUATIONS.items():
        who = ALPHA if situation in UNOPENED else ALPHA | BETA
        status = "in_settlement" if situation == "all moved by hand" else options["status"]
        table[situation, "add_note"] = (who, status, ["note.added"])
    for situation in OPEN:
        table[situation, "fund_manually"] = ({*MAKERS, "Cy"}, "in_settlement", ["leg.funded_by_hand"])
    for situation in LIVE:
        if situation != "Beta's leg moved":  # only Beta has sent anything then
            table[situation, "cancel"] = (ALPHA, "cancelled", ["ticket.cancelled"])
        table[situation, "reject"] = (BETA, "rejected", ["ticket.rejected"])
    return table


ALLOWED = allowed()
FORBIDDEN = dict.fromkeys([*DRAFTING, "discard", "submit"], set(ACTORS) - MAKERS) | {
    "set_external_id": set(ACTORS) - MAKERS - {"Cy"},
    "approve": {"Alpha's editor", "Alpha's viewer", "Beta's viewer", *BETA, "Dee"},
    "decline": {"Alpha's editor", "Alpha's viewer", "Beta's viewer", *BETA, "Dee"},
    "fund": set(ACTORS) - MAKERS - {"Cy", "Dee"},
    "fund_manually": set(ACTORS) - MAKERS - {"Cy", "Dee"},
    "hold": set(ACTORS) - MAKERS - {"Cy", "Dee"},
    "agree": set(ACTORS) - MAKERS - {"Cy", "Dee"},
    "add_note": set(ACTORS) - ALPHA - BETA,
    "fulfil": set(ACTORS) - MAKERS - {"Cy"},
    "cancel": set(ACTORS) - ALPHA,
    "reject": set(ACTORS) - BETA,
}
"""Whom a verb refuses by name, whatever the status; everybody else meets the status."""
ALSO_NOT_ALLOWED = {
    *((("awaiting approval", verb, "Ada")) for verb in ("approve", "decline")),  # she is its maker
    *((("Beta's leg moved", "cancel", name)) for name in ALPHA),  # only Beta has sent anything
    *(((situation, verb, "Dee")) for situation in LIVE for verb in ("fund", "hold", "fund_manually")),  # no leg is hers
    *(((situation, "agree", "Dee")) for situation in LIVE - NOT_TOGETHER),
    # Beta does not know of it yet
    *(((situation, "set_external_id", "Cy")) for situation in UNOPENED),
    *(((situation, "add_note", name)) for situation in UNOPENED for name in BETA),
}


def refusal(situation, verb, name):
    is_forbidden = name in FORBIDDEN[verb] or (situation, verb, name) in ALSO_NOT_ALLOWED
    return NotAllowed if is_forbidden else WrongStatus


def made(situation):
    """The market, and a ticket in that situation between its Alpha and its Beta."""
    options = SITUATIONS[situation]
    market = cast(auto_approval=situation not in UNOPENED)
    for firm in (market.alpha, market.beta, market.gamma):
        deposit(firm.vault, BTC="100", USDC="1000000")
    ticket = TicketFactory(connection=market.connection, kind="two_way", hours=1, **options)
    if situation == "both held, Beta's agreed":
        ticket.hold({own_leg(ticket, market.ada).pk: market.alpha.vault}, by=market.ada, now=NOON)
    if situation == "all moved by hand":
        ticket.fund_manually(own_leg(ticket, market.ada), "0xa", by=market.ada, now=NOON)
        ticket.fund_manually(own_leg(ticket, market.cy), "0xb", by=market.cy, now=NOON)
    return market, ticket


def every_row():
    return {
        model.__name__: list(model.objects.order_by("pk").values())
        for model in apps.get_app_config("tickets").get_models()
    }


def outcome(attempt, ticket, by, now=NOON):
    """The next status and the kinds of the events, each told by this member; or the type of the refusal."""
    last, revision = Event.objects.latest("pk").pk, ticket.revision
    with transaction.atomic():
        try:
            attempt(ticket, by, now)
        except Refused as refused:
            assert refused.message.endswith("."), refused.message
            return type(refused)
        events = list(Event.objects.filter(pk__gt=last))
        told = Ticket.objects.get().status, [event.kind for event in events]
        assert {(event.by, event.ticket, event.at) for event in events} == {(by, ticket, now)}
        assert (events[-1].status, Ticket.objects.get().revision > revision) == (told[0], True)
        transaction.set_rollback(True)
        return told


@pytest.mark.parametrize("situation", SITUATIONS)
def test_each_verb_makes_its_move_or_is_refused_without_a_trace(situation):
    market, _ = made(situation)
    before, found, expected = every_row(), {}, {}
    for verb, attempt in VERBS.items():
        who, *move = ALLOWED.get((situation, verb), ((), ()))
        for name, actor in ACTORS.items():
            found[verb, name] = outcome(attempt, Ticket.objects.get(), actor(market))
            expected[verb, name] = tuple(move) if name in who else refusal(situation, verb, name)
    assert found == expected
    assert every_row() == before


@pytest.mark.parametrize("situation", SITUATIONS)
def test_only_what_runs_out_of_time_expires_and_only_then(situation):
    _, ticket = made(situation)
    at, before = NOON + timedelta(hours=1), every_row()
    with pytest.raises(WrongStatus):
        Ticket.objects.get().expire(now=at - MOMENT)
    if situation not in {*OPEN, *HELD}:
        with pytest.raises(WrongStatus):
            Ticket.objects.get().expire(now=at)
        assert every_row() == before
    else:
        Ticket.objects.get().expire(now=at)
        event = Event.objects.latest("pk")
        assert (event.kind, event.by, event.staff, event.status) == ("ticket.expired", None, None, "expired")
        assert not ticket.terms.filter(status=TermStatus.HELD).exists()


@pytest.mark.parametrize("situation", ["open", "open, leg by leg", "Beta's leg held"])
def test_a_ticket_out_of_time_acts_as_expired_even_while_the_worker_sleeps(situation):
    market, _ = made(situation)
    at, before, found, expected = NOON + timedelta(hours=1), every_row(), {}, {}
    for verb in ("fund", "fund_manually", "fulfil", "cancel", "reject"):
        for name, actor in ACTORS.items():
            found[verb, name] = outcome(VERBS[verb], Ticket.objects.get(), actor(market), at)
            expected[verb, name] = NotAllowed if name in FORBIDDEN[verb] else Expired
    assert found == expected
    assert every_row() == before


def test_with_auto_approval_a_submitted_draft_is_open_at_once():
    market = cast(auto_approval=True)
    ticket = TicketFactory(connection=market.connection)
    last = Event.objects.latest("pk")
    ticket.submit(by=market.ada, now=NOON)
    [event] = Event.objects.filter(pk__gt=last.pk)
    assert (event.kind, event.is_private, ticket.status) == ("ticket.opened", False, "open")
