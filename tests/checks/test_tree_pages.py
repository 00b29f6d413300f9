"""Check 55 on every page there is: in both themes and widths, with errors, and empty; nothing comes from elsewhere."""

from datetime import timedelta

import pytest
from django.utils import timezone

from tests.base import cast, deposit
from tests.factories import ConnectionFactory, FundedVaultFactory, OfferFactory, TicketFactory
from tests.keys import public
from tests.stories.inspect import faults_of
from tests.stories.people import Person
from tickets.models import ApiKey, Member, SavedView, TicketStatus

LONG = "12345678901234567890.123456789012345678"
SHOWN = "12 345 678 901 234 567 890.123456789012345678 ETH"


@pytest.fixture
def look(new_context, live_server):
    """`look(member, *pages)`: what is wrong with these pages, as this person sees them.

    A page is a path, or a path and what to do there first.
    """
    people = {}

    def look(member, *pages):
        if member not in people:
            people[member] = Person(member, new_context())
            if member:
                people[member].let_in(live_server.url)
        person, faults = people[member], []
        for path, *acts in (page if isinstance(page, tuple) else (page,) for page in pages):
            person.go(path)
            for act in acts:
                act(person)
            faults += faults_of(person.page)
        return faults + person.faults

    return look


def press(name):
    return lambda person: person.press(name)


def fill(label, text):
    return lambda person: person.fill(label, text)


def choose(name):
    return lambda person: person.choose(name)


def test_check_55_axe_finds_nothing_before_sign_in(look):
    faults = look(
        None,
        "/account/login/",
        ("/account/login/", press("Sign in")),
        ("/account/login/", fill("Work email", "a@b.example"), fill("Password", "wrong"), press("Sign in")),
        "/account/password/reset/",
        ("/account/password/reset/", press("Send the link")),
        "/account/signup/",
        "/no/such/page/",
    )
    assert faults == []


def test_check_55_axe_finds_nothing_on_pages_of_a_new_firm(look):
    market = cast()
    faults = look(
        market.dee,
        "/",
        "/history/",
        "/vaults/",
        "/connections/",
        "/connections/new/",
        ("/connections/new/", press("Ask to connect")),
        "/connections/new/?find=nobody",
        "/account/logout/",
        "/tickets/TK-000000/",
    )
    assert faults + look(market.gamma.viewer, "/", "/tickets/new/") == []


def test_check_55_axe_finds_nothing_on_pages_of_the_wizard(look):
    market = cast()
    made = {"connection": market.connection, "by": market.ada}
    draft = TicketFactory(kind="two_way", send=[("ETH", LONG), ("BTC", "1")], **made)
    bare = TicketFactory(receive=[], **made)
    draft.set_note("Block 3\nof 5", by=market.ada)
    draft.set_external_id("OTC-1", by=market.ada)
    TicketFactory(status="open", **made).set_external_id("OTC-1", by=market.ada)
    step = f"/tickets/{draft}/draft/{{}}/".format
    faults = look(
        market.ada,
        "/tickets/new/",
        ("/tickets/new/", press("Continue")),
        *(step(slug) for slug in ("type", "profile", "funding", "assets", "expiration", "note", "external-id")),
        step("review"),
        f"/tickets/{bare}/draft/assets/",
        (f"/tickets/{bare}/draft/assets/", press("Continue")),
        (step("expiration"), choose("Other"), fill("Hours", "-1"), press("Continue")),
        (step("note"), fill("Note", "x" * 1025), press("Continue")),
        (step("external-id"), fill("External ID", "x" * 65), press("Review request")),
        f"/tickets/{draft}/discard/",
    )
    assert faults == []


def test_check_55_axe_finds_nothing_on_pages_of_tickets_in_every_status(look):
    market, now = cast(), timezone.now()
    made = {"connection": market.connection, "by": market.ada, "kind": "two_way", "hours": 1}
    tickets = [
        TicketFactory(status=status, now=now - timedelta(hours=2) if status == "expired" else now, **made)
        for status in TicketStatus.values
        if status not in ("draft", "awaiting_approval")
    ]
    moved = TicketFactory(status="in_settlement", now=now, **made | {"kind": "one_way"})
    faults = look(
        market.ada,
        *(f"/tickets/{ticket}/" for ticket in [*tickets, moved]),
        f"/tickets/{moved}/opened/",
        f"/tickets/{tickets[0]}/opened/",
        "/",
        "/history/",
        "/vaults/",
    )
    assert faults + look(market.cy, "/", f"/tickets/{tickets[0]}/", "/vaults/") == []


def test_check_55_axe_finds_nothing_on_pages_of_lists(look):
    market = cast()
    TicketFactory(status="open", connection=market.connection, by=market.ada, kind="two_way")
    TicketFactory(status="cancelled", connection=market.connection, by=market.ada)
    view = SavedView.objects.keep("Open ones", "/tickets/", "status=open", by=market.ada)
    new = "/views/new/?list=history&query=status%3Dcancelled"
    faults = look(
        market.ada,
        "/tickets/",
        "/tickets/?status=open&q=beta",
        "/tickets/?q=nothing",
        "/tickets/?since=x&status=y",
        "/tickets/?sort=-made",
        "/history/?status=cancelled&sort=ended",
        "/search/",
        f"/search/?q={'x' * 129}",
        "/views/",
        f"/views/{view.pk}/",
        new,
        (new, press("Save view")),
    )
    assert faults + look(market.dee, "/tickets/", "/views/") == []


def test_check_55_axe_finds_nothing_on_pages_of_acts(look):
    market = cast()
    deposit(market.beta.vault, ETH=LONG, BTC="1")
    FundedVaultFactory(workspace=market.beta.workspace)
    made = {"connection": market.connection, "by": market.ada}
    legs = [("ETH", LONG), ("BTC", "1"), ("NEO", "3")]
    both, by_hand = (TicketFactory(status="open", receive=legs[: 3 - less], **made) for less in (0, 2))
    by_hand.fund_manually(by_hand.terms.get(), "9f86d081884c7d659a2feaa0c55ad015", by=market.cy)
    faults = look(
        market.cy,
        f"/tickets/{both}/fund/",
        f"/tickets/{both}/fund/confirm/",
        f"/tickets/{both}/fund/confirm/?leg_1=on&source_1=1&leg_2=on&source_2=2",
        f"/tickets/{both}/fund/confirm/?leg_1=on&source_1=2",
        f"/tickets/{both}/fund/1/by-hand/",
        (f"/tickets/{both}/fund/1/by-hand/", press(f"Fund {SHOWN} by hand")),
        (f"/tickets/{both}/reject/", press(f"Reject ticket {both}")),
        f"/tickets/{by_hand}/fulfil/",
    )
    more = look(
        market.ada,
        f"/tickets/{both}/cancel/",
        (f"/tickets/{both}/cancel/", press(f"Cancel ticket {both}")),
        f"/tickets/{both}/external-id/",
    )
    assert faults + more == []


def test_check_55_axe_finds_nothing_on_pages_of_approval(look):
    market = cast(auto_approval=False)
    ticket = TicketFactory(status="awaiting_approval", connection=market.connection, by=market.ada)
    page = f"/tickets/{ticket}/"
    faults = look(market.ada, page, f"{page}approve/", f"{page}opened/")
    faults += look(market.bo, "/", page, f"{page}approve/", f"{page}decline/")
    assert faults + look(market.bo, (f"{page}decline/", press(f"Decline ticket {ticket}"))) == []


def test_check_55_axe_finds_nothing_on_pages_of_api_users(look):
    market = cast()
    admin = market.alpha.admin
    bot = Member.objects.add_machine("Treasury bot", "SIGNER", public(), by=admin)
    key = ApiKey.objects.rotate(bot, public(1), by=admin)
    gone = Member.objects.add_machine("Retired bot", "VIEWER", public(2), by=admin)
    gone.shut_out(by=admin)
    page = f"/api-users/{bot.pk}/"
    faults = look(
        admin,
        "/api/",
        "/api-users/",
        "/api-users/new/",
        ("/api-users/new/", fill("Public key", "nonsense"), press("Add API user")),
        page,
        f"{page}change/",
        f"{page}rotate/",
        (f"{page}rotate/", press("Rotate key")),
        f"{page}keys/{key.pk}/revoke/",
        f"{page}shut-out/",
        f"/api-users/{gone.pk}/",
        f"/api-users/{gone.pk}/rotate/",
    )
    assert faults + look(market.gamma.admin, "/api-users/") + look(market.bo, "/api/") == []


def test_check_55_axe_finds_nothing_on_pages_of_connections(look):
    market = cast()
    TicketFactory(status="open", connection=market.connection, by=market.ada)
    asked = ConnectionFactory(requester=market.gamma.profile, peer=market.alpha.profile, status="awaiting_peer")
    ended = ConnectionFactory(requester=market.gamma.profile, peer=market.beta.profile, status="rejected")
    page = f"/connections/{asked.pk}/"
    faults = look(
        market.alpha.admin,
        "/",
        "/connections/",
        page,
        f"{page}approve/",
        f"{page}reject/",
        (f"{page}reject/", press("Reject connection")),
        f"/connections/{market.connection.pk}/",
        f"/connections/{market.connection.pk}/remove/",
    )
    more = look(market.gamma.admin, page, f"{page}withdraw/", f"/connections/{ended.pk}/")
    assert faults + more == []


def test_check_55_axe_finds_nothing_on_pages_of_offers(look):
    market, now = cast(), timezone.now()
    most = "9999999999999999999999999999.9999999999"
    ends = {"sender": market.alpha.profile, "receiver": market.beta.profile, "now": now}
    for number, status in enumerate(("completed", "rejected", "expired")):
        OfferFactory(status=status, **ends | {"now": now - timedelta(days=number + 1)})
    lost = OfferFactory(amount=most, is_funded=False, status="withdrawn", tracking_id="x" * 279, **ends)
    held, plain = OfferFactory(reserve=True, **ends), OfferFactory(description="y" * 279, **ends)
    page, new = f"/offers/{held.pk}/", "/offers/new/review/"
    filled = f"?sender={market.alpha.profile.pk}&receiver={market.beta.profile.pk}&expires=24&tracking_id=t&amount="
    faults = look(
        market.ada,
        "/offers/",
        "/offers/sent/",
        "/offers/sent/?q=offer&status=created&since=2000-01-01",
        "/offers/sent/?since=x",
        "/offers/sent/?q=nothing",
        page,
        f"{page}withdraw/",
        f"/offers/{lost.pk}/",
        "/offers/new/",
        ("/offers/new/", press("Review offer")),
        f"{new}{filled}{most}",
        f"{new}{filled}1&reserve=on",
    )
    more = look(
        market.cy,
        "/",
        "/offers/",
        page,
        f"/offers/{plain.pk}/accept/",
        f"{page}reject/",
        (f"{page}reject/", fill("Reason", "x" * 501), press(f"Reject {held.coins}")),
    )
    assert faults + more == []
