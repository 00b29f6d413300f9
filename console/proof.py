"""The second factor above a limit of the firm, asked for on the page of the act itself.

A rule of this door, for people; see tickets/models/policy.py for why API users are not asked. One code or passkey
serves one act. It is checked before the verb runs and in no transaction with it, so that a wrong one counts even where
nothing else changes.
"""

from collections.abc import Iterable
from decimal import Decimal

from allauth.mfa.base.forms import ReauthenticateForm
from allauth.mfa.models import Authenticator
from allauth.mfa.webauthn.forms import ReauthenticateWebAuthnForm
from allauth.mfa.webauthn.internal.auth import begin_authentication
from django import forms
from django.core.exceptions import ValidationError
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from console.access import MemberRequest
from console.words import joined
from tickets.models import PolicyLimit, Term

INVALID, FORBIDDEN = 422, 403
WORDS = {
    "incorrect_code": gettext_lazy(
        "That code is wrong, or was used already, so nothing was done. Enter the one that is shown now"
    ),
    "too_many_login_attempts": gettext_lazy(
        "Too many wrong codes, so nothing was done. Wait five minutes, then try again"
    ),
}
NO_CODE = gettext_lazy("Enter the code from your authenticator app, or a recovery code")
NO_PASSKEY = gettext_lazy("The passkey was not confirmed, so nothing was done. Confirm it again, or enter a code")


class ProofForm(forms.Form):
    """What was typed or confirmed. allauth's own forms check it."""

    code = forms.CharField(
        label=gettext_lazy("Code"),
        required=False,
        help_text=gettext_lazy("From your authenticator app, or one of your recovery codes."),
        widget=forms.TextInput(attrs={"autocomplete": "one-time-code", "inputmode": "numeric", "spellcheck": "false"}),
    )


class Proof:
    """Whether this person has to show the second factor for an act, and whether they have.

    `amounts` are what the act is about, each with its ticker; `why` asks for another reason than a limit.
    """

    def __init__(self, request: MemberRequest, amounts: Iterable[tuple[str, Decimal]] = (), why: str = ""):
        self.request = request
        self.limits = PolicyLimit.objects.passed_by(request.member, amounts)
        if self.limits:
            why = _("%(firm)s asks for your second factor above %(limits)s.") % {
                "firm": request.member.workspace,
                "limits": joined(map(str, self.limits)),
            }
        self.why = why
        self.form = ProofForm(request.POST if why and request.method == "POST" else None)
        self.form.full_clean()
        self.form.fields["code"].required = True  # said beside the field; a passkey may stand in for it

    @classmethod
    def of_legs(cls, request: MemberRequest, legs: Iterable[Term]) -> "Proof":
        return cls(request, [(leg.asset_id, leg.amount) for leg in legs])

    @property
    def is_asked(self) -> bool:
        return bool(self.why)

    @property
    def is_out_of_reach(self) -> bool:
        """It is asked for, and this person has none: there is nothing to press."""
        return self.is_asked and not self._kinds & {Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN}

    @property
    def takes_passkey(self) -> bool:
        return Authenticator.Type.WEBAUTHN in self._kinds

    @property
    def passkey_options(self) -> dict:
        """What the browser asks a passkey with. A new challenge each time, kept in the session."""
        return {"request_options": begin_authentication(self.request.user)}

    @property
    def status(self) -> int:
        return FORBIDDEN if self.is_out_of_reach else INVALID

    def is_given(self) -> bool:
        """Whether the act may go on. A code is used up by this; a wrong one is told beside the field."""
        if not self.is_asked:
            return True
        if self.is_out_of_reach:
            return False
        sent, user = self.request.POST, self.request.user
        if not sent.get("code", "").strip() and not sent.get("credential"):
            self.form.add_error("code", NO_CODE)
            return False
        kind = ReauthenticateWebAuthnForm if sent.get("credential") else ReauthenticateForm
        check = kind(sent, user=user)
        if check.is_valid():
            check.save()
            return True
        self.form.add_error("code", self._told(check))
        return False

    def _told(self, check: forms.Form) -> str:
        error: ValidationError = next(iter(check.errors.as_data().values()))[0]
        if error.code == "incorrect_code" and isinstance(check, ReauthenticateWebAuthnForm):
            return str(NO_PASSKEY)
        return str(WORDS.get(error.code or "", NO_PASSKEY if "credential" in check.errors else error.messages[0]))

    @cached_property
    def _kinds(self) -> set[str]:
        return set(Authenticator.objects.filter(user=self.request.user).values_list("type", flat=True))
