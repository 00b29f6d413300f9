"""What a script needs that sends a form: where to go on, which no script can read from a redirect."""

from collections.abc import Callable

from django.http import HttpRequest
from django.http.response import HttpResponseBase


class Sending:
    """Middleware. Answer a form that static/js/send.js sent with 204 and an address in a header, not with a redirect.

    Following it there would show the page once to the script, and spend the messages on it.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]):
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        response = self.get_response(request)
        if request.headers.get("X-Sent-By") == "script" and "Location" in response:
            response.status_code, response["X-Go-To"] = 204, response["Location"]
            del response["Location"]
        return response
