"""The second factor of sign-in: how its secrets are kept, and what authenticator apps and passkeys are told.

A secret is encrypted with a key made from SECRET_KEY. After a change of SECRET_KEY the earlier one belongs into
SECRET_KEY_FALLBACKS, else nobody's codes can be checked any more and support has to remove them.
"""

from base64 import urlsafe_b64encode

import qrcode
from allauth.core import context
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.webauthn.forms import AddWebAuthnForm as AllauthAddWebAuthnForm
from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

PURPOSE = b"countersign second factor"
QUIET = 4
"""White modules around a QR code, which readers need."""


class MFAAdapter(DefaultMFAAdapter):
    error_messages = DefaultMFAAdapter.error_messages | {
        "incorrect_code": gettext_lazy("That code is wrong, or was used already. Enter the one that is shown now"),
        "rate_limited": gettext_lazy("Too many wrong codes. Wait five minutes, then try again"),
    }

    def encrypt(self, text: str) -> str:
        return _box().encrypt(text.encode()).decode()

    def decrypt(self, encrypted_text: str) -> str:
        """Raises ValidationError where no key of ours opens it; an empty secret would let anybody in."""
        try:
            return _box().decrypt(encrypted_text.encode()).decode()
        except InvalidToken:
            raise ValidationError(
                _(
                    "Codes cannot be checked, for this server’s key has changed. Ask support to remove your second"
                    " factor"
                )
            ) from None

    def build_totp_svg(self, url: str) -> str:
        """A drawing that stands within the page: the security policy allows no image from elsewhere."""
        code = qrcode.QRCode(border=QUIET)
        code.add_data(url)
        matrix = code.get_matrix()
        dark = [f"M{x} {y}h1v1h-1z" for y, row in enumerate(matrix) for x, is_dark in enumerate(row) if is_dark]
        return format_html(
            '<svg class="qr" viewBox="0 0 {0} {0}" shape-rendering="crispEdges" role="img"'
            ' aria-label="{1}"><path d="{2}"/></svg>',
            len(matrix),
            _("QR code for your authenticator app"),
            "".join(dark),
        )

    def get_public_key_credential_rp_entity(self) -> dict[str, str]:
        return {"id": context.request.get_host().partition(":")[0], "name": settings.MFA_TOTP_ISSUER}

    def generate_authenticator_name(self, user, type) -> str:
        return ""


class AddWebAuthnForm(AllauthAddWebAuthnForm):
    """A passkey that signs in by itself, unless somebody's security key cannot do that."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["passwordless"].initial = True

    def clean_name(self) -> str:
        return self.cleaned_data["name"] or "Passkey"


def _box() -> MultiFernet:
    keys = [settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS]
    return MultiFernet([Fernet(urlsafe_b64encode(_derived(key))) for key in keys])


def _derived(key: str) -> bytes:
    return HKDF(algorithm=SHA256(), length=32, salt=None, info=PURPOSE).derive(key.encode())
