"""What a person has at hand to prove who they are, for the tests: an authenticator app, recovery codes."""

import time

from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP, format_hotp_value, generate_totp_secret, hotp_value

from tickets.models import Member

WRONG = "000000"


def code_of(secret: str) -> str:
    """What an app shows now. It waits where this code is about to end, so that it is still good when it arrives."""
    if time.time() % 30 > 25:
        time.sleep(30 - time.time() % 30)
    return format_hotp_value(hotp_value(secret, int(time.time()) // 30))


def wrong_code(secret: str) -> str:
    return WRONG if code_of(secret) != WRONG else "000001"


def with_app(member: Member) -> str:
    """Give this person an authenticator app and recovery codes; its secret."""
    secret = generate_totp_secret()
    TOTP.activate(member.user, secret)
    RecoveryCodes.activate(member.user)
    return secret


def recovery_codes(member: Member) -> list[str]:
    return Authenticator.objects.get(user=member.user, type="recovery_codes").wrap().get_unused_codes()
