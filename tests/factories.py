"""factory_boy classes. A row reaches its status through the verbs, never by writing it."""

from datetime import timedelta
from decimal import Decimal

import factory
from factory.django import DjangoModelFactory

from tests.base import NOON, deposit
from tickets.models import (
    Account,
    Asset,
    Connection,
    Kind,
    Member,
    PartyRole,
    Profile,
    Role,
    Settlement,
    TermStatus,
    Ticket,
    TransferOffer,
    User,
    Workspace,
)
from tickets.models.network import LAPSES_AFTER
from tickets.models.profile import new_party

RECEIVE, SEND = [("USDC", "250000")], [("BTC", "3.75")]


def member_of(workspace, role):
    """A member of that role, made if there is none."""
    return workspace.members.filter(role=role).first() or MemberFactory(workspace=workspace, role=role)


class WorkspaceFactory(DjangoModelFactory):
    class Meta:
        model = Workspace

    name = factory.Sequence("Firm {}".format)
    auto_approval = True


class UserFactory(DjangoModelFactory):
    class Meta:
        model = User

    name = factory.Sequence("Person {}".format)
    email = factory.LazyAttribute(lambda user: f"{user.name.replace(' ', '.').lower()}@firms.example")
    password = "!"


class MemberFactory(DjangoModelFactory):
    class Meta:
        model = Member

    workspace = factory.SubFactory(WorkspaceFactory)
    role = Role.SIGNER
    user = factory.SubFactory(UserFactory)
    name = factory.SelfAttribute("user.name")


class VaultFactory(DjangoModelFactory):
    class Meta:
        model = Account

    workspace = factory.SubFactory(WorkspaceFactory)
    name = factory.Sequence("Vault {}".format)

    @classmethod
    def _create(cls, model_class, workspace, name):
        return model_class.objects.add_vault(workspace, name)


class FundedVaultFactory(VaultFactory):
    """`FundedVaultFactory(funds={"BTC": "2"})`."""

    @classmethod
    def _create(cls, model_class, workspace, name, funds=(("BTC", "10"), ("USDC", "1000000"))):
        vault = model_class.objects.add_vault(workspace, name)
        deposit(vault, **dict(funds))
        return vault


class ProfileFactory(DjangoModelFactory):
    class Meta:
        model = Profile

    workspace = factory.SubFactory(WorkspaceFactory)
    name = factory.Sequence("Desk {}".format)
    party = factory.LazyAttribute(lambda profile: new_party(profile.name))
    vault = factory.SubFactory(VaultFactory, workspace=factory.SelfAttribute("..workspace"))


class ConnectionFactory(DjangoModelFactory):
    """`ConnectionFactory(status="awaiting_peer")`; approved unless told."""

    class Meta:
        model = Connection

    requester = factory.SubFactory(ProfileFactory)
    peer = factory.SubFactory(ProfileFactory)

    @classmethod
    def _create(cls, model_class, requester, peer, status="approved", now=NOON):
        ours, theirs = member_of(requester.workspace, Role.ADMIN), member_of(peer.workspace, Role.ADMIN)
        asks = member_of(requester.workspace, Role.SIGNER) if status == "awaiting_requester" else ours
        connection = model_class.objects.request(local=requester, remote=peer, by=asks, now=now)
        if status == "lapsed":
            connection.lapse(now=now + LAPSES_AFTER)
        elif status == "withdrawn":
            connection.withdraw(by=ours, now=now)
        elif status == "rejected":
            connection.reject(by=theirs, reason="We do not know you", now=now)
        elif status in ("approved", "removed"):
            connection.approve(by=theirs, now=now)
        if status == "removed":
            connection.remove(by=theirs, reason="We parted", now=now)
        assert connection.status == status
        return connection


class TicketFactory(DjangoModelFactory):
    """`TicketFactory(status="open", kind="two_way", connection=…)`, made by the connection's requester.

    `receive` and `send` are (ticker, amount) pairs as the maker sees them; `hours` sets an expiration. Every status is
    possible; in_settlement has funded the counterparty's legs or, on a one-way ticket with several, the first of them.
    """

    class Meta:
        model = Ticket

    connection = factory.SubFactory(ConnectionFactory)
    kind = Kind.ONE_WAY
    settlement = Settlement.TOGETHER
    status = "draft"

    @classmethod
    def _create(cls, model_class, connection, kind, settlement, status, now=NOON, hours=None, **options):
        workspace = connection.requester.workspace
        by = options.pop("by", None) or member_of(workspace, Role.SIGNER)
        ticket = model_class.objects.draft(kind, settlement, by=by, now=now)
        ticket.set_profile(connection.requester, by=by, now=now)
        ticket.set_connection(connection, by=by, now=now)
        receive, send = options.pop("receive", RECEIVE), options.pop("send", SEND if kind == Kind.TWO_WAY else [])
        if status == "in_settlement" and kind == Kind.ONE_WAY and len(receive) == 1:
            receive = [*receive, ("ETH", "2")]
        for legs, sent in ((receive, False), (send, True)):
            for ticker, amount in legs:
                TermFactory(ticket=ticket, ticker=ticker, amount=amount, sent=sent, by=by, now=now)
        if status == "expired" and hours is None:
            hours = Decimal(1)
        if hours is not None:
            ticket.set_expiration(Decimal(hours), by=by, now=now)
        assert not options, f"Unknown: {options}"
        cls._reach(ticket, status, by, now)
        ticket = model_class.objects.get(pk=ticket.pk)
        assert ticket.status == status
        return ticket

    @classmethod
    def _reach(cls, ticket, status, by, now):
        if status == "draft":
            return
        ours, theirs = ticket.workspace, ticket.counterparty.workspace
        if status == "awaiting_approval":
            assert not ours.auto_approval, "Its firm opens tickets without approval"
        ticket.submit(by=by, now=now)
        if status == "awaiting_approval":
            return
        if ticket.status == "awaiting_approval":
            ticket.approve(by=member_of(ours, Role.APPROVER), now=now)
        if status == "cancelled":
            ticket.cancel(by=by, reason="No longer needed", now=now)
        elif status == "rejected":
            ticket.reject(by=member_of(theirs, Role.SIGNER), reason="Not agreed", now=now)
        elif status == "expired":
            ticket.expire(now=ticket.expires_at or now + timedelta(days=1))
        elif status == "in_settlement":
            cls.fund(ticket, theirs, now, only_first=ticket.kind == Kind.ONE_WAY)
        elif status == "fulfilled":
            for workspace in (theirs, ours):
                cls.fund(ticket, workspace, now)

    @staticmethod
    def fund(ticket, workspace, now=NOON, only_first=False):
        """Fund this firm's legs from its first vault, after depositing what they need."""
        terms = list(ticket.terms.filter(sender__workspace=workspace, status=TermStatus.UNFUNDED))
        terms = terms[:1] if only_first else terms
        if terms:
            vault = Account.objects.vaults_of(workspace).first()
            for term in terms:
                vault.deposit(term.asset, term.amount, reason="For the ticket", now=now)
            ticket.fund({term.pk: vault for term in terms}, by=member_of(workspace, Role.SIGNER), now=now)


class TermFactory(DjangoModelFactory):
    """`TermFactory(ticket=…, ticker="BTC", amount="1", sent=True)`: a leg of a draft, received unless `sent`."""

    class Meta:
        model = "tickets.Term"

    ticket = factory.SubFactory(TicketFactory)
    ticker = "USDC"
    amount = "100"
    sent = False

    @classmethod
    def _create(cls, model_class, ticket, ticker, amount, sent, by=None, now=NOON):
        ours, theirs = ticket.initiator, ticket.counterparty
        assert ours.role == PartyRole.INITIATOR
        return ticket.add_term(
            *((ours, theirs) if sent else (theirs, ours)),
            Asset.objects.get(pk=ticker),
            Decimal(amount),
            by=by or member_of(ticket.workspace, Role.SIGNER),
            now=now,
        )


class OfferFactory(DjangoModelFactory):
    """`OfferFactory(status="accepted", amount="5", reserve=True)`: an offer of one hour, by members of both firms.

    Its sender gets the funds, unless `is_funded` is false: then it has none, so that "withdrawn" is what the worker
    makes of it. A token-standard transfer is never "accepted": it completes at once.
    """

    class Meta:
        model = TransferOffer

    sender = factory.SubFactory(ProfileFactory)
    receiver = factory.SubFactory(ProfileFactory)
    amount = "10"
    description = "For the coffee"
    tracking_id = factory.Sequence("offer-{}".format)
    status = "created"

    @classmethod
    def _create(
        cls,
        model_class,
        sender,
        receiver,
        amount,
        status,
        now=NOON,
        lasts=timedelta(hours=1),
        is_funded=True,
        **options,
    ):
        if is_funded:
            deposit(sender.vault, CC=amount)
        ours, theirs = member_of(sender.workspace, Role.SIGNER), member_of(receiver.workspace, Role.SIGNER)
        offer = model_class.objects.offer(
            sender, receiver, Decimal(amount), expires_at=now + lasts, by=ours, now=now, **options
        )
        if status in ("accepted", "completed") or not is_funded:
            offer.accept(by=theirs, now=now)
        if offer.status == "accepted" and status != "accepted" and status != "expired":
            offer.finish(now=now)
        if status == "rejected":
            offer.reject(by=theirs, now=now)
        elif status == "withdrawn" and is_funded:
            offer.withdraw(by=ours, now=now)
        elif status == "expired":
            offer.expire(now=offer.expires_at)
        assert offer.status == status
        return offer
