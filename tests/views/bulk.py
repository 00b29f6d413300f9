"""Acting on several tickets, as the tests of it do it."""

import uuid
from urllib.parse import urlencode

from django.utils import timezone

from tests.base import signed_in
from tests.factories import TicketFactory
from tickets.models import Ticket

LIST, REVIEW = "/tickets/", "/tickets/batch/"


def ticket_of(people, status="open", **options):
    options = {"kind": "two_way", "now": timezone.now(), "by": people.ada} | options
    return TicketFactory(connection=people.connection, status=status, **options)


def url_of(act, *tickets, **more):
    return f"{REVIEW}?{urlencode([('act', act), *(('pick', str(ticket)) for ticket in tickets), *more.items()])}"


def text(response):
    return " ".join(response.content.decode().replace("\u00a0", " ").split())


def send(member, act, *tickets, key=None, **form):
    """Post a review that promised to act on all of these; the answer is the page of results, where there is one."""
    client, key = signed_in(member), key or uuid.uuid4()
    answer = client.post(url_of(act, *tickets), {"key": key, "pick": [str(ticket) for ticket in tickets], **form})
    if answer.status_code == 303:
        assert answer["Location"] == f"{REVIEW}{key}/"
        answer = client.get(answer["Location"])
    return answer


def statuses(*tickets):
    return [Ticket.objects.get(pk=ticket.pk).status for ticket in tickets]


def told(response):
    """What the page of results says of each ticket."""
    context = response.context
    parts = {"done": context["done"], "refused": context["refused"], "waiting": context["waiting"]}
    return {name: {item.row.ticket.reference: item.why for item in items} for name, items in parts.items() if items}
