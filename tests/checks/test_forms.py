"""Checks 1 to 18: forms and the wizard."""

from tests.checks import seen


@seen("wide", "phone", "tree")
def test_check_03_the_rail_says_in_words_what_is_done_and_where_one_is(market, arrive, setting):
    ada = arrive(market.ada, setting)
    ada.begin()
    rows = ada.page.get_by_role("list", name="Progress").get_by_role("listitem").all()
    words = [" ".join(row.inner_text().split()) for row in rows]
    assert words[:4] == ["1 Type done", "2 Profile done", "3 Funding done", "4 Assets now"]
    assert words[4:] == ["5 Expiration optional", "6 Note optional", "7 External ID optional", "8 Review to do"]
    assert [row.get_attribute("aria-current") for row in rows] == [None] * 3 + ["step"] + [None] * 4
    assert ada.page.locator("[aria-current=step]").count() == 1
