"""How somebody signs in: password, authenticator app, passkeys and recovery codes. allauth's pages change them."""

from allauth.mfa.models import Authenticator
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from tickets.models import Member, PolicyLimit, Right


@login_required
@require_safe
def security(request: HttpRequest) -> HttpResponse:
    """Also for support staff, who sign in too and are members of no firm."""
    member = Member.objects.select_related("workspace", "user").filter(user=request.user).first()
    if member is not None:
        vars(request).update(member=member, now=timezone.now())  # what the frame of the page is made of
    context = {"section": "settings", "security": security_of(request.user, member)}
    return render(request, "settings/security.html", context)


def security_of(user, member: Member | None) -> dict:
    """What templates/settings/_security.html shows."""
    found = list(Authenticator.objects.filter(user=user).order_by("created_at"))
    kinds = {authenticator.type: authenticator for authenticator in found}
    codes = kinds.get(Authenticator.Type.RECOVERY_CODES)
    passkeys = [authenticator for authenticator in found if authenticator.type == Authenticator.Type.WEBAUTHN]
    app = kinds.get(Authenticator.Type.TOTP)
    return {
        "app": app,
        "passkeys": passkeys,
        "has_second_factor": bool(app or passkeys),
        "has_codes": codes is not None,
        "codes_left": len(codes.wrap().get_unused_codes()) if codes else 0,
        "limits": list(PolicyLimit.objects.of(member)) if member else [],
        "may_set_limits": member is not None and member.may(Right.MANAGE),
    }
