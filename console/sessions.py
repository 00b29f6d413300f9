"""Where somebody is signed in, and signing out everywhere else."""

from dataclasses import dataclass
from datetime import datetime

from allauth.usersessions.models import UserSession
from django.contrib.auth import HASH_SESSION_KEY, SESSION_KEY
from django.contrib.sessions.models import Session
from django.utils.crypto import constant_time_compare
from django.utils.translation import gettext as _

from tickets.models import User

BROWSERS = (("Edg", "Edge"), ("OPR/", "Opera"), ("Firefox/", "Firefox"), ("Chrome/", "Chrome"), ("Safari/", "Safari"))
SYSTEMS = (
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Android", "Android"),
    ("Windows", "Windows"),
    ("Mac OS X", "macOS"),
    ("Linux", "Linux"),
)


@dataclass(frozen=True)
class Place:
    """A browser in which somebody is signed in. Sessions from before they were listed have no known address."""

    device: str
    address: str
    since: datetime | None
    is_here: bool


def places_of(user: User, here: str, now: datetime) -> list[Place]:
    """This session (its key is `here`) first, then the others, the newest first."""
    known = {each.session_key: each for each in UserSession.objects.filter(user_id=user.pk)}
    valid = [each.pk for each in Session.objects.filter(pk__in=known, expire_date__gt=now) if _is_of(each, user)]
    keys = sorted({here, *valid}, key=lambda key: (key == here, key in known and known[key].created_at), reverse=True)
    return [_place(known.get(key), key == here) for key in keys]


def end_others(user: User, here: str, now: datetime) -> int:
    """End every other session of this user, also those that no list knows; says how many could still be used.

    Whose a session is stands inside it, so all that have not run out are read.
    """
    others = Session.objects.filter(expire_date__gt=now).exclude(pk=here).iterator(chunk_size=500)
    theirs = [each for each in others if each.get_decoded().get(SESSION_KEY) == str(user.pk)]
    count = sum(_is_of(each, user) for each in theirs)
    Session.objects.filter(pk__in=[each.pk for each in theirs]).delete()
    UserSession.objects.filter(user_id=user.pk).exclude(session_key=here).delete()
    return count


def device_of(agent: str) -> str:
    """What a browser calls itself, in two words: Firefox on Windows."""
    browser = next((name for sign, name in BROWSERS if sign in agent), "")
    system = next((name for sign, name in SYSTEMS if sign in agent), "")
    if browser and system:
        return _("%(browser)s on %(system)s") % {"browser": browser, "system": system}
    if browser:
        return _("%(browser)s on an unknown system") % {"browser": browser}
    return _("A browser on %(system)s") % {"system": system} if system else _("A browser on an unknown system")


def _is_of(session: Session, user: User) -> bool:
    """A change of password made the sessions from before it useless, though they are still stored."""
    kept = session.get_decoded()
    is_theirs = kept.get(SESSION_KEY) == str(user.pk)
    return is_theirs and constant_time_compare(kept.get(HASH_SESSION_KEY, ""), user.get_session_auth_hash())


def _place(known: UserSession | None, is_here: bool) -> Place:
    if known is None:
        return Place(_("This browser"), "", None, is_here)
    return Place(device_of(known.user_agent), known.ip, known.created_at, is_here)
