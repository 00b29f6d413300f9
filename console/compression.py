"""Pages over the wire at a tenth of their size, where nobody can learn a secret from how well they compress."""

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.middleware.gzip import GZipMiddleware

OWN_REQUESTS = {"same-origin", "none"}  # by a page of this console, or by hand


class PageCompression(GZipMiddleware):
    """Middleware. Compresses pages alone: files are compressed once for all, and answers of the API are short.

    The BREACH attack guesses what a page holds by having it sent again and again, each time with another guess within,
    and watching the length. So a page that another site had sent over HTTPS leaves as it is; the length of any other is
    blurred, and its token of the form is another each time.
    """

    def process_response(self, request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
        is_page = response.get("Content-Type", "").startswith("text/html")
        is_own = not request.is_secure() or request.headers.get("Sec-Fetch-Site") in OWN_REQUESTS
        return super().process_response(request, response) if is_page and is_own else response
