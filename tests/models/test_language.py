"""What the database keeps is of no language, and what people are told is whole sentences of theirs."""

from decimal import Decimal

import pytest
from django.apps import apps
from django.db import transaction
from django.utils import translation

from tests.base import NOON, cast, deposit
from tests.brackets import OPEN
from tests.factories import TicketFactory
from tests.models.offers import offer
from tests.models.test_roles import VERBS
from tickets.models import (
    AccountKind,
    Asset,
    ConnectionStatus,
    Event,
    Kind,
    OfferStatus,
    Party,
    PostingKind,
    Right,
    Role,
    Settlement,
    TermStatus,
    Ticket,
    TicketStatus,
    Workspace,
)
from tickets.models.role import refusal_of
from tickets.models.words import within

SAID = (TicketStatus, TermStatus, ConnectionStatus, OfferStatus, Kind, Settlement, PostingKind, Role)


def everything_kept() -> str:
    return "\n".join(
        str(row) for model in apps.get_app_config("tickets").get_models() for row in model._base_manager.values()
    )


@pytest.mark.django_db
def test_no_verb_keeps_what_a_language_says(bracketed):
    market = cast()
    by = market.alpha.members[Role.ADMIN]
    with translation.override("de"):
        deposit(market.alpha.vault, BTC="10")
        for name, (_, status, act) in VERBS.items():
            with transaction.atomic():
                options = {"connection": market.connection, "kind": "two_way", "by": market.alpha.members[Role.OWNER]}
                if status == "awaiting_approval":
                    Workspace.objects.update(auto_approval=False)
                    market.connection.refresh_from_db()
                ticket = status and TicketFactory(status=status, **options)
                act(ticket and Ticket.objects.get(), by, market)
                assert OPEN not in everything_kept(), name
                transaction.set_rollback(True)


@pytest.mark.django_db
def test_no_offer_keeps_what_a_language_says(bracketed):
    market = cast()
    with translation.override("de"):
        deposit(market.alpha.vault, CC="15")
        offer(market, "withdrawn").withdraw(by=market.ada, now=NOON)
        offer(market, "rejected").reject(by=market.cy, reason="No", now=NOON)
        for tracking_id in ("one", "two"):
            made = offer(market, tracking_id)
            made.accept(by=market.cy, now=NOON)
            made.finish(now=NOON)
        assert made.status == OfferStatus.WITHDRAWN and made.reason.startswith("out of funds (missing 5.0000000000 CC")
        assert OPEN not in everything_kept()


@pytest.mark.django_db
def test_a_leg_whose_end_is_still_open_is_kept_by_the_name_of_the_part(bracketed):
    market, usdc = cast(), Asset.objects.get(pk="USDC")
    with translation.override("de"):
        ticket = Ticket.objects.draft("one_way", by=market.ada, now=NOON)
        ticket.add_term(ticket.counterparty, ticket.initiator, usdc, Decimal(1), by=market.ada, now=NOON)
        assert OPEN in str(Party.objects.filter(role="counterparty").get())
    facts = Event.objects.get(kind="leg.added").facts
    assert facts == {"leg": 1, "amount": "1.000000 USDC", "sender": "Counterparty", "receiver": "Initiator"}


@pytest.mark.parametrize("choice", [choice for choices in SAID for choice in choices])
def test_a_word_within_a_sentence_is_that_of_the_list_in_small_letters(choice):
    assert within(choice) == choice.label.lower() != ""


def test_every_role_and_right_has_its_sentence():
    for role in Role:
        for right in Right:
            assert refusal_of(role, right) == f"Your role, {within(role)}, may not {right}."


@pytest.mark.parametrize("choices", [*SAID, AccountKind])
def test_every_label_is_a_message(bracketed, choices):
    with translation.override("de"):
        assert all(str(choice.label).startswith(OPEN) for choice in choices)
    assert not any(str(choice.label).startswith(OPEN) for choice in choices)
