"""Moments in words, told in the language and zone in force. What is stored and compared stays UTC."""

from datetime import UTC, date, datetime, time, timedelta

from django.utils import timezone
from django.utils.dateformat import format as formatted
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import npgettext, pgettext_lazy

# In the letters of Django's template filter "date", which another language orders in its own way.
STYLES = {
    "full": pgettext_lazy("date format", "j M Y H:i"),
    "seconds": pgettext_lazy("date format", "j M Y H:i:s"),
    "short": pgettext_lazy("date format", "j M H:i"),  # under a relative time; the zone is in the foot
    "date": pgettext_lazy("date format", "j M Y"),
    "long": pgettext_lazy("date format", "j F Y"),
    "day": pgettext_lazy("date format", "j M"),
    "time": "H:i",
    "clock": "H:i:s",  # timelines
}
WITH_ZONE = ("full", "seconds", "time")


def written(t: datetime, style: str = "full") -> str:
    """A moment as text: 21 Nov 2026 14:46 UTC, or 21 Nov 2026 15:46 UTC+01:00."""
    here = timezone.localtime(_aware(t))
    words = formatted(here, str(STYLES[style]))
    return f"{words} {_zone_of(here)}" if style in WITH_ZONE else words


def written_day(day: date, style: str = "date") -> str:
    """A day of the calendar, wherever it was: 21 Nov 2026; with "long" 21 November 2026, with "day" 21 Nov."""
    return formatted(day, str(STYLES[style]))


def exact(t: datetime) -> str:
    """A moment for a file: 2026-11-21T14:46:00.000000Z, or 2026-11-21T15:46:00.000000+01:00."""
    return timezone.localtime(_aware(t)).isoformat(timespec="microseconds").replace("+00:00", "Z")


def zone_in_force() -> str:
    """Europe/London (UTC+00:00): the zone of every time on the page, and how far it is from UTC now."""
    return f"{timezone.get_current_timezone_name()} ({_offset_of(timezone.localtime())})"


def start_of(day: date) -> datetime:
    """The moment at which a day begins where the member is."""
    return timezone.make_aware(datetime.combine(day, time.min))


def end_of(day: date) -> datetime:
    """The moment at which it is over: the first that is no longer of this day."""
    return start_of(day + timedelta(days=1))


def day_of(t: datetime) -> date:
    return timezone.localdate(t)


def element(t: datetime, words: str) -> SafeString:
    """These words for a moment, which stands beside them exactly and in UTC."""
    return format_html('<time datetime="{}">{}</time>', f"{_aware(t).astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}", words)


def distance(t: datetime, now: datetime) -> str:
    """Whole minutes, never rounded up: a deadline must not look further away than it is."""
    seconds = int(abs((t - now).total_seconds()))
    if seconds < 60:
        return _("in less than 1 min") if t > now else _("just now")
    days, hours, minutes = seconds // 86400, seconds // 3600 % 24, seconds // 60 % 60
    if days >= 7:
        parts = [_days(days)]
    elif days:
        parts = [_days(days), _hours(hours)]
    else:
        parts = [_hours(hours), _minutes(minutes)]
    span = " ".join(filter(None, parts))
    return (_("in %(span)s") if t > now else _("%(span)s ago")) % {"span": span}


def _days(count: int) -> str:
    """As it stands after "in" and before "ago": German has a case of its own for that."""
    return npgettext("after in, before ago", "%(count)d day", "%(count)d days", count) % {"count": count}


def _hours(count: int) -> str:
    return _("%(count)d h") % {"count": count} if count else ""


def _minutes(count: int) -> str:
    return _("%(count)d min") % {"count": count} if count else ""


def _zone_of(here: datetime) -> str:
    """UTC, or the distance from it: short names such as IST or CST stand for several zones each."""
    return "UTC" if timezone.get_current_timezone_name() == "UTC" else _offset_of(here)


def _offset_of(here: datetime) -> str:
    return f"UTC{here.isoformat()[-6:]}"


def _aware(t: datetime) -> datetime:
    if timezone.is_naive(t):
        raise ValueError("a moment without a zone is no moment")
    return t
