"""What an operation is called with."""

from datetime import datetime

from django.http import HttpRequest

from tickets.models import Member


class Call(HttpRequest):
    """A request that the edge has let in: the API user who signed it, and when it came."""

    member: Member
    now: datetime
    request_id: str
