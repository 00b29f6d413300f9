"""A draft lives on the server: any device goes on with it, and no way back makes a second ticket of it."""

from tickets.models import Ticket, TicketStatus

QUESTIONS = {
    "profile": "Which of your profiles opens it?",
    "funding": "Who do you settle with?",
    "assets": "Which assets should move?",
    "expiration": "When should it expire?",
    "note": "A note to the other firm?",
    "external-id": "Your own ID for this ticket?",
    "review": "Review the request",
}


def answer(person, step):
    """Give this step's answer, and go on."""
    if step == "funding":
        person.choose("Beta")
    elif step == "assets":
        person.enter("receive", [("USDC", "250000"), ("EURC", "0.5")])
    elif step == "expiration":
        person.choose("In 4 hours")
    elif step == "note":
        person.fill("Note", "Block 3\nof 5")
    elif step == "external-id":
        person.fill("External ID", "OTC-1")
    person.press("Review request" if step == "external-id" else "Continue")


def reviewed(person):
    """A draft on its last page; returns its reference."""
    person.begin()
    person.enter("receive", [("USDC", "250000")])
    person.press("Review now")
    person.is_asked(QUESTIONS["review"])
    return person.reference()


def test_at_every_step_a_reload_keeps_it_and_another_device_goes_on_there(market, arrive):
    ada, phone = arrive(market.ada), arrive(market.ada, viewport={"width": 390, "height": 800})
    ada.go("/tickets/new/")
    ada.answer_type("One-way")
    reference = ada.reference()
    for step, question in QUESTIONS.items():
        ada.is_asked(question)
        ada.page.reload()
        ada.is_asked(question)
        phone.go("/")
        phone.follow(f"{reference}, Beta" if step not in ("profile", "funding") else f"{reference}, the counterparty")
        phone.is_asked(question)
        assert f"/{reference}/draft/{step}/" in phone.page.url
        if step != "review":
            answer(ada, step)
    for person in (ada, phone):
        person.reads("250 000.000000 USDC", "0.500000 EURC", "4 hours after opening", "Block 3", "OTC-1")
    phone.press("Open ticket")
    assert Ticket.objects.get().reference == reference
    assert Ticket.objects.get().status == TicketStatus.OPEN


def test_a_draft_outlives_signing_out_and_in(market, arrive):
    ada = arrive(market.ada, signed_in=False)
    ada.sign_in()
    ada.begin()
    reference = ada.reference()
    ada.sign_out()
    ada.go(f"/tickets/{reference}/draft/assets/")
    ada.is_at("Sign in")
    ada.sign_in()
    ada.is_asked(QUESTIONS["assets"])
    assert ada.reference() == reference


def test_back_shows_what_was_saved_and_after_opening_never_a_second_form(market, arrive):
    ada = arrive(market.ada)
    ada.begin()
    answer(ada, "assets")
    answer(ada, "expiration")
    answer(ada, "note")
    answer(ada, "external-id")
    for step in ("external-id", "note"):
        ada.page.go_back()
        ada.is_asked(QUESTIONS[step])
    assert ada.field("Note").input_value() == "Block 3\nof 5"
    ada.page.go_back()
    assert ada.choice("In 4 hours").is_checked()
    for _ in range(3):
        ada.page.go_forward()
    ada.is_asked(QUESTIONS["review"])
    ada.press("Open ticket")
    reference = ada.reference()

    ada.page.go_back()
    ada.is_told(f"{reference} has been opened already, so its draft is closed.")
    assert ada.button("Open ticket").count() == 0
    assert Ticket.objects.get().reference == reference


def test_change_on_review_comes_straight_back_to_review(market, arrive):
    ada = arrive(market.ada)
    reviewed(ada)
    ada.follow("Change Note")
    ada.fill("Note", "Block 4")
    ada.press("Continue")
    ada.is_asked(QUESTIONS["review"])
    ada.reads("Block 4")
    ada.follow("Change Type")
    ada.answer_type("Two-way")
    ada.is_asked(QUESTIONS["assets"])  # which a two-way ticket still lacks
    ada.enter("send", [("BTC", "1")])
    ada.press("Continue")
    ada.is_asked(QUESTIONS["review"])
    ada.reads("Beta will send you 250 000.000000 USDC; you will send Beta 1.00000000 BTC.", "Block 4")
    assert Ticket.objects.get().status == TicketStatus.DRAFT


def test_a_discarded_draft_is_gone_for_good(market, arrive):
    ada = arrive(market.ada)
    reference = reviewed(ada)
    ada.follow("Discard draft")
    ada.is_at(f"Discard draft {reference}?")
    ada.press("Discard draft")
    ada.is_at("Dashboard")
    ada.reads_no(reference)
    ada.go("/history/")
    ada.reads("Draft discarded")
    ada.go(f"/tickets/{reference}/draft/review/")
    assert ada.button("Open ticket").count() == 0
    assert Ticket.objects.get().status == TicketStatus.CANCELLED
