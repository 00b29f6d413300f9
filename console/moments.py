"""Moments in words, told in the zone in force: the member's own, else UTC. What is stored and compared stays UTC."""

from datetime import UTC, date, datetime, time

from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString

STYLES = {
    "full": "{t.day} {t:%b %Y %H:%M} {zone}",
    "seconds": "{t.day} {t:%b %Y %H:%M:%S} {zone}",
    "short": "{t.day} {t:%b %H:%M}",  # under a relative time; the zone is in the foot
    "date": "{t.day} {t:%b %Y}",
    "time": "{t:%H:%M} {zone}",
    "clock": "{t:%H:%M:%S}",  # timelines
}


def written(t: datetime, style: str = "full") -> str:
    """A moment as text: 21 Nov 2026 14:46 UTC, or 21 Nov 2026 15:46 UTC+01:00."""
    here = timezone.localtime(_aware(t))
    return STYLES[style].format(t=here, zone=_zone_of(here))


def exact(t: datetime) -> str:
    """A moment for a file: 2026-11-21T14:46:00.000000Z, or 2026-11-21T15:46:00.000000+01:00."""
    return timezone.localtime(_aware(t)).isoformat(timespec="microseconds").replace("+00:00", "Z")


def zone_in_force() -> str:
    """Europe/London (UTC+00:00): the zone of every time on the page, and how far it is from UTC now."""
    return f"{timezone.get_current_timezone_name()} ({_offset_of(timezone.localtime())})"


def start_of(day: date) -> datetime:
    """The moment at which a day begins where the member is."""
    return timezone.make_aware(datetime.combine(day, time.min))


def day_of(t: datetime) -> date:
    return timezone.localdate(t)


def element(t: datetime, words: str) -> SafeString:
    """These words for a moment, which stands beside them exactly and in UTC."""
    return format_html('<time datetime="{}">{}</time>', f"{_aware(t).astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}", words)


def distance(t: datetime, now: datetime) -> str:
    """Whole minutes, never rounded up: a deadline must not look further away than it is."""
    seconds = int(abs((t - now).total_seconds()))
    if seconds < 60:
        return "in less than 1 min" if t > now else "just now"
    days, hours, minutes = seconds // 86400, seconds // 3600 % 24, seconds // 60 % 60
    if days >= 7:
        parts = [(days, "days")]
    elif days:
        parts = [(days, "day" if days == 1 else "days"), (hours, "h")]
    else:
        parts = [(hours, "h"), (minutes, "min")]
    span = " ".join(f"{number} {unit}" for number, unit in parts if number)
    return f"in {span}" if t > now else f"{span} ago"


def _zone_of(here: datetime) -> str:
    """UTC, or the distance from it: short names such as IST or CST stand for several zones each."""
    return "UTC" if timezone.get_current_timezone_name() == "UTC" else _offset_of(here)


def _offset_of(here: datetime) -> str:
    return f"UTC{here.isoformat()[-6:]}"


def _aware(t: datetime) -> datetime:
    if timezone.is_naive(t):
        raise ValueError("a moment without a zone is no moment")
    return t
