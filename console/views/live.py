"""The question that an open page repeats: has anything on you changed?"""

from django.contrib.auth import SESSION_KEY
from django.http import HttpResponse, HttpResponseBadRequest, HttpResponseBase, HttpResponseNotModified
from django.utils.translation import gettext as _
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_GET

from console.access import MemberRequest, member_required
from console.live import Stamp, changes


@require_GET
@cache_control(private=True, no_cache=True)
def live(request):
    """304 while nothing at all has happened; 204 where it concerns somebody else; else 200 and what changed, in words.

    Screens ask instead of being told, because a stream to each would hold one of the web server's few threads.

    The first answer is given to whoever has a session, without asking whose it is: it tells nothing, and is asked for
    by every open screen.
    """
    if SESSION_KEY not in request.session:
        return HttpResponse(_("You are signed out."), status=401, content_type="text/plain")
    now = Stamp.now()
    tag = f'"{now}"'
    if request.headers.get("If-None-Match", "").removeprefix("W/") == tag:
        response: HttpResponseBase = HttpResponseNotModified()
    else:
        response = answer(request, now)
    response["ETag"] = tag
    return response


@member_required
def answer(request: MemberRequest, now: Stamp):
    try:
        since = Stamp.read(request.GET.get("since", ""))
        words = changes(request.GET.get("what", ""), request.GET.get("ticket", ""), since, now, request.member)
    except (ValueError, KeyError):
        return HttpResponseBadRequest("Say which page it is, and since when.", content_type="text/plain")
    return HttpResponse(words, content_type="text/plain; charset=utf-8") if words else HttpResponse(status=204)
