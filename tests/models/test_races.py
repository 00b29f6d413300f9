"""Races: real threads with connections of their own, on the same rows at the same moment."""

import threading
import uuid
from collections import Counter
from decimal import Decimal
from io import StringIO

import pytest
from django.core.management import call_command
from django.db import connection

from tests.base import NOON, cast, deposit
from tests.factories import TicketFactory
from tests.keys import public
from tickets.amounts import AmountSum
from tickets.errors import Conflict, Refused, WrongStatus
from tickets.models import (
    Account,
    ApiKey,
    Asset,
    Balance,
    Connection,
    Event,
    Member,
    Posting,
    PostingKind,
    Role,
    TermStatus,
    Ticket,
    TicketStatus,
)
from tickets.models.status import FINAL

pytestmark = pytest.mark.django_db(transaction=True)
# SQLite lets one writer in at a time: more threads would only wait longer.
THREADS = 32 if connection.vendor == "postgresql" else 8


def at_once(*acts):
    """Start every act at the same moment; returns what each raised, or None."""
    outcomes, gate = [None] * len(acts), threading.Barrier(len(acts), timeout=30)

    def run(number, act):
        try:
            connection.ensure_connection()
            gate.wait()
            act()
        except Exception as outcome:
            outcomes[number] = outcome
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=each, daemon=True) for each in enumerate(acts)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
        assert not thread.is_alive(), "An act never came back"
    strange = [outcome for outcome in outcomes if outcome and not isinstance(outcome, Refused)]
    assert not strange, f"{len(strange)} acts failed otherwise than by refusal; the first: {strange[0]!r}"
    return outcomes


def by_name(outcomes):
    return Counter(type(outcome).__name__ for outcome in outcomes)


@pytest.fixture
def market():
    """The cast with much in both vaults, so that nothing fails for want of funds."""
    market = cast()
    for firm in (market.alpha, market.beta):
        deposit(firm.vault, BTC="1000", USDC="100000000", ETH="1000")
    return market


def totals():
    return dict(Balance.objects.order_by("asset").values_list("asset").annotate(total=AmountSum("amount")))


def assert_all_money_is_accounted_for():
    call_command("verify", stdout=StringIO())  # every rule, asked by code that shares nothing with the verbs
    for balance in Balance.objects.select_related("account"):
        into, out = (
            rows.filter(asset=balance.asset_id).aggregate(total=AmountSum("amount"))["total"] or 0
            for rows in (balance.account.postings_in, balance.account.postings_out)
        )
        assert balance.amount == into - out >= 0, balance


def fund(pk, firm, now=NOON):
    """Fund all of this firm's legs, on an instance of this thread's own."""

    def act():
        ticket = Ticket.objects.get(pk=pk)
        mine = ticket.terms.filter(sender__workspace=firm.workspace).values_list("pk", flat=True)
        ticket.fund(dict.fromkeys(mine, Account.objects.get(pk=firm.vault.pk)), by=firm.trader, now=now)

    return act


def verb(pk, name, **arguments):
    return lambda: getattr(Ticket.objects.get(pk=pk), name)(**{"now": NOON, **arguments})


def everything(ticket, market):
    """Every act that can change an open ticket, as eight threads would do them."""
    pk = ticket.pk
    return [
        fund(pk, market.alpha),
        fund(pk, market.beta),
        fund(pk, market.alpha),
        fund(pk, market.beta),
        verb(pk, "cancel", by=market.ada, reason="Changed our mind"),
        verb(pk, "reject", by=market.cy, reason="Not agreed"),
        verb(pk, "expire", now=ticket.expires_at),
        verb(pk, "fulfil", by=market.cy),
    ]


@pytest.mark.parametrize("settlement", ["together", "leg_by_leg"])
@pytest.mark.parametrize("times", range(3))
def test_funding_cancelling_rejecting_and_expiring_at_once_leave_one_outcome_and_all_the_money(
    market, settlement, times
):
    kinds = {"connection": market.connection, "kind": "two_way", "settlement": settlement, "hours": 1}
    tickets = [TicketFactory(status="open", **kinds) for _ in range(THREADS // 8)]
    before, ends = totals(), {"ticket.fulfilled", "ticket.cancelled", "ticket.rejected", "ticket.expired"}
    at_once(*[act for acts in zip(*(everything(t, market) for t in tickets), strict=True) for act in acts])

    assert totals() == before
    assert_all_money_is_accounted_for()
    for ticket in Ticket.objects.filter(pk__in=[ticket.pk for ticket in tickets]):
        ended = list(ticket.events.filter(kind__in=ends))
        legs = {term.status for term in ticket.terms.all()}
        holds = Posting.objects.unresolved().filter(term__ticket=ticket).count()
        assert len(ended) == (ticket.status in FINAL)
        assert ticket.events.count() == ticket.events.filter(kind__startswith="leg.").count() + 5 + len(ended)
        assert holds == ticket.terms.filter(status=TermStatus.HELD).count()
        if ticket.status == TicketStatus.FULFILLED:
            assert legs == {TermStatus.SETTLED}
        elif settlement == "together":
            assert TermStatus.SETTLED not in legs
        if ticket.status in FINAL:
            assert holds == 0


def test_a_leg_that_many_fund_at_once_moves_once(market):
    ticket = TicketFactory(status="open", connection=market.connection)
    outcomes = at_once(*[fund(ticket.pk, market.beta)] * THREADS)
    assert by_name(outcomes) == {"NoneType": 1, "WrongStatus": THREADS - 1}
    assert Posting.objects.filter(kind=PostingKind.SETTLE).count() == 1


def test_both_last_legs_funded_at_once_settle_together_once(market):
    tickets = [
        TicketFactory(status="open", kind="two_way", connection=market.connection).pk for _ in range(THREADS // 2)
    ]
    outcomes = at_once(*[fund(pk, firm) for pk in tickets for firm in (market.alpha, market.beta)])
    assert by_name(outcomes) == {"NoneType": THREADS // 2 * 2}
    assert set(Ticket.objects.values_list("status", flat=True)) == {TicketStatus.FULFILLED}
    assert_all_money_is_accounted_for()
    assert not Posting.objects.unresolved().exists()


def test_what_is_there_once_is_spent_once(market):
    vault = Account.objects.add_vault(market.beta.workspace, "Small")
    deposit(vault, NEO="3")
    tickets = [
        TicketFactory(status="open", connection=market.connection, receive=[("NEO", "1")]).pk for _ in range(THREADS)
    ]

    def spend(pk):
        ticket = Ticket.objects.get(pk=pk)
        ticket.fund({ticket.terms.get().pk: vault}, by=market.cy, now=NOON)

    outcomes = at_once(*[lambda pk=pk: spend(pk) for pk in tickets])
    assert by_name(outcomes) == {"NoneType": 3, "InsufficientFunds": THREADS - 3}
    assert vault.available(Asset.objects.get(pk="NEO")) == 0


@pytest.mark.parametrize("times", range(3))
def test_deposits_and_fundings_over_the_same_balances_never_wait_for_each_other(market, times):
    legs = {"receive": [("USDC", "10"), ("ETH", "1")], "send": [("BTC", "1"), ("ETH", "2")]}
    pairs = {"connection": market.connection, "kind": "two_way"}
    acts = []
    for number in range(THREADS // 4):
        settlement = ["together", "leg_by_leg"][number % 2]
        ticket = TicketFactory(status="open", settlement=settlement, **pairs, **legs)
        acts += [fund(ticket.pk, market.alpha), fund(ticket.pk, market.beta)]
        # SOL is new to both vaults: its balance row is made by whoever comes first.
        acts += [
            lambda firm=firm, ticker=ticker: deposit(Account.objects.get(pk=firm.vault.pk), **{ticker: "1"})
            for firm, ticker in ((market.alpha, ["SOL", "ETH"][number % 2]), (market.beta, ["ETH", "SOL"][number % 2]))
        ]
    assert set(at_once(*acts)) == {None}
    assert_all_money_is_accounted_for()
    assert totals()["SOL"] == THREADS // 4
    assert totals()["ETH"] == 2000 + THREADS // 4


def test_a_deposit_sent_many_times_at_once_arrives_once(market):
    key, sol = uuid.uuid4(), Asset.objects.get(pk="SOL")
    at_once(*[lambda: market.alpha.vault.deposit(sol, Decimal(1), reason="Once", key=key, now=NOON)] * THREADS)
    assert market.alpha.vault.available(sol) == 1


def test_a_ticket_is_approved_or_declined_or_cancelled(market):
    market.alpha.workspace.auto_approval = False
    market.alpha.workspace.save()
    ticket = TicketFactory(status="awaiting_approval", connection=market.connection)
    acts = [
        verb(ticket.pk, "approve", by=market.bo),
        verb(ticket.pk, "decline", by=market.alpha.admin, reason="Too much"),
        verb(ticket.pk, "cancel", by=market.ada, reason="Changed our mind"),
        verb(ticket.pk, "approve", by=market.alpha.admin),
    ]
    at_once(*acts * (THREADS // 4))
    kinds = list(Event.objects.filter(ticket=ticket).values_list("kind", flat=True))
    assert kinds.count("ticket.opened") <= 1
    assert kinds.count("ticket.declined") + kinds.count("ticket.cancelled") <= 1
    assert Ticket.objects.get().status in {TicketStatus.OPEN, TicketStatus.CANCELLED}


def test_a_form_sent_many_times_at_once_makes_one_draft(market):
    key = uuid.uuid4()
    outcomes = at_once(*[lambda: Ticket.objects.draft("one_way", by=market.ada, key=key, now=NOON)] * THREADS)
    assert by_name(outcomes)["NoneType"] >= 1
    assert all(isinstance(outcome, Conflict) for outcome in outcomes if outcome)
    assert Ticket.objects.get().events.count() == 1


def test_two_firms_that_ask_each_other_at_once_make_one_connection(market):
    one, other = market.alpha, market.gamma
    acts = [
        lambda a=a, b=b: Connection.objects.request(local=a.profile, remote=b.profile, by=a.admin, now=NOON)
        for a, b in ((one, other), (other, one))
    ]
    outcomes = at_once(*acts * (THREADS // 2))
    assert by_name(outcomes) == {"NoneType": 1, "Conflict": THREADS // 2 * 2 - 1}


def test_a_connection_removed_while_a_ticket_is_funded_leaves_one_or_the_other_or_both(market):
    ticket = TicketFactory(status="open", connection=market.connection)

    def remove():
        Connection.objects.get().remove(by=market.alpha.admin, reason="We parted", now=NOON)

    funded, removed = at_once(fund(ticket.pk, market.beta), remove)
    assert removed is None and (funded is None or isinstance(funded, WrongStatus))
    assert_all_money_is_accounted_for()


def test_a_key_that_many_firms_register_at_once_goes_to_one_api_user(market):
    admins = [firm.admin for firm in (market.alpha, market.beta, market.gamma)]
    key = public()  # made here: threads that ask for it first at once would make one each
    acts = [
        lambda number=number: Member.objects.add_machine(
            f"bot {number}", Role.SIGNER, key, by=admins[number % len(admins)], now=NOON
        )
        for number in range(THREADS)
    ]
    assert by_name(at_once(*acts)) == {"NoneType": 1, "KeyTaken": THREADS - 1}
    assert ApiKey.objects.count() == Member.objects.filter(user=None).count() == 1
