"""How sign-in differs from what allauth does by itself."""

from allauth.account.adapter import DefaultAccountAdapter
from django.http import HttpRequest
from django.utils import translation
from django.utils.translation import gettext_noop

ADDRESSED = (
    gettext_noop("Be patient, you are sending too many requests."),
    gettext_noop("Please type your current password."),
    gettext_noop("Too many failed login attempts. Try again later."),
    gettext_noop("You must type the same password each time."),
)
"""Messages of allauth whose German is for friends: what our own catalogue says comes before its."""


class AccountAdapter(DefaultAccountAdapter):
    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """People are added by the operator, never by themselves."""
        return False

    def send_mail(self, template_prefix: str, email: str, context: dict) -> None:
        """In the language of whoever reads it, who may not be whoever sits at this browser."""
        language = getattr(context.get("user"), "language", "") or translation.get_language()
        with translation.override(language):
            super().send_mail(template_prefix, email, context)
