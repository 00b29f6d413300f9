"""The public half of a key pair, as people hand it over: read from whatever form their tools give it."""

import hashlib
import re
from typing import Any

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat, load_pem_public_key
from cryptography.x509 import load_pem_x509_certificate, load_pem_x509_csr
from django.utils.translation import gettext as _

from tickets.errors import Invalid

PUBLIC_KEY_MAX = 20_000
"""Characters of a PEM text; a certificate with many names is still far below."""
RSA_BITS_MIN, RSA_BITS_MAX = 2048, 16384
EXPONENT_BITS_MAX = 64
"""A longer exponent makes every check of a signature slow."""

_FORMAT = PublicFormat.SubjectPublicKeyInfo
_HEADER = re.compile(r"-----BEGIN ([A-Z0-9 ]+)-----")
# Any PEM of a private key, a PuTTY file; or the bare Base64 of a PKCS #1 or #8 key, which has the version 0 in front.
_PRIVATE = re.compile(r"(?i:private)|^\s*MII[\w+/]{2}[AQgw]IBA", re.MULTILINE)


def is_private(text: str) -> bool:
    """Whether this looks like the half of a key pair that must never be handed over, so must not be shown either."""
    return bool(_PRIVATE.search(text))


def read_public_key(text: str) -> str:
    """The RSA key of a public key, certificate or certificate signing request, in its one standard form.

    That is PEM, SubjectPublicKeyInfo: a mere difference in line ends or wrapping is no change of the key. Raises
    Invalid for the field `public_key`.
    """
    text = text.strip()
    if is_private(text):
        raise _invalid(
            _(
                "This is a private key. It was not kept. Paste the public key instead; and if the private key "
                "has been anywhere else that others can read, make a new pair."
            ),
            "PRIVATE_KEY",
        )
    if len(text) > PUBLIC_KEY_MAX:
        raise _invalid(_("This is no public key: it has more than %(limit)d characters.") % {"limit": PUBLIC_KEY_MAX})
    key = _loaded(text)
    if not isinstance(key, RSAPublicKey):
        raise _invalid(_("This is not an RSA key. Make an RSA key of 2048 bits or more."))
    if key.key_size < RSA_BITS_MIN:
        bits = {"count": key.key_size, "limit": RSA_BITS_MIN}
        raise _invalid(_("This key has %(count)d bits; %(limit)d are the least.") % bits)
    if key.key_size > RSA_BITS_MAX:
        bits = {"count": key.key_size, "limit": RSA_BITS_MAX}
        raise _invalid(_("This key has %(count)d bits; %(limit)d are the most.") % bits)
    if key.public_numbers().e.bit_length() > EXPONENT_BITS_MAX:
        raise _invalid(_("This key has an exponent that no usual tool chooses. Make a key with the exponent 65537."))
    return key.public_bytes(Encoding.PEM, _FORMAT).decode()


def fingerprint_of(public_key: str) -> str:
    """SHA-256 of a key in standard form, in hexadecimal: what `openssl dgst -sha256` says of its DER form."""
    key = load_pem_public_key(public_key.encode())
    return hashlib.sha256(key.public_bytes(Encoding.DER, _FORMAT)).hexdigest()


def _loaded(text: str) -> Any:
    headers = _HEADER.findall(text)
    if len(headers) > 1:
        raise _invalid(_("There are several keys or certificates in this. Paste only one."))
    kind = headers[0] if headers else ""
    try:
        content = text.encode("ascii")
        if kind == "CERTIFICATE":
            return load_pem_x509_certificate(content).public_key()
        if kind in ("CERTIFICATE REQUEST", "NEW CERTIFICATE REQUEST"):
            return _requested(content)
        return load_pem_public_key(content)
    except (ValueError, UnsupportedAlgorithm):
        raise _invalid(
            _("This is not a public key in PEM format. Paste the whole of the file, with its lines BEGIN and END.")
        ) from None


def _requested(content: bytes) -> Any:
    request = load_pem_x509_csr(content)
    if not request.is_signature_valid:
        raise _invalid(_("This signing request is not signed by the key in it. Make it anew."))
    return request.public_key()


def _invalid(message: str, code: str | None = None) -> Invalid:
    return Invalid(message, "public_key", code)
