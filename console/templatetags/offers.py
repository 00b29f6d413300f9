"""How the parties of a transfer offer are called."""

from django import template

from console import offers

register = template.Library()

register.filter(offers.short_party)
register.filter("profile_name", offers.full_name)
