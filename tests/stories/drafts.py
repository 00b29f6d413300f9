"""The pages of the wizard after the first, and an answer to each."""

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


def answered(person):
    """A draft on its last page, every page of which was answered; returns its reference."""
    person.begin()
    for step in ("assets", "expiration", "note", "external-id"):
        answer(person, step)
    person.is_asked(QUESTIONS["review"])
    return person.reference()
