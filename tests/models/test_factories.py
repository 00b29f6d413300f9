"""The factories reach every status, by the verbs alone."""

import pytest

from tests.base import cast
from tests.factories import (
    ConnectionFactory,
    FundedVaultFactory,
    OfferFactory,
    TermFactory,
    TicketFactory,
    WorkspaceFactory,
)
from tickets.models import Asset, ConnectionStatus, Event, OfferStatus, TicketStatus

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("settlement", ["together", "leg_by_leg"])
@pytest.mark.parametrize("kind", ["one_way", "two_way"])
@pytest.mark.parametrize("status", TicketStatus)
def test_a_ticket_of_any_status_can_be_made(status, kind, settlement):
    connection = ConnectionFactory(requester__workspace__auto_approval=status != "awaiting_approval")
    ticket = TicketFactory(status=status, kind=kind, settlement=settlement, connection=connection)
    assert ticket.status == status
    assert Event.objects.filter(ticket=ticket).last().status == status


@pytest.mark.parametrize("status", ConnectionStatus)
def test_a_connection_of_any_status_can_be_made(status):
    assert ConnectionFactory(status=status).status == status


@pytest.mark.parametrize("reserve", [False, True])
@pytest.mark.parametrize("status", OfferStatus)
def test_an_offer_of_any_status_can_be_made(status, reserve):
    assert OfferFactory(status=status, reserve=reserve).status == status


def test_a_vault_can_be_funded_and_a_leg_added():
    vault = FundedVaultFactory(workspace=WorkspaceFactory(), funds={"NEO": "3"})
    assert vault.available(Asset.objects.get(pk="NEO")) == 3
    assert str(TermFactory(ticker="BTC", amount="0.5")) == "0.50000000 BTC"


def test_the_cast_knows_its_parts():
    market = cast()
    assert [member.name for member in (market.ada, market.bo, market.cy, market.dee)] == ["Ada", "Bo", "Cy", "Dee"]
    assert market.connection.local(market.ada) == market.alpha.profile
