"""The pages that came with the API, as the ends of a ticket and the firm between them see them: without a fault."""

import pytest

from tests.base import signed_in
from tests.proposals import arranged, exchange, hold, propose, three
from tests.stories.inspect import faults_of


@pytest.mark.django_db(transaction=True)
def test_the_pages_of_all_three_have_no_fault(new_context, live_server):
    people = three()
    ticket, draft = arranged(people, note="Block 3"), propose(people.gamma, exchange(people))
    silent = arranged(people)
    hold(silent, people.alpha)
    ticket.add_note("x" * 300 + "\nand more", by=people.cy)
    of_all = ("/", f"/tickets/{ticket}/", f"/tickets/{ticket}/note/")
    faults = []
    for member, pages in (
        (people.ada, (*of_all, f"/tickets/{silent}/", f"/tickets/{silent}/agree/")),
        (people.dee, (*of_all, f"/tickets/{draft}/draft/", f"/tickets/{ticket}/cancel/", f"/tickets/{ticket}/opened/")),
    ):
        context = new_context()
        session = signed_in(member).cookies["sessionid"].value
        context.add_cookies([{"name": "sessionid", "value": session, "url": live_server.url}])
        view = context.new_page()
        for path in pages:
            assert view.goto(path).status == 200
            faults += faults_of(view)
    assert faults == []
