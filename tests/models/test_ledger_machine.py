"""After any sequence of deposits, fundings and endings, told through the verbs, every unit is accounted for."""

from decimal import Decimal
from io import StringIO

import pytest
from django.core.management import call_command
from django.db import transaction
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule, run_state_machine_as_test

from tests.base import NOON, Cast, cast, deposit
from tests.factories import TicketFactory
from tickets.errors import InsufficientFunds, WrongStatus
from tickets.models import Account, AccountKind, Balance, Posting, TermStatus, Ticket
from tickets.models.status import LIVE

# Few figures, some of them extreme, so that funds are often just enough or just too little.
FIGURES = ["1", "2", "0.000000000000000001", "999999999999.999999999999999999"]
ASSETS = ["ETH", "LINK"]
figures, assets, sides = st.sampled_from(FIGURES), st.sampled_from(ASSETS), st.sampled_from(["alpha", "beta"])


class Market(RuleBasedStateMachine):
    """Each example runs inside a transaction that is thrown away, so that none sees another's rows."""

    cast: Cast

    def __init__(self):
        super().__init__()
        self.outer = transaction.atomic()
        self.outer.__enter__()
        self.brought_in = dict.fromkeys(ASSETS, Decimal(0))

    def teardown(self):
        try:
            call_command("verify", stdout=StringIO())  # all other rules, once at the end
        finally:
            transaction.set_rollback(True)
            self.outer.__exit__(None, None, None)

    def live(self):
        return list(Ticket.objects.filter(status__in=LIVE).order_by("created_at", "pk"))

    def has_live(self):
        return Ticket.objects.filter(status__in=LIVE).exists()

    def vault(self, side, number):
        return Account.objects.vaults_of(getattr(self.cast, side).workspace)[number]

    @rule(side=sides, number=st.integers(0, 1), asset=assets, figure=figures)
    def bring_in_funds(self, side, number, asset, figure):
        deposit(self.vault(side, number), **{asset: figure})
        self.brought_in[asset] += Decimal(figure)

    @rule(
        settlement=st.sampled_from(["together", "leg_by_leg"]),
        receive=st.lists(st.tuples(assets, figures), min_size=1, max_size=2),
        send=st.lists(st.tuples(assets, figures), min_size=1, max_size=2),
    )
    def open_ticket(self, settlement, receive, send):
        options = {"connection": self.cast.connection, "kind": "two_way", "hours": 1, "status": "open"}
        TicketFactory(settlement=settlement, receive=receive, send=send, **options)

    @precondition(has_live)
    @rule(data=st.data(), side=sides, number=st.integers(0, 1), all_legs=st.booleans())
    def fund(self, data, side, number, all_legs):
        ticket, firm = data.draw(st.sampled_from(self.live())), getattr(self.cast, side)
        legs = list(ticket.terms.filter(sender__workspace=firm.workspace, status=TermStatus.UNFUNDED))
        legs = legs if all_legs else legs[:1]
        if legs:
            try:
                with transaction.atomic():
                    ticket.fund({leg.pk: self.vault(side, number) for leg in legs}, by=firm.trader, now=NOON)
            except InsufficientFunds:
                held = Balance.objects.filter(account=self.vault(side, number))
                assert any(
                    sum(leg.amount for leg in legs if leg.asset_id == asset)
                    > next((balance.amount for balance in held if balance.asset_id == asset), 0)
                    for asset in {leg.asset_id for leg in legs}
                )

    @precondition(has_live)
    @rule(data=st.data(), act=st.sampled_from(["cancel", "reject", "expire"]))
    def end(self, data, act):
        ticket = data.draw(st.sampled_from(self.live()))
        has_moved = ticket.terms.filter(status=TermStatus.SETTLED).exists()
        if act == "expire" and has_moved:
            with pytest.raises(WrongStatus), transaction.atomic():
                ticket.expire(now=ticket.expires_at)
        elif act == "expire":
            ticket.expire(now=ticket.expires_at)
        elif not has_moved:
            by = self.cast.ada if act == "cancel" else self.cast.cy
            getattr(ticket, act)(by=by, reason="Enough", now=NOON)

    @invariant()
    def nothing_is_created_or_lost_and_none_is_below_zero(self):
        balances = list(Balance.objects.all())
        assert all(balance.amount >= 0 for balance in balances)
        for asset, total in self.brought_in.items():
            assert sum(balance.amount for balance in balances if balance.asset_id == asset) == total

    @invariant()
    def balances_are_the_sums_of_postings(self):
        sums = {}
        for posting in Posting.objects.all():
            for account, amount in ((posting.source_id, -posting.amount), (posting.destination_id, posting.amount)):
                key = (account, posting.asset_id)
                sums[key] = sums.get(key, 0) + amount
        outside = Account.objects.filter(kind=AccountKind.OUTSIDE).values_list("pk", flat=True)
        kept = {(balance.account_id, balance.asset_id): balance.amount for balance in Balance.objects.all()}
        assert {key: amount for key, amount in sums.items() if key[0] not in outside} == kept
        assert all(-sums[key] == self.brought_in[key[1]] for key in sums if key[0] in outside)

    @invariant()
    def what_is_held_is_held_for_a_live_leg(self):
        holds = list(Posting.objects.unresolved().select_related("term__ticket"))
        assert all(hold.term.status == TermStatus.HELD and hold.term.ticket.status in LIVE for hold in holds)
        held = Balance.objects.filter(account__kind=AccountKind.HOLD)
        assert sum(balance.amount for balance in held) == sum(hold.amount for hold in holds)


@pytest.mark.django_db
def test_whatever_happens_every_unit_is_accounted_for():
    Market.cast = cast()
    for firm in (Market.cast.alpha, Market.cast.beta):
        Account.objects.add_vault(firm.workspace, "Second")
    run_state_machine_as_test(Market, settings=settings(max_examples=10, stateful_step_count=12, deadline=None))
