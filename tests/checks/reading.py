"""What a page, a file or a document says, read as exactly as somebody would who checks it."""

import csv
import io
import re

from pypdf import PdfReader

POINTS = """() => ['You send', 'You receive'].map((label) => [...document.querySelectorAll(`td[data-label="${label}"]`)]
    .flatMap((cell) => [...cell.querySelectorAll('.amt__f')].map((part) => part.getBoundingClientRect().left)))"""

# Every amount of the page: what it is, what the eye sees, what the ear hears, and what a selection of it copies.
AMOUNTS = """() => [...document.querySelectorAll('data')].filter((one) => one.checkVisibility()).map((one) => {
    const range = document.createRange(), hidden = '.vh', mute = '[aria-hidden]';
    const without = (sort) => {
        const copy = one.cloneNode(true);
        copy.querySelectorAll(sort).forEach((part) => part.remove());
        return copy.textContent;
    };
    getSelection().removeAllRanges();
    range.selectNode(one);
    getSelection().addRange(range);
    const copied = getSelection().toString(), box = one.getBoundingClientRect();
    let right = innerWidth;
    for (let each = one.parentElement; each; each = each.parentElement)
        if (getComputedStyle(each).overflowX !== 'visible') right = Math.min(right, each.getBoundingClientRect().right);
    return {value: one.value, seen: without(hidden), heard: without(mute), copied, beyond: box.right - right};
})"""

# Every moment of the page; and every text that looks like one, but is no <time>. Whole days of a period are no moments.
TIMES = """() => [...document.querySelectorAll('main time, footer time')].filter((one) => one.checkVisibility())
    .map((one) => ({at: one.dateTime, says: one.textContent}))"""
UNMARKED = """() => {
    const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT), found = [];
    while (walker.nextNode()) {
        const place = walker.currentNode.parentElement;
        const words = walker.currentNode.data.trim();
        const isTime = /\\b\\d{1,2}:\\d{2}\\b|\\b\\d{1,2} [A-Z][a-z]{2} \\d{4}\\b/.test(words);
        const isOther = place.closest('time, script, .foot, .opening, .total') || !place.checkVisibility();
        if (isTime && !isOther) found.push(words);
    }
    return found;
}"""


def plain(text):
    """Without the spaces that group figures, and any others."""
    return re.sub(r"\s", "", text)


def lines_of(person, path):
    """The CSV file that this address gives to whoever is signed in, as rows."""
    answer = person.context.request.get(path)
    assert answer.ok and answer.headers["content-type"].startswith("text/csv")
    return list(csv.reader(io.StringIO(answer.body().decode("utf-8-sig"))))


def printed(person, path):
    """The words of the PDF that this address gives."""
    pages = PdfReader(io.BytesIO(person.context.request.get(path).body())).pages
    return " ".join(" ".join(page.extract_text() for page in pages).split())


def written_in_utc(at):
    day = f"{at.day} {at:%b}"
    return [f"{day} {at:%Y}", f"{day} {at:%H:%M}", f"{at:%H:%M}"]
