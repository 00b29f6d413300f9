"""The pages of the demo in a language in which every message stands in brackets: what stands outside came past it."""

import re
from collections import Counter, deque
from html.parser import HTMLParser
from io import StringIO
from urllib.parse import urlsplit

import pytest
from django.apps import apps
from django.core.management import call_command
from django.db.models import CharField, JSONField, TextField
from django.test import Client
from django.urls import Resolver404, resolve
from django.utils import dates, translation

from tests.brackets import CLOSE, OPEN
from tests.test_wording import ATTRIBUTES
from tickets.models import User
from tickets.models.preference import zones

pytestmark = pytest.mark.django_db
PEOPLE = ("ada@northgate.example", "priya@northgate.example", "maya@arlo.example")
OF_EACH = 4
"""Pages of one kind that are looked at, for each person."""
SKIPPED = re.compile("admin:|.*(pdf|csv)$|api$|api-wallet$|account_change_password$")
"""Files; what programs are told, which is English; and what Django says by itself."""
TEXTS = (CharField, TextField, JSONField)
WORD = re.compile(r"(?<![\w-])[A-Za-z][a-z’']{2,}(?![\w…-])")
NAMES = {"Countersign", "English", "Deutsch"}
STORED = {"Provisioned"}  # a reason that a command wrote down
MONTHS = " ".join(str(name) for names in (dates.MONTHS, dates.MONTHS_AP) for name in names.values())
"""Django tells them, in German."""


class Outside(HTMLParser):
    """What a page says outside brackets, in its text and its attributes; and where it leads."""

    def __init__(self, page: str):
        super().__init__(convert_charrefs=True)
        self.said, self.links = [], []
        self._depth, self._silent = 0, 0
        self.feed(page)
        self.close()

    def handle_starttag(self, tag, attributes):
        given = dict(attributes)
        self._silent += tag in {"code", "pre", "script", "style"}
        if tag == "a" and given.get("href", "").startswith("/"):
            self.links.append(given["href"])
        for name in ATTRIBUTES & given.keys():
            self.said.append(outside(given[name] or "", 0)[0])

    def handle_endtag(self, tag):
        self._silent -= tag in {"code", "pre", "script", "style"}

    def handle_data(self, data):
        words, self._depth = outside(data, self._depth)
        if not self._silent:
            self.said.append(words)


def outside(text: str, depth: int) -> tuple[str, int]:
    kept = []
    for one in text:
        depth += one == OPEN
        if not depth:
            kept.append(one)
        depth -= one == CLOSE
    return "".join(kept).strip(), depth


def data_words() -> set[str]:
    """Every word that somebody wrote: names, notes, reasons, references."""
    words = {*NAMES, *STORED, *WORD.findall(f"{MONTHS} {' '.join(zones())}".replace("/", " ").replace("_", " "))}
    for model in apps.get_app_config("tickets").get_models():
        names = [field.name for field in model._meta.fields if isinstance(field, TEXTS)]
        for values in model.objects.values_list(*names):
            words.update(WORD.findall(" ".join(map(str, values))))
    return words


def kind_of(path: str) -> str:
    try:
        return resolve(urlsplit(path).path).view_name
    except Resolver404:
        return ""


def walk(client: Client):
    """Each page that links lead to, a few of each kind."""
    queue, seen, kinds = deque(["/"]), {"/"}, Counter()
    while queue:
        path = queue.popleft()
        answer = client.get(path)
        if answer.status_code != 200 or not answer["Content-Type"].startswith("text/html"):
            continue
        page = Outside(answer.content.decode())
        yield path, page.said
        for link in page.links:
            kind = kind_of(link)
            if link in seen or not kind or SKIPPED.match(kind) or kinds[kind] == OF_EACH:
                continue
            seen.add(link)
            kinds[kind] += 1
            queue.append(link)


def test_the_pages_of_the_demo_say_nothing_past_the_catalogues(bracketed):
    call_command("demo", stdout=StringIO())
    found: dict[str, str] = {}
    with translation.override("de"):
        known = data_words()
    for email in PEOPLE:
        user = User.objects.get(email=email)
        user.prefer(language="de")
        client = Client()
        client.force_login(user)
        for path, said in walk(client):
            for text in said:
                if left := [word for word in WORD.findall(text) if word not in known]:
                    found.setdefault(text, f"{path}: {left}")
    assert found == {}
