"""A person at a browser, who finds things by what they are called on the page."""

import re
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from typing import Any
from urllib.parse import urlsplit

from playwright.sync_api import BrowserContext, ConsoleMessage, Locator, Request, expect

from tests.base import PASSWORD, signed_in
from tickets.models import Member

Legs = Iterable[tuple[str, str]]
expect.set_options(timeout=15_000)


def spoken(name: str) -> re.Pattern:
    """Exactly this name. A space is heard where figures are grouped, and before what is there for the ear only."""
    return re.compile("^" + re.sub(r"(\\?[.,])", r" ?\1", re.escape(name).replace("\\ ", r"\s+")) + "$")


class Person:
    """`faults` collects what no page may do: send a request elsewhere, break the security policy, fail in a script."""

    def __init__(self, member: Member, context: BrowserContext, is_scripted: bool = True):
        self.member, self.context, self.is_scripted = member, context, is_scripted
        self.faults: list[str] = []
        context.on("request", self._note_request)
        context.on("console", self._note_console)
        context.on("weberror", lambda fault: self.faults.append(str(fault.error)))
        self.page = context.new_page()

    # Coming and going

    def let_in(self, url: str) -> None:
        """With a session that exists already, which is quicker than the form."""
        session = signed_in(self.member).cookies["sessionid"].value
        self.context.add_cookies([{"name": "sessionid", "value": session, "url": url}])

    def sign_in(self) -> None:
        self.member.user.set_password(PASSWORD)
        self.member.user.save()
        if self.page.url == "about:blank":
            self.go("/")
        self.fill("Work email", self.member.user.email)
        self.fill("Password", PASSWORD)
        self.press("Sign in")

    def sign_out(self) -> None:
        self.page.get_by_text(f"{self.member}, {self.member.workspace}").click()
        self.press("Sign out")

    def go(self, path: str) -> None:
        self.page.goto(path)

    def press(self, name: str) -> None:
        """A button that leads to another page."""
        with self.page.expect_navigation():
            self.button(name).click()

    def follow(self, name: str) -> None:
        with self.page.expect_navigation():
            self.link(name).first.click()

    def post(self, path: str, **form: str):
        """A form that no page offered: forged, with the cookies and the token of this browser."""
        token = next(cookie["value"] for cookie in self.context.cookies() if cookie["name"] == "csrftoken")
        return self.context.request.post(path, form={"csrfmiddlewaretoken": token, **form}, max_redirects=0)

    # Looking

    def button(self, name: str) -> Locator:
        return self.page.get_by_role("button", name=spoken(name))

    def link(self, name: str) -> Locator:
        return self.page.get_by_role("link", name=spoken(name))

    def field(self, label: str) -> Locator:
        return self.page.get_by_label(re.compile(rf"^{re.escape(label)}( \(optional\))?$"))

    def choice(self, name: str) -> Locator:
        return self.page.get_by_role("radio", name=re.compile(rf"^{re.escape(name)}\b"))

    def reads(self, *sentences: str) -> None:
        """All of these stand in the main part of the page. A space also stands for the one that groups figures."""
        for sentence in sentences:
            expect(self.page.get_by_role("main")).to_contain_text(sentence)

    def reads_no(self, *sentences: str) -> None:
        for sentence in sentences:
            expect(self.page.get_by_role("main")).not_to_contain_text(sentence)

    def is_at(self, heading: str) -> None:
        expect(self.page.get_by_role("heading", level=1)).to_have_text(heading)

    def is_asked(self, question: str) -> None:
        """The page of the wizard that asks this."""
        expect(self.page.get_by_role("heading", level=1)).to_contain_text(question)

    def is_told(self, sentence: str) -> None:
        """A message, or a problem with what was sent."""
        expect(self.page.locator("[role=status], [role=alert]").filter(has_text=sentence)).to_be_visible()

    def vault(self, name: str) -> dict[str, str]:
        """What the vaults page shows: "3.75000000" by ticker, "BTC held" for what is set aside, "BTC incoming"."""
        self.go("/vaults/")
        shown = {}
        table = self.page.get_by_role("region", name=f"Balances of {name}")
        for row in table.get_by_role("row").all()[1:]:
            ticker = row.get_by_role("rowheader").locator("b").inner_text()
            cells = [re.sub(r"\s", "", text) for text in row.get_by_role("cell").all_inner_texts()]
            figures = zip((ticker, f"{ticker} held", "total", f"{ticker} incoming"), cells, strict=True)
            shown |= {name: figure for name, figure in figures if figure.strip("0.") and name != "total"}
        return shown

    # Acting

    def fill(self, label: str, text: str) -> None:
        self.field(label).fill(text)

    def choose(self, name: str) -> None:
        self.choice(name).check()

    def begin(self, kind: str = "One-way", settlement: str = "") -> None:
        """From the dashboard to the page of assets."""
        self.go("/")
        self.follow("Open ticket")
        self.answer_type(kind, settlement)
        self.is_asked("Which of your profiles opens it?")
        self.press("Continue")
        self.choose("Beta" if self.member.workspace.name == "Alpha" else "Alpha")
        self.press("Continue")
        self.is_asked("Which assets should move?")

    def answer_type(self, kind: str, settlement: str = "") -> None:
        self.choose(kind)
        if settlement:
            self.choose(settlement)
        self.press("Continue")

    def enter(self, side: str, legs: Legs) -> None:
        """Fill in the rows of one side of the assets page."""
        for number, (ticker, amount) in enumerate(legs, 1):
            if number > 1:
                self.button(f"Add asset to {side}").click(force=True)  # it answers, though it says why not yet
            row = self.page.get_by_role("group", name=f"{side}, asset {number}")
            row.get_by_label("Asset", exact=True).select_option(ticker)
            row.get_by_label("Amount", exact=True).fill(amount)
            if self.is_scripted:
                row.get_by_label("Amount", exact=True).blur()
                expect(row).to_contain_text("Read as")

    def open_ticket(
        self,
        kind: str = "One-way",
        settlement: str = "",
        receive: Legs = (),
        send: Legs = (),
        expires: str = "Never",
        note: str = "",
        external_id: str = "",
    ) -> str:
        """The whole way, page by page; returns the reference."""
        self.begin(kind, settlement)
        self.enter("receive", receive)
        self.enter("send", send)
        self.press("Continue")
        self.choose(expires)
        self.press("Continue")
        self.fill("Note", note)
        self.press("Continue")
        self.fill("External ID", external_id)
        self.press("Review request")
        self.is_asked("Review the request")
        self.press("Open ticket")
        return self.reference()

    def reference(self) -> str:
        return re.search(r"TK-\w+", self.page.url)[0]

    def fund(self, reference: str, what: str, vaults: dict[int, str] | None = None) -> None:
        """From the ticket over the choice of vaults and the confirmation; `what` is "3.75000000 BTC" or "2 legs"."""
        self.go(f"/tickets/{reference}/")
        self.follow(f"Fund {what}")
        for number, vault in (vaults or {}).items():
            leg = self.page.get_by_role("group", name=f"Leg {number}:")
            leg.get_by_role("radio", name=vault).check()
        self.press("Review funding")
        self.press(f"Fund {what}")

    # What no page may do

    def _note_request(self, request: Request) -> None:
        if not request.url.startswith("data:") and urlsplit(request.url).hostname not in ("localhost", "127.0.0.1"):
            self.faults.append(f"request to {request.url}")

    def _note_console(self, message: ConsoleMessage) -> None:
        """Not that a page was answered with 404 or 422, nor what a test itself does, which comes from no address."""
        is_ours = message.location["url"] and not message.text.startswith("Failed to load resource")
        if message.type == "error" and is_ours:
            self.faults.append(f"{message.text} at {message.location}")


@contextmanager
def arrivals(new_context: Callable[..., BrowserContext], url: str) -> Iterator[Callable[..., Person]]:
    """Yields `arrive(member)`: this person at a browser of their own. In the end nobody has met a fault."""
    people: list[Person] = []

    def arrive(member: Member, signed_in: bool = True, **options: Any) -> Person:
        person = Person(member, new_context(**options), is_scripted=options.get("java_script_enabled", True))
        people.append(person)
        if signed_in:
            person.let_in(url)
        return person

    yield arrive
    assert [fault for person in people for fault in person.faults] == []
