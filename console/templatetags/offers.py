"""How the parties of a transfer offer are called."""

from django import template
from django.utils.html import format_html

from console import offers
from tickets.models import Profile

register = template.Library()

register.filter("profile_name", offers.full_name)


@register.simple_tag
def party(profile: Profile) -> str:
    """The party id of a profile as far as a list has room for it. Beside it stands the button that copies all of it."""
    name, fingerprint = offers.short_party(profile.party)
    parts = '<span class="hash" title="{}"><span class="nowrap">{}</span><wbr><span class="nowrap">{}</span></span>'
    return format_html(parts, profile.party, name, fingerprint)
