"""Settings of the console. Everything an operator may change is read from the environment; the defaults run a demo.

HOST, PORT             address to listen on                   127.0.0.1, 8000
DEMO                   fill an empty database with a market   1
DATABASE_URL           postgresql://… or sqlite:///…          SQLite below var/
SECRET_KEY             signs sessions, locks second factors   made once, kept in var/secret_key
SECRET_KEY_FALLBACKS   earlier ones, after a change           none
ALLOWED_HOSTS          names the console answers to           this machine; all when HOST is a wildcard
HTTPS                  a proxy in front speaks HTTPS          0
CSRF_TRUSTED_ORIGINS   more origins that may send forms       none
TRUSTED_PROXY_COUNT    proxies whose X-Forwarded-For counts   0
EMAIL_URL, EMAIL_FROM  how mail leaves, and from whom         printed to the log
WORK_SECONDS           how often the worker looks             2
API_REQUESTS_PER_SECOND  of an API user, over 10 s; 0: all    500
ENVIRONMENT_NAME       banner on every page                   says "Sandbox" while DEMO is on
DEBUG                  Django's own error pages               0

The wallet API below /api/validator:
WALLET_AUTH_MODE       hs-256-unsafe, rs-256; empty: off      hs-256-unsafe while DEMO is on
WALLET_AUTH_AUDIENCE   whom its tokens must be meant for      https://canton.network.global
WALLET_AUTH_SECRET     signs tokens of hs-256-unsafe          "unsafe" while DEMO is on
WALLET_AUTH_JWKS_URL   keys that signed tokens of rs-256      none
WALLET_OPERATOR        subject who adds and removes wallets   administrator
WALLET_TAP             a wallet may make coins from nothing   1 while DEMO is on
WALLET_REGISTRATION_WORKSPACE  firm of self-made wallets      Wallet users
WALLET_EXPIRY_POLL_SECONDS     how often offers are expired   30
WALLET_CLOCK_SKEW_SECONDS      how long after their time      5
"""

import operator
import os
import sys
import tempfile
import tomllib
from contextlib import suppress
from pathlib import Path

import environ
from csp.constants import NONE, SELF
from django.core.exceptions import ImproperlyConfigured
from django.core.management.utils import get_random_secret_key
from django.utils.translation import gettext_lazy

env = environ.Env()
BASE_DIR = Path(__file__).resolve().parent.parent
VAR_DIR = BASE_DIR / "var"
VERSION = tomllib.loads((BASE_DIR / "pyproject.toml").read_text())["project"]["version"]


def kept_secret_key() -> str:
    """The key in var/secret_key. The first process makes it; the link decides between two that start together."""
    path = VAR_DIR / "secret_key"
    if not path.exists():
        VAR_DIR.mkdir(exist_ok=True)
        with tempfile.NamedTemporaryFile("w", dir=VAR_DIR) as draft:  # readable by its owner only
            draft.write(get_random_secret_key())
            draft.flush()
            with suppress(FileExistsError):
                os.link(draft.name, path)
    return path.read_text()


# The installation

HOST = env.str("HOST", "127.0.0.1")
PORT = env.int("PORT", 8000)
DEMO = env.bool("DEMO", True)
DEBUG = env.bool("DEBUG", False)
WORK_SECONDS = env.int("WORK_SECONDS", 2)
API_REQUESTS_PER_SECOND = env.int("API_REQUESTS_PER_SECOND", 500)
HTTPS = env.bool("HTTPS", False)
SECRET_KEY = env.str("SECRET_KEY", "") or kept_secret_key()
SECRET_KEY_FALLBACKS = env.list("SECRET_KEY_FALLBACKS", default=[])
ENVIRONMENT_NAME = gettext_lazy("Sandbox. Assets here have no value.") if DEMO else ""
if "ENVIRONMENT_NAME" in os.environ:
    ENVIRONMENT_NAME = env.str("ENVIRONMENT_NAME")
WILDCARD_HOSTS = {"0.0.0.0", "::", "[::]"}
ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", default=[]) or (
    ["*"] if HOST in WILDCARD_HOSTS else ["localhost", "127.0.0.1", "[::1]", f"[{HOST}]" if ":" in HOST else HOST]
)

# The wallet API

WALLET_AUTH_MODE = env.str("WALLET_AUTH_MODE", "hs-256-unsafe" if DEMO else "")
WALLET_AUTH_AUDIENCE = env.str("WALLET_AUTH_AUDIENCE", "https://canton.network.global")
WALLET_AUTH_SECRET = env.str("WALLET_AUTH_SECRET", "") or ("unsafe" if DEMO else "")
WALLET_AUTH_JWKS_URL = env.str("WALLET_AUTH_JWKS_URL", "")
WALLET_OPERATOR = env.str("WALLET_OPERATOR", "administrator")
WALLET_TAP = env.bool("WALLET_TAP", DEMO)
WALLET_REGISTRATION_WORKSPACE = env.str("WALLET_REGISTRATION_WORKSPACE", "Wallet users")
WALLET_EXPIRY_POLL_SECONDS = env.int("WALLET_EXPIRY_POLL_SECONDS", 30)
WALLET_CLOCK_SKEW_SECONDS = env.int("WALLET_CLOCK_SKEW_SECONDS", 5)
if WALLET_AUTH_MODE not in ("", "hs-256-unsafe", "rs-256"):
    raise ImproperlyConfigured(f"WALLET_AUTH_MODE is {WALLET_AUTH_MODE!r}. Use hs-256-unsafe, rs-256, or nothing: off.")
if WALLET_AUTH_MODE == "rs-256" and not WALLET_AUTH_JWKS_URL.startswith(("http://", "https://")):
    raise ImproperlyConfigured("Set WALLET_AUTH_JWKS_URL to where the keys of the wallet's tokens are published.")
if WALLET_AUTH_MODE == "hs-256-unsafe" and WALLET_AUTH_SECRET in ("", "unsafe") and not DEMO:
    raise ImproperlyConfigured(
        "Everybody could sign tokens of the wallet API. Set WALLET_AUTH_SECRET to a secret of your own, or"
        " WALLET_AUTH_MODE to rs-256, or leave WALLET_AUTH_MODE empty to turn the wallet API off."
    )

# The application

ROOT_URLCONF = "console.urls"
WSGI_APPLICATION = "console.wsgi.application"
INSTALLED_APPS = [
    "console",
    "tickets",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.usersessions",
    "csp",
    "django_htmx",
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.messages",
    "django.contrib.sessions",
    "django.contrib.staticfiles",
]
MIDDLEWARE = [
    "tickets.api.edge.Edge",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "console.compression.PageCompression",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "console.preferences.TheirLanguageAndZone",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "console.sending.Sending",
]
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "console.context.installation",
                "console.context.member",
            ],
        },
    },
]
LANGUAGE_CODE = "en-gb"  # also what APIs, commands and the worker speak
LANGUAGES = [("en-gb", "English"), ("de", "Deutsch")]
TIME_ZONE = "UTC"
USE_TZ = True

# Data

DATABASES = {"default": env.db_url("DATABASE_URL", f"sqlite:///{VAR_DIR / 'countersign.sqlite3'}")}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
if DATABASES["default"]["ENGINE"] == "django.db.backends.sqlite3":
    DATABASES["default"]["OPTIONS"] = {
        "transaction_mode": "IMMEDIATE",  # a writer waits at BEGIN; read-then-write never meets "database is locked"
        "timeout": 20,
        "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL;",  # a commit survives loss of power
    }
else:
    DATABASES["default"] |= {
        "CONN_MAX_AGE": 60,
        "CONN_HEALTH_CHECKS": True,
        "OPTIONS": {"server_side_binding": True, "prepare_threshold": sys.maxsize},  # only by `tickets.models.rows`
    }
CACHES = {  # in the database, because rate limits must be shared between processes
    "default": {"BACKEND": "django.core.cache.backends.db.DatabaseCache", "LOCATION": "cache"},
}

# Static files

STATIC_URL = "static/"
STATIC_ROOT = VAR_DIR / "static"
STATICFILES_DIRS = [BASE_DIR / "static"]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
        if DEBUG
        else "console.stylesheet.StaticFiles"
    },
}
WHITENOISE_KEEP_ONLY_HASHED_FILES = True  # pages link to nothing else, and it halves the first start

# People

AUTH_USER_MODEL = "tickets.User"
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "dashboard"
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.Argon2PasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
AUTH_PASSWORD_VALIDATORS = [
    {
        "NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator",
        "OPTIONS": {"user_attributes": ("name", "email")},
    },
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
]
ACCOUNT_ADAPTER = "console.adapter.AccountAdapter"
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_RATE_LIMITS = {"login": "300/m/ip"}  # a desk shares one address; failed attempts keep allauth's narrow limits
ACCOUNT_SESSION_REMEMBER = None  # the sign-in form asks
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*", "password2*"]
ACCOUNT_USER_DISPLAY = operator.attrgetter("name")
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
MFA_ALLOW_UNVERIFIED_EMAIL = (
    True  # nobody signs up here, and a forgotten password leaves an address that is not verified
)
MFA_ADAPTER = "console.second_factor.MFAAdapter"
MFA_FORMS = {"add_webauthn": "console.second_factor.AddWebAuthnForm"}
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_TOTP_ISSUER = "Countersign"
ALLAUTH_TRUSTED_PROXY_COUNT = env.int("TRUSTED_PROXY_COUNT", 0)

# The browser

CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF],
        "font-src": [SELF],
        "connect-src": [SELF],
        "form-action": [SELF],
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
    },
}
CSRF_TRUSTED_ORIGINS = env.list("CSRF_TRUSTED_ORIGINS", default=[])
CSRF_COOKIE_SECURE = HTTPS
CSRF_FAILURE_VIEW = "console.failures.csrf_failure"
SESSION_COOKIE_SECURE = HTTPS
SECURE_SSL_REDIRECT = HTTPS
SECURE_REDIRECT_EXEMPT = ["^(api/validator/)?(livez|readyz)$"]  # asked from inside, past the proxy
SECURE_HSTS_SECONDS = 31_536_000 if HTTPS else 0
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if HTTPS else None

# Mail and log

vars().update(env.email_url("EMAIL_URL", "consolemail://"))
DEFAULT_FROM_EMAIL = env.str("EMAIL_FROM", "Countersign <countersign@localhost>")
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"plain": {"format": "{asctime} {levelname} {name}: {message}", "style": "{"}},
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "plain"}},
    "root": {"handlers": ["stderr"], "level": "INFO"},
    "loggers": {"django": {"handlers": [], "level": "INFO"}},
}
