"""From the ids of the wire to the rows that the caller may see, or the refusal that says which id to correct."""

from collections.abc import Sequence
from uuid import UUID

from django.db.models import Q
from django.http import Http404

from tickets.api.ticket_answers import one_with_answers
from tickets.api.ticket_bodies import ApproveTermIn, FundIn, TermIn
from tickets.errors import Invalid
from tickets.models import Account, Asset, Connection, ConnectionStatus, Deal, Member, Profile, Term, Ticket
from tickets.models.rows import Question
from tickets.models.ticket_search import uuid_or_none


def ticket_of(member: Member, ticket_id: UUID) -> Ticket:
    """The ticket with all that an answer says of it; 404 for one that this firm does not see."""
    ticket = one_with_answers(member, ticket_id)
    if ticket is None:
        raise Http404("ticket")
    return ticket


def term_of(ticket: Ticket, term_id: UUID) -> Term:
    term = next((term for term in ticket.terms.all() if term.pk == term_id), None)
    if term is None:
        raise Http404("term")
    return term


def maker_and_deals(member: Member, network_id: str, terms: Sequence[TermIn]) -> tuple[Profile, list[Deal]]:
    """The firm's own profile that a ticket is made under, and the legs asked for."""
    profiles = _profiles_of(member, network_id, *_networks_of(terms))
    maker = profiles.get(str(uuid_or_none(network_id)))
    if maker is None or maker.workspace_id != member.workspace_id:
        raise Invalid(
            "createdByNetworkId is no profile of your workspace. Look yours up at GET /v1/network_ids.",
            "createdByNetworkId",
            "NETWORK_ID_NOT_OWNED",
        )
    return maker, _deals(terms, profiles)


def deal_of(member: Member, term: TermIn) -> Deal:
    return _deals([term], _profiles_of(member, *_networks_of([term])))[0]


def _networks_of(terms: Sequence[TermIn]) -> list[str]:
    return [network for term in terms for network in (term.from_network_id, term.to_network_id)]


def _profiles_of(member: Member, *networks: str) -> dict[str, Profile]:
    """By id. A profile that is hidden from this firm is left out like one that does not exist."""
    ids = {uuid_or_none(network) for network in networks}
    return {str(profile.pk): profile for profile in _KNOWN.ask(member.workspace_id, *ids)}


def _deals(terms: Sequence[TermIn], profiles: dict[str, Profile]) -> list[Deal]:
    assets = {asset.pk: asset for asset in _ASSETS.ask(*{term.asset for term in terms})} if terms else {}
    return [_deal(term, profiles, assets) for term in terms]


def _profiles_known_to(firm, *ids):
    """Of these the firm's own profiles, those that can be found, and those connected with an own one, hidden or not."""
    asked, asking = (
        Connection.objects.approved().filter(**{f"{end}__workspace": firm}).values(other)
        for end, other in (("requester", "peer"), ("peer", "requester"))
    )
    known = Q(workspace=firm) | Q(is_discoverable=True) | Q(pk__in=asked) | Q(pk__in=asking)
    return Profile.objects.in_use().filter(known, pk__in=ids)


_KNOWN = Question(_profiles_known_to)
_ASSETS = Question(lambda *tickers: Asset.objects.filter(pk__in=tickers))


def _deal(term: TermIn, profiles: dict[str, Profile], assets: dict[str, Asset]) -> Deal:
    sender, receiver = (_known(text, profiles) for text in (term.from_network_id, term.to_network_id))
    asset = assets.get(term.asset)
    if asset is None:
        raise Invalid(f"There is no asset {term.asset}. Send a ticker such as BTC.", "asset", "ASSET_NOT_FOUND")
    return Deal(sender, receiver, asset, asset.parse(term.amount))


def _known(network_id: str, profiles: dict[str, Profile]) -> Profile:
    profile = profiles.get(str(uuid_or_none(network_id)))
    if profile is None:
        raise Invalid(
            f"No profile that your firm can deal with has the id {network_id}. Connect with it first.",
            "terms",
            "NETWORK_NOT_CONNECTED",
        )
    return profile


def must_repeat(term: Term, body: FundIn | ApproveTermIn) -> None:
    """What is funded is exactly what the leg says."""
    if body.asset != term.asset_id:
        raise Invalid(f"This leg is of {term.asset_id}. Send that as the asset.", "asset", "TERM_ASSET_MISMATCH")
    if term.asset.parse(body.amount) != term.amount:
        raise Invalid(f"This leg is {term}. Send that as the amount.", "amount", "TERM_AMOUNT_MISMATCH")


def must_be_connection(ticket: Ticket, connection_id: str) -> None:
    """The connection of the two ends: the approved one, or while there is none, any that they ever had."""
    known = _CONNECTIONS.ask(ticket.initiator.profile_id, ticket.counterparty.profile_id)
    approved = [connection for connection in known if connection.status == ConnectionStatus.APPROVED]
    if uuid_or_none(connection_id) not in {connection.pk for connection in approved or known}:
        raise Invalid(
            "networkConnectionId is not your connection with the receiver. See GET /v1/network_connections.",
            "networkConnectionId",
            "CONNECTION_MISMATCH",
        )


_CONNECTIONS = Question(Connection.objects.between)


def source_of(member: Member, src_id: str, src_type: str = "VAULT_ACCOUNT") -> Account:
    number = int(src_id) if src_id.isascii() and src_id.isdigit() and len(src_id) < 10 else None
    vaults = _VAULTS.ask(member.workspace_id, number) if src_type == "VAULT_ACCOUNT" else []
    if not vaults:
        raise Invalid(
            "Send VAULT_ACCOUNT as srcType and the number of one of your vaults as srcId.", "srcId", "SOURCE_NOT_FOUND"
        )
    return vaults[0]


_VAULTS = Question(lambda firm, number: Account.objects.vaults_of(firm).filter(number=number).select_related("hold"))
