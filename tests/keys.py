"""Key pairs, made once for a run of tests: a pair of 2048 bits takes a while."""

from functools import cache

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, PublicFormat
from cryptography.x509.oid import NameOID

from tests.base import NOON

_NAME = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "bot")])


def pair(number: int = 0, bits: int = 2048) -> rsa.RSAPrivateKey:
    """The same for the same number."""
    return _pair(number, bits)


@cache
def _pair(number: int, bits: int) -> rsa.RSAPrivateKey:
    return rsa.generate_private_key(public_exponent=65537, key_size=bits)


def pem(key) -> str:
    return key.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode()


def public(number: int = 0) -> str:
    return pem(pair(number))


def private(number: int = 0, form: PrivateFormat = PrivateFormat.PKCS8) -> str:
    return pair(number).private_bytes(Encoding.PEM, form, NoEncryption()).decode()


def request(number: int = 0) -> str:
    """A certificate signing request, as openssl req makes it."""
    made = x509.CertificateSigningRequestBuilder(_NAME).sign(pair(number), SHA256())
    return made.public_bytes(Encoding.PEM).decode()


def certificate(number: int = 0) -> str:
    builder = x509.CertificateBuilder(_NAME, _NAME, pair(number).public_key(), 1, NOON, NOON.replace(year=2027))
    return builder.sign(pair(number), SHA256()).public_bytes(Encoding.PEM).decode()
