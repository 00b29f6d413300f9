"""Each person's pages, downloads and errors are told in that person's time zone."""

from collections.abc import Callable, Iterable, Iterator
from datetime import UTC, tzinfo

from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.utils import timezone


class TheirZone:
    """Middleware behind the one that knows the user. Nobody's pages, and those of API users, are told in UTC."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]):
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        zone = zone_of(request)
        with timezone.override(zone):
            response = self.get_response(request)
        if zone is not UTC and isinstance(response, StreamingHttpResponse):
            response.streaming_content = _told_in(zone, response.streaming_content)
        return response


def zone_of(request: HttpRequest) -> tzinfo:
    """Without a session nobody is looked up: a probe or a call of the API costs no query."""
    if request.session.session_key is None or not request.user.is_authenticated:
        return UTC
    return request.user.tzinfo


def _told_in(zone: tzinfo, parts: Iterable[bytes]) -> Iterator[bytes]:
    """A download is made while it is sent, when the page that began it is long done."""
    iterator = iter(parts)
    while True:
        with timezone.override(zone):
            part = next(iterator, None)
        if part is None:
            return
        yield part
