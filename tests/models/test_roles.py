"""Roles: the table of rights, and every role at every verb."""

from decimal import Decimal

import pytest
from django.db import transaction

from tests.base import NOON, cast, connect, deposit
from tests.factories import MemberFactory, TicketFactory
from tests.keys import public
from tickets.errors import NotAllowed
from tickets.models import Account, ApiKey, Asset, Connection, Member, Right, Role, Ticket, User
from tickets.models.workspace import RIGHTS

pytestmark = pytest.mark.django_db

# Create, fund, cancel and view stand in the reference; approve, request, connect and manage are ours.
#                          create fund cancel view approve request connect manage
MATRIX = {
    Role.OWNER:             "yes   yes  yes    yes  yes     yes     yes     yes",
    Role.ADMIN:             "yes   yes  yes    yes  yes     yes     yes     yes",
    Role.NON_SIGNING_ADMIN: "yes   yes  yes    yes  yes     yes     yes     yes",
    Role.SIGNER:            "yes   yes  yes    yes  yes     yes     no      no",
    Role.APPROVER:          "no    no   yes    yes  yes     no      no      no",
    Role.EDITOR:            "no    no   yes    yes  no      no      no      no",
    Role.VIEWER:            "no    no   no     yes  no      no      no      no",
}  # fmt: skip
COLUMNS = [
    Right.CREATE,
    Right.FUND,
    Right.CANCEL,
    Right.VIEW,
    Right.APPROVE,
    Right.REQUEST,
    Right.CONNECT,
    Right.MANAGE,
]


def has(role, right):
    return MATRIX[role].split()[COLUMNS.index(right)] == "yes"


def test_the_table_of_rights_is_the_published_one():
    assert {role: {right for right in Right if has(role, right)} for role in Role} == RIGHTS


def connection_in(market, status):
    local, remote = (market.alpha, market.gamma) if status == "awaiting_requester" else (market.gamma, market.alpha)
    by = local.trader if status == "awaiting_requester" else local.admin
    return Connection.objects.request(local=local.profile, remote=remote.profile, by=by, now=NOON)


def machine_in(market, *, shut_out=False):
    owner = market.alpha.members["OWNER"]
    machine = Member.objects.add_machine("Bot", Role.SIGNER, public(), by=owner, now=NOON)
    if shut_out:
        machine.shut_out(by=owner, now=NOON)
    return machine


# Each verb in the status that it needs, by a member of Alpha who had no hand in the making.
VERBS = {
    "draft": (Right.CREATE, "draft", lambda t, by, m: Ticket.objects.draft("one_way", by=by, now=NOON)),
    "set_kind": (Right.CREATE, "draft", lambda t, by, m: t.set_kind("two_way", by=by, now=NOON)),
    "set_profile": (Right.CREATE, "draft", lambda t, by, m: t.set_profile(m.alpha.profile, by=by, now=NOON)),
    "set_connection": (Right.CREATE, "draft", lambda t, by, m: t.set_connection(m.connection, by=by, now=NOON)),
    "add_term": (
        Right.CREATE,
        "draft",
        lambda t, by, m: t.add_term(
            t.counterparty, t.initiator, Asset.objects.get(pk="NEO"), Decimal(1), by=by, now=NOON
        ),
    ),
    "change_term": (
        Right.CREATE,
        "draft",
        lambda t, by, m: t.change_term(t.terms.first(), Asset.objects.get(pk="NEO"), Decimal(1), by=by, now=NOON),
    ),
    "remove_term": (Right.CREATE, "draft", lambda t, by, m: t.remove_term(t.terms.first(), by=by, now=NOON)),
    "set_terms": (Right.CREATE, "draft", lambda t, by, m: t.set_terms([], by=by, now=NOON)),
    "set_expiration": (Right.CREATE, "draft", lambda t, by, m: t.set_expiration(None, by=by, now=NOON)),
    "set_note": (Right.CREATE, "draft", lambda t, by, m: t.set_note("", by=by, now=NOON)),
    "set_external_id": (Right.CREATE, "open", lambda t, by, m: t.set_external_id("A-1", by=by, now=NOON)),
    "skip_options": (Right.CREATE, "draft", lambda t, by, m: t.skip_options(by=by, now=NOON)),
    "discard": (Right.CREATE, "draft", lambda t, by, m: t.discard(by=by, now=NOON)),
    "submit": (Right.CREATE, "draft", lambda t, by, m: t.submit(by=by, now=NOON)),
    "approve": (Right.APPROVE, "awaiting_approval", lambda t, by, m: t.approve(by=by, now=NOON)),
    "decline": (Right.APPROVE, "awaiting_approval", lambda t, by, m: t.decline(by=by, reason="No", now=NOON)),
    "fund": (
        Right.FUND,
        "open",
        lambda t, by, m: t.fund({t.terms.sent_by(by).get().pk: m.alpha.vault}, by=by, now=NOON),
    ),
    "fund_manually": (
        Right.FUND,
        "open",
        lambda t, by, m: t.fund_manually(t.terms.sent_by(by).get(), "0xa", by=by, now=NOON),
    ),
    "cancel": (Right.CANCEL, "open", lambda t, by, m: t.cancel(by=by, reason="No", now=NOON)),
    "request": (
        Right.REQUEST,
        None,
        lambda t, by, m: Connection.objects.request(local=m.alpha.profile, remote=m.gamma.profile, by=by, now=NOON),
    ),
    "withdraw": (
        Right.REQUEST,
        None,
        lambda t, by, m: connection_in(m, "awaiting_requester").withdraw(by=by, now=NOON),
    ),
    "approve own request": (
        Right.CONNECT,
        None,
        lambda t, by, m: connection_in(m, "awaiting_requester").approve(by=by, now=NOON),
    ),
    "approve their request": (
        Right.CONNECT,
        None,
        lambda t, by, m: connection_in(m, "awaiting_peer").approve(by=by, now=NOON),
    ),
    "reject their request": (
        Right.CONNECT,
        None,
        lambda t, by, m: connection_in(m, "awaiting_peer").reject(by=by, reason="No", now=NOON),
    ),
    "remove": (Right.CONNECT, None, lambda t, by, m: m.connection.remove(by=by, reason="No", now=NOON)),
    "add_machine": (
        Right.MANAGE,
        None,
        lambda t, by, m: Member.objects.add_machine("Robot", "SIGNER", public(1), by=by, now=NOON),
    ),
    "change_machine": (
        Right.MANAGE,
        None,
        lambda t, by, m: machine_in(m).change_machine(name="Robot", role="VIEWER", by=by, now=NOON),
    ),
    "register": (
        Right.MANAGE,
        None,
        lambda t, by, m: ApiKey.objects.register(machine_in(m, shut_out=True), public(1), by=by, now=NOON),
    ),
    "rotate": (
        Right.MANAGE,
        None,
        lambda t, by, m: ApiKey.objects.rotate(machine_in(m), public(1), by=by, now=NOON),
    ),
    "revoke": (Right.MANAGE, None, lambda t, by, m: machine_in(m).keys.get().revoke(by=by, now=NOON)),
    "shut_out": (Right.MANAGE, None, lambda t, by, m: machine_in(m).shut_out(by=by, now=NOON)),
}


@pytest.mark.parametrize("verb", VERBS)
def test_a_role_does_what_it_may_and_is_named_where_it_may_not(verb):
    right, status, act = VERBS[verb]
    market = cast(auto_approval=status != "awaiting_approval")
    deposit(market.alpha.vault, BTC="10")
    maker = MemberFactory(workspace=market.alpha.workspace, role=Role.OWNER)
    options = {"connection": market.connection, "kind": "two_way", "by": maker}
    ticket = status and TicketFactory(status=status, **options)
    for role, by in market.alpha.members.items():
        with transaction.atomic():
            if has(role, right):
                act(ticket and Ticket.objects.get(), by, market)
            else:
                with pytest.raises(NotAllowed) as refusal:
                    act(ticket and Ticket.objects.get(), by, market)
                assert refusal.value.message == f"Your role, {Role(role).label.lower()}, may not {right}."
            transaction.set_rollback(True)
        market.connection.refresh_from_db()


@pytest.mark.parametrize("role", Role)
def test_the_questions_that_a_page_asks_agree_with_the_verbs(role):
    market = cast()
    by = market.alpha.members[role]
    ticket = TicketFactory(
        connection=market.connection, kind="two_way", status="open", by=market.alpha.members["OWNER"]
    )
    assert ticket.can_be_funded_by(by, NOON) == has(role, Right.FUND)
    assert ticket.can_be_ended_by(by, NOON) == has(role, Right.CANCEL)
    assert Ticket.objects.with_turn(by).get().is_yours == has(role, Right.FUND)
    request = connection_in(market, "awaiting_peer")
    assert request.awaits(by, NOON) == has(role, Right.CONNECT)
    assert list(Connection.objects.waiting_for(by, NOON)) == ([request] if has(role, Right.CONNECT) else [])


@pytest.mark.parametrize("role", Role)
def test_a_ticket_whose_legs_are_held_without_a_word_is_the_turn_of_whoever_may_say_it(role):
    market = cast()
    by = market.alpha.members[role]
    deposit(market.alpha.vault, BTC="10")
    ticket = TicketFactory(connection=market.connection, kind="two_way", status="open", by=market.ada)
    ticket.hold({ticket.terms.sent_by(by).get().pk: market.alpha.vault}, by=market.ada, now=NOON)
    ticket = Ticket.objects.with_turn(by).get()
    assert ticket.is_yours == ticket.can_be_agreed_by(by) == has(role, Right.FUND)
    assert not ticket.can_be_funded_by(by, NOON)
    market.connection.remove(by=market.alpha.admin, reason="No", now=NOON)
    assert not Ticket.objects.with_turn(by).get().is_yours
    connect(market.alpha, market.beta)
    ticket.agree(by=market.ada, now=NOON)
    assert not Ticket.objects.with_turn(by).get().is_yours


@pytest.mark.parametrize("role", Role)
def test_a_ticket_that_waits_is_the_turn_of_whoever_may_approve_it(role):
    market = cast(auto_approval=False)
    ticket = TicketFactory(connection=market.connection, status="awaiting_approval")
    by = market.alpha.members[role]
    is_maker = role == Role.SIGNER  # Ada
    assert Ticket.objects.with_turn(by).get(pk=ticket.pk).is_yours == (has(role, Right.APPROVE) and not is_maker)
    assert not Ticket.objects.visible_to(market.cy).with_turn(market.cy).exists()


def test_a_stranger_is_refused_at_every_door():
    market = cast()
    deposit(market.gamma.vault, BTC="10", USDC="1000000")
    ticket = TicketFactory(connection=market.connection, kind="two_way", status="open")
    owner = market.gamma.members[Role.OWNER]
    for term in ticket.terms.all():
        with pytest.raises(NotAllowed):
            ticket.fund({term.pk: Account.objects.vaults_of(owner.workspace).get()}, by=owner, now=NOON)
    for act in (
        lambda: ticket.cancel(by=owner, reason="No", now=NOON),
        lambda: ticket.reject(by=owner, reason="No", now=NOON),
        lambda: ticket.fulfil(by=owner, now=NOON),
        lambda: ticket.set_external_id("G-1", by=owner, now=NOON),
        lambda: market.connection.remove(by=owner, reason="No", now=NOON),
        lambda: market.connection.withdraw(by=owner, now=NOON),
        lambda: Connection.objects.request(local=market.alpha.profile, remote=market.gamma.profile, by=owner, now=NOON),
    ):
        with pytest.raises(NotAllowed):
            act()
    assert not Ticket.objects.visible_to(owner).exists()
    assert not Connection.objects.visible_to(owner).exists()


def test_a_person_signs_in_by_an_address_in_any_case():
    user = User.objects.create_user("Ada@Alpha.Example", "a long passphrase")
    assert user.email == "ada@alpha.example"
    assert User.objects.get_by_natural_key("ADA@alpha.EXAMPLE") == user
    assert user.check_password("a long passphrase") and not user.is_staff


def test_a_machine_acts_within_the_rights_of_its_role():
    market = cast()
    machine = Member.objects.create(workspace=market.alpha.workspace, name="Robot", role=Role.SIGNER)
    ticket = TicketFactory(connection=market.connection, status="open", by=machine)
    assert ticket.events.last().by == machine
