"""Questions about transfer offers, and the two ways of making one: `offer`, and `send` to who has preapproved it."""

from __future__ import annotations

import re
import uuid
from contextlib import suppress
from datetime import datetime, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING

from django.db import IntegrityError, models, transaction
from django.db.models import Case, Count, Q, Value, When
from django.utils import timezone
from django.utils.translation import gettext as _

from tickets.amounts import AmountSum, mark_in_force, parse
from tickets.errors import BadAmount, Expired, Invalid, Taken, WrongStatus
from tickets.models.actor import Actor
from tickets.models.paying import CC, COIN_DECIMALS, coin
from tickets.models.profile import Profile, WalletUser
from tickets.models.status import LIVE_OFFER, OfferStatus
from tickets.models.words import TOO_LONG, UNKEPT
from tickets.models.workspace import Member, Right

if TYPE_CHECKING:
    from tickets.models.offer import TransferOffer

DESCRIPTION_MAX = TRACKING_ID_MAX = 279
ENDS, NAMES = ("sender", "receiver"), ("name", "party", "workspace__name")
REFERENCE = re.compile(r"OF-([0-9A-F]{8})")
DEDUPLICATED_FOR = timedelta(hours=24)


class TransferOfferQuerySet(models.QuerySet["TransferOffer"]):
    def of(self, profile: Profile):
        return self.filter(Q(sender=profile) | Q(receiver=profile))

    def visible_to(self, member: Member):
        # By their ids, not by a join: so the index of either side can find the few among a million of other firms.
        own = list(Profile.objects.filter(workspace=member.workspace_id).values_list("pk", flat=True))
        return self.filter(Q(sender__in=own) | Q(receiver__in=own))

    def sent_by(self, member: Member):
        return self.filter(sender__in=_profiles_of(member))

    def received_by(self, member: Member):
        return self.filter(receiver__in=_profiles_of(member))

    def waiting_for(self, member: Member, now: datetime):
        """Those that this member can accept or reject now."""
        if not may_answer(member):
            return self.none()
        return self.open().live(now).filter(receiver__workspace=member.workspace_id)

    def at_status(self, status: str, now: datetime):
        """As `status_at` tells it: one whose time has run out is expired, whether or not that is durable yet."""
        if status == OfferStatus.EXPIRED:
            return self.filter(Q(status=status) | Q(status__in=LIVE_OFFER, expires_at__lte=now))
        return self.filter(status=status) & (self.live(now) if status in LIVE_OFFER else self.all())

    def matching(self, text: str):
        """Whose tracking ID, description, parties, profiles or firms contain the text, or whose amount it is."""
        names = ("tracking_id", "description", *(f"{end}__{name}" for end in ENDS for name in NAMES))
        found = Q(*((f"{name}__icontains", text) for name in names), _connector=Q.OR)
        with suppress(BadAmount):
            found |= Q(amount=parse(text.upper().removesuffix(CC), CC, COIN_DECIMALS, mark_in_force()))
        if reference := REFERENCE.fullmatch(text.upper()):
            found |= Q(pk__range=[uuid.UUID(reference[1] + fill * 24) for fill in "0f"])
        return self.filter(found)

    def promised(self, now: datetime):
        """Per vault that pays, what its live offers will take from what is available: those held took theirs before."""
        promises = self.live(now).filter(reserves=False, sender__vault__isnull=False)
        return promises.order_by().values("sender__vault").annotate(total=AmountSum("amount"), count=Count("pk"))

    def open(self):
        return self.filter(status=OfferStatus.CREATED)

    def accepted(self):
        return self.filter(status=OfferStatus.ACCEPTED)

    def live(self, now: datetime):
        """Those that can still come to something."""
        return self.filter(status__in=LIVE_OFFER, expires_at__gt=now)

    def to_finish(self, now: datetime):
        """Accepted, in time, and to somebody who has where to receive."""
        return self.live(now).filter(status=OfferStatus.ACCEPTED, receiver__vault__isnull=False)

    def due(self, now: datetime, skew: timedelta = timedelta(0)):
        """Those that the worker expires: their time ran out more than `skew` ago, whatever other clocks say."""
        return self.filter(status__in=LIVE_OFFER, expires_at__lt=now - skew)

    def with_tracking_id(self, profile: Profile, tracking_id: str):
        """What this party knows by that id: first the offer that it sent, then those it received, newest first."""
        if not _can_be_kept(tracking_id):
            return self.none()
        is_sent = Case(When(sender=profile, then=Value(0)), default=Value(1))
        return self.of(profile).filter(tracking_id=tracking_id).order_by(is_sent, "-created_at", "-pk")

    def must_be_free(self, sender: Profile, tracking_id: str) -> None:
        """Refuse an id that this party has used, whatever became of the offer; or that came to it and was acted on."""
        received = Q(receiver=sender) & ~Q(status=OfferStatus.CREATED)
        used = self.with_tracking_id(sender, tracking_id).filter(Q(sender=sender) | received).first()
        if used:
            sentence = _("Tracking ID “%(id)s” is used already. Take a new one for another offer.")
            raise Taken(sentence % {"id": tracking_id}, used)

    def offer(
        self,
        sender: Profile,
        receiver: Profile,
        amount: Decimal,
        description: str,
        expires_at: datetime,
        tracking_id: str | None,
        *,
        by: Member | None = None,
        wallet_user: WalletUser | None = None,
        now: datetime | None = None,
        reserve: bool = False,
        is_token: bool = False,
    ) -> TransferOffer:
        """A new offer. Raises Taken, with the offer that has it, where the party knows that `tracking_id` already.

        `is_token` makes it a token-standard transfer: held at once, and where the receiver has preapproved, completed
        at once. A time in the past is no fault of a plain offer: the worker makes it expire.
        """
        actor = Actor.given(by, wallet_user)
        actor.must_act_for(sender, Right.FUND, _("Only the sender's own people can make this offer."))
        now = now or timezone.now()
        fields = _fields(sender, receiver, amount, description)
        if is_token and expires_at <= now:
            raise Expired(_("The time of this transfer has run out already. Choose a later one."))
        if tracking_id is not None:
            tracking_id = text_kept(tracking_id, "tracking_id", TRACKING_ID_MAX)
            self.must_be_free(sender, tracking_id)
        fields |= {"tracking_id": tracking_id, "expires_at": expires_at, "is_token": is_token}
        try:
            with transaction.atomic():
                offer = self._create(fields, actor, now, reserves=reserve or is_token)
                if is_token and receiver.preapprovals.standing().exists():
                    offer._accept(now)
                    offer._complete(now)
                sender.offer_claims.filter(tracking_id=tracking_id).delete()
        except IntegrityError:
            if tracking_id is not None:
                self.must_be_free(sender, tracking_id)  # somebody was first by a moment
            raise
        return offer

    def send(
        self,
        sender: Profile,
        receiver: Profile,
        amount: Decimal,
        description: str,
        deduplication_id: str,
        *,
        by: Member | None = None,
        wallet_user: WalletUser | None = None,
        now: datetime | None = None,
    ) -> TransferOffer:
        """Created, accepted and completed in one moment, to a receiver who has preapproved it; or nothing of it.

        Raises Taken where the sender has used `deduplication_id` within 24 hours.
        """
        actor = Actor.given(by, wallet_user)
        actor.must_act_for(sender, Right.FUND, _("Only the sender's own people can send this."))
        now = now or timezone.now()
        fields = _fields(sender, receiver, amount, description)
        fields["deduplication_id"] = text_kept(deduplication_id, "deduplication_id", TRACKING_ID_MAX)
        with transaction.atomic():
            Profile.objects.select_for_update(no_key=True).get(pk=sender.pk)  # the same id at once: one after the other
            recent = self.filter(sender=sender, deduplication_id=deduplication_id)
            if used := recent.filter(created_at__gt=now - DEDUPLICATED_FOR).first():
                sentence = _("Deduplication ID “%(id)s” was used in the last 24 hours.")
                raise Taken(sentence % {"id": deduplication_id}, used)
            if not receiver.preapprovals.standing().exists():
                sentence = _("%(profile)s has not preapproved transfers. Make an offer instead.")
                raise Invalid(sentence % {"profile": receiver}, "receiver")
            offer = self._create(fields | {"expires_at": now + DEDUPLICATED_FOR}, actor, now, reserves=False)
            offer._accept(now)
            offer._complete(now)
        return offer

    def _create(self, fields: dict, actor: Actor, now: datetime, *, reserves: bool) -> TransferOffer:
        offer = self.model(**fields, reserves=reserves, created_at=now)
        offer.source = offer._paying_vault() if reserves else None
        offer.save(force_insert=True)
        if reserves:
            offer._reserve(now)
        offer._record("created", now, actor, amount=offer.coins, sender=offer.sender.name, receiver=offer.receiver.name)
        return offer


def may_answer(member: Member) -> bool:
    """Whether this member's role lets it accept or reject an offer."""
    return member.may(Right.CREATE) or member.may(Right.CANCEL)


def _profiles_of(member: Member) -> list:
    """The firm's profiles, looked up apart: by their ids an index gives the offers in their order."""
    return list(Profile.objects.filter(workspace=member.workspace_id).values_list("pk", flat=True))


def text_kept(text: str, field: str, limit: int) -> str:
    """Text that a machine gave, kept to the letter; or Invalid if it is too long or no database could keep it."""
    name = field.replace("_", " ")
    if len(text) > limit:
        raise Invalid(TOO_LONG[name] % {"limit": limit, "count": len(text)}, field)
    if not _can_be_kept(text):
        raise Invalid(str(UNKEPT[name]), field)
    return text


def _can_be_kept(text: str) -> bool:
    return "\x00" not in text and not any("\ud800" <= character <= "\udfff" for character in text)


def _fields(sender: Profile, receiver: Profile, amount: Decimal, description: str) -> dict:
    if removed := [profile for profile in (sender, receiver) if profile.removed_at]:
        raise WrongStatus(_("%(profile)s was removed. Choose another profile.") % {"profile": removed[0]})
    return {
        "sender": sender,
        "receiver": receiver,
        "amount": coin().exact(amount),
        "description": text_kept(description, "description", DESCRIPTION_MAX),
    }
