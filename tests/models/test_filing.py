"""Under which words a ticket that has ended is filed, for each firm that saw it."""

from decimal import Decimal
from importlib import import_module

import pytest
from django.apps import apps
from django.db import connection

from tests.base import NOON, cast
from tests.factories import TicketFactory
from tests.proposals import exchange, propose, three
from tickets.models import Party, Ticket, filing

pytestmark = pytest.mark.django_db


@pytest.fixture
def people():
    return cast()


def words_of(ticket, firm):
    return Party.objects.defer(None).get(ticket=ticket, workspace=firm.workspace).filed_under


def test_it_is_filed_for_both_firms_at_its_end_and_not_before(people):
    legs = {"send": [("ETH", "0.50")], "receive": [("USDC", "7")]}
    ticket = TicketFactory(status="open", connection=people.connection, by=people.ada, kind="two_way", **legs)
    alpha, beta = people.alpha, people.beta
    assert words_of(ticket, alpha) is words_of(ticket, beta) is None
    ticket.cancel(by=people.ada, reason="Over")
    shared = {
        "status:cancelled",
        "kind:two_way",
        "asset:ETH",
        "asset:USDC",
        "amount:0.5",
        "amount:0.5 ETH",
        "amount:7",
        "amount:7 USDC",
        filing.of_profile(alpha.profile.pk),
        filing.of_profile(beta.profile.pk),
    }
    assert {*words_of(ticket, alpha)} == shared | {filing.of_firm(beta.workspace.pk)}
    assert {*words_of(ticket, beta)} == shared | {filing.of_firm(alpha.workspace.pk)}


def test_who_stands_between_two_firms_is_told_apart():
    three_firms = three()
    ticket = propose(three_firms.gamma, exchange(three_firms))
    ticket.submit(by=three_firms.gamma.trader, now=NOON)
    ticket.cancel(by=three_firms.gamma.trader, reason="Over", now=NOON)
    firms = [three_firms.alpha, three_firms.beta, three_firms.gamma]
    for firm in firms:
        words = words_of(ticket, firm)
        others = {filing.of_firm(other.workspace.pk) for other in firms if other is not firm}
        assert filing.VIA_INTERMEDIARY in words
        assert {word for word in words if word.startswith("firm:")} == others


def test_a_draft_that_was_discarded_is_filed_for_its_maker_only(people):
    ticket = TicketFactory(status="draft", connection=people.connection, by=people.ada)
    ticket.discard(by=people.ada)
    assert words_of(ticket, people.alpha) and words_of(ticket, people.beta) is None
    assert [part.ticket for part in Party.objects.filed_for(people.ada)] == [ticket]
    assert not Party.objects.filed_for(people.cy)


@pytest.mark.parametrize(
    ("lookup", "words", "is_found"),
    [
        ("all", ["asset:USDC"], True),
        ("all", ["asset:USDC", "status:cancelled"], True),
        ("all", ["asset:USDC", "status:rejected"], False),
        ("any", ["asset:NEO", "status:cancelled"], True),
        ("any", ["asset:NEO"], False),
        ("any", ["asset:USD", "SDC", "asset:USDC ", '"', "%", ","], False),  # whole words only
        ("any", [], False),
    ],
)
def test_it_is_found_by_all_or_by_any_of_some_words(people, lookup, words, is_found):
    ticket = TicketFactory(status="cancelled", connection=people.connection, by=people.ada, receive=[("USDC", "7")])
    found = Party.objects.filed_for(people.ada).filter(**{f"filed_under__{lookup}": words})
    assert [part.ticket for part in found] == [ticket] * is_found
    named = Ticket.objects.of(people.ada).filter(**{f"own_filed_under__{lookup}": words})
    assert [*named] == [ticket] * is_found


def test_amounts_are_filed_as_they_are_looked_for():
    assert filing.of_amount(Decimal("1250.500"), "USDC") == filing.of_amount(Decimal("1250.5"), "USDC")
    assert filing.of_amount(Decimal("1E+3")) == "amount:1000"


def test_nobody_reads_the_words_with_a_page(people):
    ticket = TicketFactory(status="cancelled", connection=people.connection, by=people.ada)
    found = Ticket.objects.with_legs().get(pk=ticket.pk)
    for party in (*found.parties.all(), *(leg.sender for leg in found.terms.all())):
        assert party.get_deferred_fields() == {"filed_under"}


def test_the_migration_files_what_ended_before_as_the_verbs_do():
    people = three()
    for status in ("open", "cancelled", "fulfilled", "rejected"):
        TicketFactory(status=status, connection=people.connection, by=people.ada, receive=[("USDC", "7.50")])
    TicketFactory(status="draft", connection=people.connection, by=people.ada).discard(by=people.ada)
    arranged = propose(people.gamma, exchange(people))
    arranged.submit(by=people.gamma.trader, now=NOON)
    arranged.cancel(by=people.gamma.trader, reason="Over", now=NOON)
    words = dict(Party.objects.values_list("pk", "filed_under"))
    assert len([each for each in words.values() if each]) == 3 * 2 + 1 + 3
    Party.objects.update(filed_under=None)
    migration = import_module("tickets.migrations.0014_file_ended_tickets")
    migration.file(apps, connection.SchemaEditorClass(connection))
    assert {pk: each and sorted(each) for pk, each in Party.objects.values_list("pk", "filed_under")} == words
