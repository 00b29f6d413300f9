"""How a person wants the console to look, to speak and to tell the time. It changes nothing that was stored."""

import zoneinfo
from datetime import tzinfo
from functools import cache

from django.db import models
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from tickets.errors import Invalid

NOT_PLACES = ("Etc/", "SystemV/", "US/", "Brazil/", "Canada/", "Chile/", "Mexico/", "posix/", "right/")
"""Second names of zones that are in the list already, or offsets with their sign the wrong way round."""


class Theme(models.TextChoices):
    SYSTEM = "system", gettext_lazy("As this device")
    LIGHT = "light", pgettext_lazy("theme", "Light")
    DARK = "dark", pgettext_lazy("theme", "Dark")


class Density(models.TextChoices):
    COMPACT = "compact", pgettext_lazy("density", "Compact")
    NORMAL = "normal", pgettext_lazy("density", "Normal")
    ROOMY = "roomy", pgettext_lazy("density", "Roomy")


class Language(models.TextChoices):
    """Named each in itself: whoever looks for one may read no other."""

    BROWSER = "", gettext_lazy("As my browser says")
    ENGLISH = "en-gb", "English"
    GERMAN = "de", "Deutsch"


@cache
def zones() -> tuple[str, ...]:
    """The time zones to choose from: UTC, then places by region."""
    places = (name for name in zoneinfo.available_timezones() if "/" in name and not name.startswith(NOT_PLACES))
    return ("UTC", *sorted(places))


class Preferences(models.Model):
    """The part of a user that only this user reads and writes."""

    theme = models.CharField(max_length=10, choices=Theme, default=Theme.SYSTEM)
    density = models.CharField(max_length=10, choices=Density, default=Density.NORMAL)
    language = models.CharField(max_length=10, choices=Language, default=Language.BROWSER, blank=True)
    zone = models.CharField("time zone", max_length=64, default="UTC")
    has_shortcuts = models.BooleanField("single-key shortcuts", default=True)

    class Meta:
        abstract = True

    @property
    def tzinfo(self) -> tzinfo:
        """The zone in which this person reads times; UTC where the machine no longer knows theirs."""
        try:
            return zoneinfo.ZoneInfo(self.zone)
        except (zoneinfo.ZoneInfoNotFoundError, ValueError):
            return zoneinfo.ZoneInfo("UTC")

    def prefer(self, **wishes: str | bool) -> None:
        """Keep these wishes, each named as its field; what is not named stays. Raises Invalid for an unknown value."""
        known = {
            "theme": Theme.values,
            "density": Density.values,
            "language": Language.values,
            "zone": zones(),
            "has_shortcuts": (True, False),
        }
        for name, wish in wishes.items():
            if wish not in known[name]:
                raise Invalid(_("Choose one of the values of the list."), name)
            setattr(self, name, wish)
        self.save(update_fields=list(wishes))
