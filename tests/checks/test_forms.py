"""Checks 4 to 6, 12 and 14 to 16: what was typed, what is wrong with it, and how it is read."""

import re

import pytest
from playwright.sync_api import expect

from tests.base import deposit
from tests.checks import seen
from tests.factories import TicketFactory
from tests.stories.drafts import QUESTIONS
from tickets.models import Profile, Ticket
from tickets.models.drafting import HOURS_MAX, NOTE_MAX
from tickets.models.profile import new_party

MOMENT = re.compile(r"\d+ \w{3} \d{4} \d\d:\d\d UTC")


@pytest.fixture
def draft(market):
    """A one-way draft of Ada's that asks Beta for 5 USDC."""
    return TicketFactory(connection=market.connection, by=market.ada, receive=[("USDC", "5")])


@pytest.fixture
def step(draft):
    """`step("note")`: the address of that page of the draft."""
    return lambda slug: f"/tickets/{draft}/draft/{slug}/"


def summary_of(person):
    return person.page.get_by_role("alert").filter(has_text="There is a problem")


def send_with_enter(person, button):
    person.button(button).focus()
    with person.page.expect_navigation():
        person.page.keyboard.press("Enter")
    expect(summary_of(person)).to_be_focused()


def make_empty(person, pages):
    """Each of these pages in turn, sent without what it needs; `pages` gives the button by address."""
    for path, button in pages.items():
        person.go(path)
        if path.endswith("/expiration/"):
            person.choose("Other")
        send_with_enter(person, button)
        yield path


@pytest.fixture
def empty_pages(market, step):
    """Every kind of form that can be sent too early: choices, rows, fields, in the wizard and outside it."""
    deposit(market.alpha.vault, CC="1")
    vault = market.alpha.vault
    Profile.objects.create(workspace=vault.workspace, name="Second desk", party=new_party("Second"), vault=vault)
    bare = TicketFactory(connection=market.connection, by=market.ada, receive=[])
    opened = TicketFactory(connection=market.connection, by=market.ada, status="open")
    return {
        "/tickets/new/": "Continue",
        f"/tickets/{bare}/draft/assets/": "Continue",
        step("expiration"): "Continue",
        "/offers/new/": "Review offer",
        f"/connections/new/?profile={market.alpha.profile.pk}": "Ask to connect",
        f"/tickets/{opened}/cancel/": f"Cancel ticket {opened}",
    }


def test_check_04_an_empty_form_names_each_fault_in_title_summary_and_at_its_field(market, arrive, empty_pages):
    ada = arrive(market.ada)
    for path in make_empty(ada, empty_pages):
        assert ada.page.title().startswith("Error: "), path
        links = summary_of(ada).get_by_role("link").all()
        assert len(links) == summary_of(ada).get_by_role("listitem").count() > 0, path
        errors = [" ".join(text.split()) for text in ada.page.locator(".field__error").all_inner_texts()]
        assert [" ".join(link.inner_text().split()) for link in links] == errors, path


def test_check_05_by_keyboard_each_link_of_the_summary_leads_into_its_field(market, arrive, empty_pages):
    ada = arrive(market.ada, "keyboard")
    for path in make_empty(ada, empty_pages):
        count = summary_of(ada).get_by_role("link").count()
        for number in range(count):
            sentence = follow_by_keyboard(ada, number)
            field = ada.page.locator(":focus")
            assert field.get_attribute("aria-invalid") == "true", (path, sentence)
            described = field.evaluate(DESCRIBED)
            assert sentence in described, (path, sentence, described)
            assert hints_of(field) <= set(described), path


DESCRIBED = """node => {
    const group = node.type === "radio" ? node.closest("fieldset") : node;
    return group.getAttribute("aria-describedby").split(" ")
        .map((id) => document.getElementById(id)?.textContent ?? `nothing called ${id}`)
        .map((words) => words.trim().replace(/\\s+/g, " "));
}"""
HINTS = """node => [...node.closest(".field").querySelectorAll(".field__hint, .field__echo")]
    .map((hint) => hint.textContent.trim().replace(/\\s+/g, " ")).filter(Boolean)"""


def hints_of(field):
    return set(field.evaluate(HINTS))


def follow_by_keyboard(person, number):
    """From the summary on, Tab to the link with this number and press Enter; returns its words."""
    summary_of(person).focus()
    for _ in range(number + 1):
        person.page.keyboard.press("Tab")
    words = " ".join(person.page.locator(":focus").inner_text().split())
    person.page.keyboard.press("Enter")
    return words


@seen("wide", "no-scripts")
def test_check_06_after_any_error_everything_typed_is_still_there(market, arrive, step, setting):
    ada = arrive(market.ada, setting)
    ada.begin("Two-way")
    ada.enter("receive", [("USDC", "250,000.00"), ("EURC", "2")])
    typed = {"Receive, asset 2": ("EURC", "1,234"), "Send, asset 1": ("BTC", "-1")}
    for name, (ticker, amount) in typed.items():
        row = ada.page.get_by_role("group", name=name)
        row.get_by_label("Asset", exact=True).select_option(ticker)
        row.get_by_label("Amount", exact=True).fill(amount)
    ada.press("Continue")
    expect(summary_of(ada).get_by_role("link")).to_have_count(2)
    first = "250,000.00" if ada.is_scripted else "250000"  # saved already, when the next was added
    for name, (ticker, amount) in {"Receive, asset 1": ("USDC", first), **typed}.items():
        row = ada.page.get_by_role("group", name=name)
        expect(row.get_by_label("Asset", exact=True)).to_have_value(ticker)
        expect(row.get_by_label("Amount", exact=True)).to_have_value(amount)

    ada.go(step("expiration"))
    ada.choose("Other")
    for slug, label, text, button in (
        ("expiration", "Hours", "-1", "Continue"),
        ("note", "Note", "  two\nlines " + "x" * NOTE_MAX, "Continue"),
        ("external-id", "External ID", " OTC " + "x" * 64, "Review request"),
    ):
        if slug != "expiration":
            ada.go(step(slug))
        ada.fill(label, text)
        ada.press(button)
        expect(summary_of(ada)).to_be_visible()
        expect(ada.field(label)).to_have_value(text)
        if slug == "expiration":
            expect(ada.choice("Other")).to_be_checked()


@seen("wide", "no-scripts")
def test_check_06_also_of_an_offer(market, arrive, setting):
    ada = arrive(market.ada, setting)
    ada.go("/offers/new/")
    ada.field("A connection").select_option(label="Beta Desk")
    typed = {"Amount of Canton Coin": "1e5", "Description": "Weekly  rebate", "Tracking ID": "sr/47"}
    for label, text in typed.items():
        ada.fill(label, text)
    ada.choose("In 4 hours")
    ada.press("Review offer")
    expect(summary_of(ada)).to_be_visible()
    for label, text in typed.items():
        expect(ada.field(label)).to_have_value(text)
    expect(ada.field("A connection").locator("option:checked")).to_have_text("Beta Desk")
    expect(ada.choice("In 4 hours")).to_be_checked()


AMOUNTS = {
    " 250,000.00 ": "250 000.000000000000000000 ETH",
    "250 000": "250 000.000000000000000000 ETH",
    "1e5": "Enter an amount of ETH in figures, with a point before the decimals, such as 1234.5",
    "-1": "Enter an amount of ETH greater than zero, without a sign",
    "0": "Enter an amount of ETH greater than zero",
    f"0.{'1' * 19}": "Enter an amount of ETH with 18 decimals or fewer",
    "9" * 40: "Enter an amount of ETH with 28 digits or fewer before the point",
}


def test_check_12_each_amount_is_read_right_or_refused_in_plain_words(market, arrive, step):
    ada = arrive(market.ada)
    ada.go(step("assets"))
    row = ada.page.get_by_role("group", name="Receive, asset 1")
    row.get_by_label("Asset", exact=True).select_option("ETH")
    for text, says in AMOUNTS.items():
        amount = row.get_by_label("Amount", exact=True)
        amount.fill(text)
        amount.blur()
        if says.endswith("ETH"):
            reading = row.get_by_text(f"Read as {says}")
            expect(reading).to_be_visible()
            amount.press("End")
            amount.press("1")
            expect(reading).to_be_hidden()  # it was read of another amount
            amount.press("Backspace")
            expect(reading).to_be_visible()
            ada.press("Continue")
            expect(ada.page.get_by_role("complementary", name="So far")).to_contain_text(says)
            ada.follow("Back")
        else:
            expect(row).not_to_contain_text("Read as")
            ada.press("Continue")
            expect(summary_of(ada).get_by_role("link")).to_have_text(says)
            expect(amount).to_have_value(text)
    assert Ticket.objects.get().terms.get().amount == 250_000


def test_check_14_an_expiration_says_its_moment_and_zone(market, arrive, step):
    ada = arrive(market.ada)
    ada.go(step("expiration"))
    beside = ada.page.locator("label.choice")
    expect(beside.filter(has_text="Never")).to_contain_text("stays active until funded or cancelled")
    expect(beside.filter(has_text="In 1 hour")).to_contain_text(MOMENT)
    for hours in ("0", "-1", "1000000000"):
        ada.choose("Other")
        ada.fill("Hours", hours)
        ada.press("Continue")
        expect(summary_of(ada)).to_contain_text(f"Enter hours above 0 and up to {HOURS_MAX}")
        assert Ticket.objects.get().expires_in is None
    ada.fill("Hours", "1.5")
    for choice, says in (("Other", MOMENT), ("In 1 hour", MOMENT), ("Never", re.compile("Never"))):
        ada.choose(choice)
        ada.press("Review now")
        ada.is_asked(QUESTIONS["review"])
        expires = ada.page.locator("dl.review > div").filter(has=ada.page.get_by_text("Expires", exact=True))
        expect(expires).to_contain_text(says)
        ada.go(step("expiration"))


@pytest.mark.parametrize(
    "text",
    [
        "💸👩‍💻 Grüße 契約",
        "שלום עולם, 3.75 BTC",
        "<script>document.title = 'gone'</script><b>bold</b> &amp;",
        "two\n\n  lines",
    ],
    ids=["emoji", "right-to-left", "markup", "lines"],
)
def test_check_15_a_note_comes_back_exactly_and_inert(market, arrive, step, text):
    ada, cy = arrive(market.ada), arrive(market.cy)
    ada.go(step("note"))
    ada.fill("Note", text)
    ada.press("Review now")
    ada.go(step("note"))
    expect(ada.field("Note")).to_have_value(text)
    ada.go(step("review"))
    ada.press("Open ticket")
    reference = ada.reference()
    for person in (ada, cy):
        person.go(f"/tickets/{reference}/")
        note = person.page.locator("dl.facts > div").filter(has=person.page.get_by_text("Note", exact=True))
        assert note.locator("dd").first.inner_text().strip() == text.strip()
        assert "gone" not in person.page.title() and note.locator("script, b").count() == 0
    assert Ticket.objects.get().note == text


def test_check_15_a_note_at_its_limit_is_kept_and_one_over_is_refused(market, arrive, step, draft):
    ada = arrive(market.ada)
    ada.go(step("note"))
    for text in ("💸" * (NOTE_MAX + 1), "x" * (NOTE_MAX + 1)):
        ada.fill("Note", text)
        ada.press("Continue")
        expect(summary_of(ada)).to_be_focused()
        expect(ada.field("Note")).to_have_value(text)
    ada.fill("Note", "💸" * NOTE_MAX)
    ada.press("Continue")
    ada.is_asked(QUESTIONS["external-id"])
    draft.refresh_from_db()
    assert draft.note == "💸" * NOTE_MAX


def test_check_16_an_external_id_used_before_is_warned_of_with_a_link_before_opening(market, arrive, step):
    earlier = TicketFactory(status="open", connection=market.connection, by=market.ada)
    earlier.set_external_id("OTC-1", by=market.ada)
    ada = arrive(market.ada)
    ada.go(step("external-id"))
    ada.fill("External ID", "OTC-1")
    ada.press("Review request")
    ada.is_asked(QUESTIONS["review"])
    ada.reads(f"The external ID OTC-1 is also on {earlier}. You may use it twice.")
    expect(ada.button("Open ticket")).to_be_visible()
    ada.follow(str(earlier))
    ada.reads("OTC-1")
    assert ada.reference() == earlier.reference
