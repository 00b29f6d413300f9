"""Public keys: what they may be handed over as, and what is refused."""

import hashlib

import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    PrivateFormat,
    PublicFormat,
)

from tests.keys import certificate, pair, pem, private, public, request
from tickets.errors import Invalid
from tickets.models.public_key import PUBLIC_KEY_MAX, fingerprint_of, is_private, read_public_key


def refusal_of(text):
    with pytest.raises(Invalid) as refusal:
        read_public_key(text)
    assert refusal.value.field == "public_key"
    return refusal.value


@pytest.mark.parametrize(
    "text",
    [
        public(),
        public().replace("\n", "\r\n"),
        f"\n  {public()}\n\n",
        pair().public_key().public_bytes(Encoding.PEM, PublicFormat.PKCS1).decode(),
        request(),
        request().replace("CERTIFICATE REQUEST", "NEW CERTIFICATE REQUEST"),
        certificate(),
    ],
)
def test_every_form_gives_the_same_key(text):
    assert read_public_key(text) == public()
    assert not is_private(text)


def test_a_fingerprint_is_that_of_the_key_itself():
    der = pair().public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    assert fingerprint_of(public()) == hashlib.sha256(der).hexdigest()


def bare(text):
    return "".join(text.splitlines()[1:-1])


@pytest.mark.parametrize(
    "text",
    [
        private(),
        private(form=PrivateFormat.TraditionalOpenSSL),
        private(form=PrivateFormat.OpenSSH),
        pair().private_bytes(Encoding.PEM, PrivateFormat.PKCS8, BestAvailableEncryption(b"secret")).decode(),
        public() + private(),
        private()[:400],
        private().replace("-----BEGIN", "---BEGIN"),
        bare(private()),
        "\n" + bare(private(form=PrivateFormat.TraditionalOpenSSL)),
        "PuTTY-User-Key-File-3: ssh-rsa\nPrivate-Lines: 14\nAAAB",
    ],
)
def test_a_private_key_is_refused_by_name(text):
    refusal = refusal_of(text)
    assert refusal.code == "PRIVATE_KEY" and "was not kept" in refusal.message and is_private(text)
    assert text.strip() not in refusal.message


def tampered(text):
    """Its last character but the padding, changed: the signature fails."""
    lines = text.splitlines()
    lines[-3] = lines[-3][:-1] + ("A" if lines[-3][-1] != "A" else "B")
    return "\n".join(lines)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "not a public key in PEM format"),
        ("nonsense \ud800", "not a public key in PEM format"),
        (public().replace("MII", "MIA"), "not a public key in PEM format"),
        (bare(public()), "with its lines BEGIN and END"),
        (public() + public(1), "several keys"),
        ("x" * (PUBLIC_KEY_MAX + 1), "more than 20000 characters"),
        (pem(ec.generate_private_key(ec.SECP256R1())), "not an RSA key"),
        (pem(pair(bits=1024)), "1024 bits; 2048 are the least"),
        (tampered(request()), "not signed by the key in it"),
    ],
)
def test_what_is_no_fit_key_is_refused(text, words):
    assert words in refusal_of(text).message
    assert not is_private(text)
