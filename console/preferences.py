"""Each person's pages, downloads and errors are told in that person's language and time zone."""

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from datetime import UTC, tzinfo

from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.utils import timezone, translation
from django.utils.cache import patch_vary_headers

from tickets.models import User

APIS = ("/v1", "/api/validator")


class TheirLanguageAndZone:
    """Middleware behind the one that knows the user. Nobody's pages are told in UTC, in the language of the browser."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]):
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if is_api(request):
            return self.get_response(request)  # in the language that the edge has put in force
        person = person_of(request)
        language, zone = language_of(person, request), UTC if person is None else person.tzinfo
        with _telling(language, zone):
            response = self.get_response(request)
            response.headers.setdefault("Content-Language", language_in_force())
        if isinstance(response, StreamingHttpResponse):
            response.streaming_content = _told(language, zone, response.streaming_content)
        if person is None or not person.language:
            patch_vary_headers(response, ["Accept-Language"])
        return response


def is_api(request: HttpRequest) -> bool:
    """Programs are answered in one language, whatever they send in a header."""
    return any(request.path_info == root or request.path_info.startswith(f"{root}/") for root in APIS)


def person_of(request: HttpRequest) -> User | None:
    """Without a session nobody is looked up: a probe costs no query."""
    if request.session.session_key is None or not request.user.is_authenticated:
        return None
    return request.user


def language_of(person: User | None, request: HttpRequest) -> str:
    """The language that this person chose, else the first that the browser asks for and we have."""
    return (person and person.language) or translation.get_language_from_request(request)


def language_in_force() -> str:
    """The language as `lang` of a page says it: en, de."""
    return translation.get_language().partition("-")[0]


@contextmanager
def _telling(language: str, zone: tzinfo) -> Iterator[None]:
    with translation.override(language), timezone.override(zone):
        yield


def _told(language: str, zone: tzinfo, parts: Iterable[bytes]) -> Iterator[bytes]:
    """A download is made while it is sent, when the page that began it is long done."""
    iterator = iter(parts)
    while True:
        with _telling(language, zone):
            part = next(iterator, None)
        if part is None:
            return
        yield part
