"""What tests of the offer pages share: offers made just now, and what a page shows."""

import csv
import io
import re

from django.utils import timezone

from tests.base import signed_in
from tests.factories import OfferFactory

INBOX, OUTBOX = "/offers/", "/offers/sent/"


def offer_of(people, **options):
    """From Alpha to Beta."""
    options = {"now": timezone.now(), "sender": people.alpha.profile, "receiver": people.beta.profile} | options
    return OfferFactory(**options)


def text(response, status=200):
    assert response.status_code == status
    return " ".join(response.content.decode().replace("\u00a0", " ").split())


def page(member, url=INBOX, status=200):
    return text(signed_in(member).get(url), status)


def bare(shown):
    """Without the tags, which stand within amounts too."""
    return " ".join(re.sub(r"<[^>]+>", " ", shown).split())


def rows(member, url=OUTBOX):
    return [row.offer for row in signed_in(member).get(url).context["rows"]]


def file(member, url):
    """A downloaded list, line by line."""
    response = signed_in(member).get(url)
    assert response.streaming and response["Content-Type"] == "text/csv; charset=utf-8"
    return list(csv.DictReader(io.StringIO(response.getvalue().decode("utf-8-sig"))))
