"""From the ids of the wire to the rows that the caller may see, or the refusal that says which id to correct."""

from collections.abc import Sequence
from uuid import UUID

from django.db.models import Q
from django.http import Http404

from tickets.api.ticket_answers import with_answers
from tickets.api.ticket_bodies import ApproveTermIn, FundIn, TermIn
from tickets.errors import Invalid
from tickets.models import Account, Asset, Connection, ConnectionStatus, Deal, Member, Profile, Term, Ticket
from tickets.models.ticket_search import uuid_or_none


def ticket_of(member: Member, ticket_id: UUID) -> Ticket:
    """The ticket with all that an answer says of it; 404 for one that this firm does not see."""
    ticket = with_answers(Ticket.objects.visible_to(member)).filter(pk=ticket_id).first()
    if ticket is None:
        raise Http404("ticket")
    return ticket


def term_of(ticket: Ticket, term_id: UUID) -> Term:
    term = next((term for term in ticket.terms.all() if term.pk == term_id), None)
    if term is None:
        raise Http404("term")
    return term


def own_profile(member: Member, network_id: str) -> Profile:
    profile = Profile.objects.of(member).filter(pk=uuid_or_none(network_id)).first()
    if profile is None:
        raise Invalid(
            "createdByNetworkId is no profile of your workspace. Look yours up at GET /v1/network_ids.",
            "createdByNetworkId",
            "NETWORK_ID_NOT_OWNED",
        )
    return profile


def deals_of(member: Member, terms: Sequence[TermIn]) -> list[Deal]:
    """The legs asked for. A profile that is hidden from this firm is answered like one that does not exist."""
    ids = {uuid_or_none(text) for term in terms for text in (term.from_network_id, term.to_network_id)}
    profiles = {str(profile.pk): profile for profile in _profiles_known_to(member).filter(pk__in=ids - {None})}
    assets = Asset.objects.in_bulk({term.asset for term in terms})
    return [_deal(term, profiles, assets) for term in terms]


def _profiles_known_to(member: Member):
    """Own profiles, those that can be found, and those connected with an own one, hidden or not."""
    own = {"workspace": member.workspace_id}
    asked, asking = (
        Connection.objects.approved().filter(**{f"{end}__workspace": member.workspace_id}).values(other)
        for end, other in (("requester", "peer"), ("peer", "requester"))
    )
    return Profile.objects.in_use().filter(Q(**own) | Q(is_discoverable=True) | Q(pk__in=asked) | Q(pk__in=asking))


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
    ends = Connection.objects.between(ticket.initiator.profile, ticket.counterparty.profile)
    known = dict(ends.values_list("pk", "status"))
    approved = {pk for pk, status in known.items() if status == ConnectionStatus.APPROVED}
    if uuid_or_none(connection_id) not in (approved or known):
        raise Invalid(
            "networkConnectionId is not your connection with the receiver. See GET /v1/network_connections.",
            "networkConnectionId",
            "CONNECTION_MISMATCH",
        )


def source_of(member: Member, src_id: str, src_type: str = "VAULT_ACCOUNT") -> Account:
    number = int(src_id) if src_id.isascii() and src_id.isdigit() and len(src_id) < 10 else None
    vaults = Account.objects.vaults_of(member.workspace_id)
    source = vaults.filter(number=number).first() if src_type == "VAULT_ACCOUNT" else None
    if source is None:
        raise Invalid(
            "Send VAULT_ACCOUNT as srcType and the number of one of your vaults as srcId.", "srcId", "SOURCE_NOT_FOUND"
        )
    return source
