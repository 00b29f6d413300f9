"""Check 47: every act without a pointer, no trap, and the order of Tab is that of the eye."""

from itertools import pairwise

import pytest
from django.utils import timezone

from tests.base import cast, deposit
from tests.factories import OfferFactory, TicketFactory
from tests.keys import public

NAMES = """node => [node.ariaLabel, ...[...node.labels ?? []].map((label) => label.textContent), node.textContent]
    .filter(Boolean).map((each) => each.trim().replace(/\\s+/g, ' '))"""
PLACE = """() => {
    const node = document.activeElement, { top, left } = node.getBoundingClientRect();
    if (node === document.body) return null;
    return node.closest('main') ? [top + scrollY, left] : [];
}"""


def key(person, name):
    person.page.keyboard.press(name)


def reach(person, name):
    """Tab on to the control of this name, as a person does who has no pointer."""
    for _ in range(80):
        key(person, "Tab")
        here = person.page.locator(":focus")
        if here.count() and any(each in (name, f"{name} (optional)") for each in here.evaluate(NAMES)):
            return
    raise AssertionError(f"Tab does not reach {name!r} at {person.page.url}")


def press(person, name):
    reach(person, name)
    with person.page.expect_navigation():
        key(person, "Enter")


def write(person, name, text):
    reach(person, name)
    person.page.keyboard.type(text)


def choose(person, name):
    """One of several: Tab reaches the group, the arrows move within it."""
    for _ in range(80):
        key(person, "Tab")
        if person.page.locator(":focus[type=radio]").count():
            break
    key(person, "Space")
    while not person.choice(name).is_checked():
        key(person, "ArrowDown")


def test_check_47_a_ticket_is_opened_approved_and_funded_without_a_pointer(arrive):
    market = cast(auto_approval=False)
    deposit(market.beta.vault, USDC="1000")
    ada, bo, cy = (arrive(member, "keyboard") for member in (market.ada, market.bo, market.cy))
    ada.go("/")
    press(ada, "Open ticket")
    choose(ada, "One-way")
    press(ada, "Continue")
    press(ada, "Continue")  # its only profile is chosen
    choose(ada, "Beta")
    press(ada, "Continue")
    write(ada, "Asset", "USDC")
    write(ada, "Amount", "100")
    press(ada, "Continue")
    press(ada, "Continue")  # never expires
    press(ada, "Continue")  # no note
    press(ada, "Review request")
    press(ada, ada.page.locator("main .button--primary").inner_text())
    reference = ada.reference()
    bo.go(f"/tickets/{reference}/")
    press(bo, "Approve")
    press(bo, bo.page.locator("main form .button--primary").inner_text())
    cy.go(f"/tickets/{reference}/")
    for name in ("Fund 100.000000 USDC", "Review funding", "Fund 100.000000 USDC"):
        press(cy, name)
    cy.reads("Status: Settled")


def test_check_47_an_offer_is_accepted_and_an_api_user_made_without_a_pointer(market, arrive):
    offer = OfferFactory(sender=market.beta.profile, receiver=market.alpha.profile, now=timezone.now())
    admin = arrive(market.alpha.admin, "keyboard")
    admin.go("/offers/")
    press(admin, f"Accept {admin.page.locator('tbody .ref').first.inner_text().partition(',')[0].strip()}")
    press(admin, admin.page.locator("main form .button--primary").inner_text())
    offer.refresh_from_db()
    assert offer.status == "completed"
    admin.go("/api-users/")
    press(admin, "Add API user")
    write(admin, "Name", "Night bot")
    choose(admin, "Signer")
    write(admin, "Public key", public())
    press(admin, "Add API user")
    admin.is_at("API user Night bot")


@pytest.mark.parametrize("path", ["/", "/tickets/", "/settings/", "/tickets/new/"])
def test_check_47_tab_goes_as_the_eye_does_and_is_never_caught(market, arrive, path):
    for _ in range(3):
        TicketFactory(connection=market.connection, by=market.ada, status="open")
    ada = arrive(market.ada, "keyboard")
    ada.go(path)
    places = []
    for _ in range(120):
        key(ada, "Tab")
        place = ada.page.evaluate(PLACE)
        if place is None:
            break
        places.append(place)
    assert place is None  # it leaves the page at its end
    inside = [place for place in places if place]
    assert len(inside) > 2
    for (top, left), (next_top, next_left) in pairwise(inside):
        assert next_top >= top - 1 or next_left > left, (top, next_top)  # below, or in the column beside


def test_check_47_filter_and_export_need_no_pointer(market, arrive):
    ada = arrive(market.ada, "keyboard")
    ada.go("/activity/")
    reached = []
    for _ in range(60):
        key(ada, "Tab")
        reached.append(
            ada.page.evaluate("() => document.activeElement.id || document.activeElement.textContent.trim()")
        )
        if reached[-1] == "Apply":
            break
    assert reached[0] == "Skip to main content"
    order = [reached.index(name) for name in ("Export CSV", "id_who", "id_thing", "id_reference", "id_since", "Apply")]
    assert order == sorted(order)
    ada.page.get_by_label("About", exact=True).focus()
    ada.page.keyboard.type("Conn")
    ada.page.get_by_role("button", name="Apply").focus()
    with ada.page.expect_navigation():
        key(ada, "Enter")
    ada.reads("About Connections")
    ada.link("Export CSV").focus()
    with ada.page.expect_download() as download:
        key(ada, "Enter")
    assert download.value.suggested_filename.startswith("activity-")
