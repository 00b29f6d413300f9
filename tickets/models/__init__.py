"""The domain, in ten lines.

A *workspace* is a firm; its *members* act for it, each within the rights of a role. It deals under network *profiles*,
and with another firm's profile only over a *connection* that both firms have approved.

A *ticket* is an agreement between two *parties* (profiles) to move assets. It is drafted by one firm, opened (after a
second person's approval, where the firm wants that), and then each party funds its *terms*, the legs.

A *transfer offer* is simpler: an amount of Canton Coin that one profile offers another, which moves once accepted.

Funds are in *accounts*: vaults, the hold beside each vault, and the outside world. A *posting* moves an exact amount of
an *asset* from one account to another and is never changed; a *balance* is the running sum of postings.

Every act is a verb on its model and writes one *event*, in one transaction with what it changed.
"""

from tickets.models.api_key import ApiKey, IdempotentRequest, Nonce
from tickets.models.asset import Asset
from tickets.models.batch import Batch, BatchAct
from tickets.models.dealing import Deal
from tickets.models.drafting import Kind, Settlement
from tickets.models.event import Event
from tickets.models.group import UserGroup
from tickets.models.ledger import Account, AccountKind, Balance, Posting, PostingKind
from tickets.models.network import Connection
from tickets.models.offer import TransferOffer
from tickets.models.policy import PolicyLimit
from tickets.models.profile import Profile, Route, WalletUser
from tickets.models.saved_view import SavedView
from tickets.models.status import ConnectionStatus, OfferStatus, TermStatus, TicketStatus
from tickets.models.term import Party, PartyRole, Term
from tickets.models.ticket import Ticket
from tickets.models.wallet import OfferClaim, Preapproval
from tickets.models.workspace import Member, Right, Role, User, Workspace

__all__ = [
    "Account",
    "AccountKind",
    "ApiKey",
    "Asset",
    "Balance",
    "Batch",
    "BatchAct",
    "Connection",
    "ConnectionStatus",
    "Deal",
    "Event",
    "IdempotentRequest",
    "Kind",
    "Member",
    "Nonce",
    "OfferClaim",
    "OfferStatus",
    "Party",
    "PartyRole",
    "PolicyLimit",
    "Posting",
    "PostingKind",
    "Preapproval",
    "Profile",
    "Right",
    "Role",
    "Route",
    "SavedView",
    "Settlement",
    "Term",
    "TermStatus",
    "Ticket",
    "TicketStatus",
    "TransferOffer",
    "User",
    "UserGroup",
    "WalletUser",
    "Workspace",
]
