"""Actor: who acts for a profile. A member of its firm, in the console; or a user of its wallet, over the API."""

from typing import NamedTuple

from django.utils.translation import gettext as _

from tickets.errors import NotAllowed
from tickets.models.profile import Profile, WalletUser
from tickets.models.words import within
from tickets.models.workspace import Member, Right


class Actor(NamedTuple):
    """One of the two; nobody where the product itself acts, by the clock or by the funds that are there."""

    by: Member | None = None
    wallet_user: WalletUser | None = None

    @classmethod
    def given(cls, by: Member | None, wallet_user: WalletUser | None) -> "Actor":
        if (by is None) == (wallet_user is None):
            raise TypeError("Say who acts: a member or a wallet user, and not both.")
        return cls(by, wallet_user)

    @property
    def workspace_id(self):
        if self.wallet_user:
            return self.wallet_user.profile.workspace_id
        return self.by.workspace_id if self.by else None

    @property
    def own_facts(self) -> dict:
        """What an event keeps of a wallet user, for the own firm only."""
        return {"wallet_user": self.wallet_user.subject} if self.wallet_user else {}

    def must_act_for(self, profile: Profile, right: Right, refusal: str) -> None:
        """Refuse a stranger with `refusal`, and a member whose role lacks the right, by name."""
        if self.wallet_user:
            is_own = self.wallet_user.profile_id == profile.pk
        else:
            is_own = self.by is not None and self.by.workspace_id == profile.workspace_id
        if not is_own:
            raise NotAllowed(refusal)
        if self.by and not self.by.may(right):
            words = {"role": within(self.by.role)}
            raise NotAllowed(_("Your role, %(role)s, may not do this with a transfer offer.") % words)


NOBODY = Actor()
