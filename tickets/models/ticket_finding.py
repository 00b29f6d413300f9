"""Finding tickets: by what they are, and by a text that may mean several things."""

import re
from collections.abc import Collection
from datetime import datetime
from decimal import Decimal
from functools import reduce
from operator import or_
from typing import Any, NamedTuple, TypeVar
from uuid import UUID

from django.db import models
from django.db.models import Exists, F, FilteredRelation, IntegerField, OuterRef, Q, Value
from django.db.models.functions import StrIndex, Upper
from django.db.models.lookups import GreaterThan

from tickets.amounts import PLACES, mark_in_force, parse
from tickets.errors import BadAmount
from tickets.models import filing
from tickets.models.status import LIVE, TicketStatus
from tickets.models.term import Party, PartyRole, Term
from tickets.models.workspace import Member

Row = TypeVar("Row", bound=models.Model)
Meanings = list[tuple[Q, models.QuerySet]]

OWN = ("created_at", "ended_at", "external_id", "filed_under", "profile_id", "ticket_id")
KEYS_MAX = 500
"""So many tickets that a text means are looked up one by one, by the indexes."""
NOTE_PART = re.compile(r"[^\W_]{3}")
"""Notes and external IDs are searched for texts with three letters or figures in a row: an index knows no less."""
LEADING = re.compile(r"[^\W_]{3}|[\W_][^\W_]|[^\W_]{2}[\W_]")
"""What the index of parts knows of a text: three letters or figures, or fewer where the word begins or ends there."""
PARTED = re.compile(r"(\d{1,3})[.,](\d{3})", re.ASCII)


class Meaning(NamedTuple):
    """What a text means, as a condition for tickets; and whether few fit it."""

    condition: Q
    is_rare: bool


class FiledMeaning(NamedTuple):
    """What a text means for tickets that are filed: words under which some are, and by their few ids those that have it
    in another way; where these are many, `others` is what only the tickets themselves can tell."""

    words: Collection[str]
    keys: Collection[UUID] = ()
    others: Q | None = None

    def of_parts(self, prefix: str = "") -> Q:
        """As a condition for a firm's parts in tickets, whose columns begin with `prefix`. Without `others`."""
        found = Q(**{f"{prefix}ticket_id__in": self.keys})
        return found | Q(**{f"{prefix}filed_under__any": self.words}) if self.words else found

    def of_tickets(self) -> Q:
        """As a condition for tickets after `of`."""
        known = self.of_parts("own_")
        if self.others is None:
            return known
        return known | self.others if self.words else self.others  # alone, an index leads to them


class TicketFinding(models.QuerySet[Row]):
    def of(self, member: Member):
        """Those visible to this member, beside its firm's part in each: `own_…`, whose times an index has in order."""
        own = FilteredRelation("parties", condition=Q(parties__workspace=member.workspace_id))
        seen = Q(workspace=member.workspace_id) | Q(opened_at__isnull=False)
        rows = self.alias(own=own).filter(seen, own__workspace=member.workspace_id)
        # By these names one join serves all that is asked of it; `own__…` in a later filter would make another.
        return rows.alias(**{f"own_{name}": F(f"own__{name}") for name in OWN})

    def not_ended(self):
        """After `of`. Whether their time has run out is another question."""
        return self.filter(own_ended_at__isnull=True)

    def filed(self):
        """After `of`: those whose end is durable, and which are filed for the firm."""
        return self.filter(own_filed_under__isnull=False)

    def at_status(self, statuses: Collection[str], now: datetime):
        """A ticket past its expiry counts as expired, whether or not the worker has made it durable."""
        due = Q(expires_at__isnull=False, expires_at__lte=now, clock_stopped_at__isnull=True)
        live = [status for status in statuses if status in LIVE]
        rest = [status for status in statuses if status not in LIVE]
        found = Q(status__in=rest) | Q(status__in=live) & ~due
        return self.filter(found | Q(status__in=LIVE) & due if TicketStatus.EXPIRED in rest else found)

    def with_firm(self, workspace: UUID):
        """Those that this firm is a party of, whoever else is."""
        return self.filter(Exists(Party.objects.filter(ticket=OuterRef("pk"), workspace=workspace)))

    def with_asset(self, asset: str):
        return self.filter(Exists(Term.objects.filter(ticket=OuterRef("pk"), asset=asset)))

    def under(self, profile: UUID):
        """After `of`: those in which the firm takes part under this profile of its own."""
        return self.filter(own_profile_id=profile)

    def via_intermediary(self):
        return self.filter(Exists(Party.objects.filter(ticket=OuterRef("pk"), role=PartyRole.INTERMEDIARY)))

    def called(self, text: str) -> Row | None:
        """After `of`: the one ticket that the text names whole, by its reference or by the firm's own external ID."""
        name = text.upper()
        for found in (self.filter(reference__in=[name, f"TK-{name}"]), self.filter(own_external_id=text)):
            if len(tickets := list(found[:2])) == 1:
                return tickets[0]
        return None

    def meaning(self, text: str, member: Member, profiles: Collection[UUID]) -> Meaning:
        """What the text may mean for tickets after `of`.

        The beginning of a reference, part of the note, of the firm's own external ID or of another party's name (that
        of one of these `profiles`, which have been looked up), an asset's ticker or an amount. Meanings are looked up
        first: by their indexes a rare one costs no walk through all tickets. Where they are many, the tickets are asked
        one after the other, and soon enough fill a page.
        """
        keys, condition, _ = _look_up(self._meanings(text, member, profiles))
        return Meaning(condition if keys is None else Q(pk__in=keys), keys is not None)

    def any_meaning(self, text: str, member: Member, profiles: Collection[UUID]) -> Q:
        """The same for a few tickets, of which each may as well be asked: nothing is looked up before."""
        return reduce(or_, (asked for asked, _ in self._meanings(text, member, profiles)))

    def filed_meaning(
        self, text: str, member: Member, profiles: Collection[UUID], assets: Collection[str]
    ) -> FiledMeaning:
        """The same for tickets that are filed, with the tickers of all `assets`: of a word, the database knows how
        common it is."""
        text, tickets = text.strip(), type(self)(self.model).of(member)
        words = [filing.of_asset(ticker) for ticker in {text.upper()} & {*assets}]
        words += map(filing.of_profile, profiles)
        amount = _amount(text)
        legs = None if amount is None else Term.objects.filter(**_of_amount(amount, text))
        keys, condition, is_amount = _look_up(_text_meanings(text, member, tickets), legs)
        if amount is not None and is_amount:
            words.append(filing.of_amount(amount, *_ticker(text)))
        return FiledMeaning(words, others=condition) if keys is None else FiledMeaning(words, sorted(keys))

    def _meanings(self, text: str, member: Member, profiles: Collection[UUID]) -> Meanings:
        text, tickets = text.strip(), type(self)(self.model).of(member)
        return [*_live_meanings(text, member, profiles), *_text_meanings(text, member, tickets)]


def _look_up(meanings: Meanings, besides: models.QuerySet | None = None) -> tuple[set[UUID] | None, Q, bool]:
    """The few tickets that have one of these meanings, or None where they are many; and which meanings they have.

    In the same question: whether there is any row `besides`.
    """
    found = [_keys(found, number, KEYS_MAX + 1) for number, (_, found) in enumerate(meanings)]
    if besides is not None:
        found.append(_keys(besides, len(meanings), 1))
    rows = list(found[0].union(*found[1:], all=True))
    keys = {pk for pk, number in rows if number < len(meanings)}
    seen = {number for _, number in rows}
    is_besides = len(meanings) in seen
    if len(rows) - is_besides <= KEYS_MAX:
        return keys, Q(), is_besides
    # A meaning that no ticket has would still be asked of each of them, and keep an index from leading the way.
    asked = [asked for number, (asked, _) in enumerate(meanings) if number in seen]
    return None, reduce(or_, asked), is_besides


def _keys(found: models.QuerySet, number: int, limit: int) -> models.QuerySet:
    """So many at most of the tickets that have a meaning, each beside its number."""
    few = found.order_by().values("pk")[:limit]  # within, for SQLite takes no limit in a part of a union
    key = "ticket" if found.model in (Term, Party) else "pk"
    rows = found.model._default_manager.order_by().filter(pk__in=few)
    return rows.values_list(key, Value(number, IntegerField()))


# Each meaning as a condition of a ticket, and as those rows by which an index leads to the tickets that the firm sees.


def _live_meanings(text: str, member: Member, profiles: Collection[UUID]) -> Meanings:
    """Names are known before: of a key the database knows how common it is, of a name it does not."""
    firm, ticket = member.workspace_id, OuterRef("pk")
    seen = Q(ticket__workspace=firm) | Q(ticket__opened_at__isnull=False)
    legs, parties = (rows.filter(seen, ticket__parties__workspace=firm) for rows in (Term.objects, Party.objects))
    amount = _amount(text)

    def of_legs(**which) -> tuple[Q, models.QuerySet]:
        return Q(Exists(Term.objects.filter(ticket=ticket, **which))), legs.filter(**which)

    meanings = [of_legs(asset=text.upper())]
    if profiles:
        is_with = Q(Exists(Party.objects.filter(ticket=ticket, profile__in=profiles)))
        meanings.append((is_with, parties.filter(profile__in=profiles)))
    if amount is not None:
        meanings.append(of_legs(**_of_amount(amount, text)))
    return meanings


def _text_meanings(text: str, member: Member, tickets: models.QuerySet) -> Meanings:
    start = Q(reference__startswith=text.upper() if text.upper().startswith("TK-") else f"TK-{text.upper()}")
    meanings: Meanings = [(start, tickets.filter(start))]
    if NOTE_PART.search(text):
        seen = Q(ticket__workspace=member.workspace_id) | Q(ticket__opened_at__isnull=False)
        noted, ours = _contains("note", text), Party.objects.filter(seen, workspace=member.workspace_id)
        meanings.append((noted, tickets.filter(noted)))
        meanings.append((_contains("own_external_id", text), ours.filter(_contains("external_id", text))))
    return meanings


def _contains(column: str, text: str) -> Q:
    """Of several words the one that is likely the rarest leads there: an index of parts reads all that it has of each.

    A word with figures before one without, a long one before a short.
    """
    words = [text[max(word.start() - 1, 0) : word.end() + 1] for word in re.finditer(r"\S+", text)]
    leading = [word for word in words if LEADING.search(word)]
    if len(words) == 1 or not leading:
        return Q(**{f"{column}__icontains": text})
    word = max(leading, key=lambda word: (any(map(str.isdecimal, word)), len(word)))
    place = StrIndex(Upper(column), Upper(Value(text)))
    return Q(**{f"{column}__icontains": word}) & Q(GreaterThan(place, 0))


def _of_amount(amount: Decimal, text: str) -> dict[str, Any]:
    return {"amount": amount} | ({"asset__in": _ticker(text)} if _ticker(text) else {})


def _ticker(text: str) -> list[str]:
    """What stands behind an amount: "1 250.50 USDC"."""
    word = text.split()[-1].upper()
    return [word] if word.isalnum() and not word.isdecimal() else []


def _amount(text: str) -> Decimal | None:
    """The amount that the text is, as the language in force writes it, with or without a ticker behind it."""
    figures = text.upper().removesuffix(" ".join(_ticker(text))).strip()
    mark = mark_in_force()
    try:
        return parse(figures, "", PLACES, mark)
    except BadAmount:
        parted = PARTED.fullmatch(figures)  # who types an amount is asked what it means; who looks for one is not
        return Decimal(parted[1] + parted[2]) if parted and mark not in figures else None
