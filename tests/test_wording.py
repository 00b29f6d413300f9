"""No page says anything in English past the catalogues: each text of a template stands in a tag that translates it."""

import re
from collections.abc import Iterator
from html.parser import HTMLParser

import pytest

from tests.messages import ROOT

TEMPLATES = [path for path in sorted((ROOT / "templates").rglob("*.*")) if path.suffix in {".html", ".txt"}]
SAMPLES = {"docs/_python.txt", "docs/_shell.txt", "docs/_wallet_shell.txt"}
"""Programs to copy."""
INCOMPLETE = {"allauth/elements/button.html", "shell/_look.html"}
"""Parts of a tag, without words."""
NAMES = {"Countersign", "OpenAPI", "CSV", "PDF", "API", "JSON", "Python", "curl", "X-API-Key", "ID"}
"""The same in every language."""
ATTRIBUTES = {"title", "aria-label", "aria-description", "alt", "placeholder", "data-label", "data-passkey-fault"}

COMMENT = re.compile(r"{#.*?#}|{% *comment.*?endcomment *%}", re.DOTALL)
TRANSLATED = re.compile(r"{% *blocktrans(?:late)?\b.*?%}.*?{% *endblocktrans(?:late)? *%}", re.DOTALL)
TAG = re.compile(r"{%(.*?)%}|{{(.*?)}}", re.DOTALL)
LITERAL = re.compile(r"""(?<!_\()(?<!_\(\s)"([^"]*)"|(?<!_\()'([^']*)'""")
SENTENCE = re.compile(r"[A-Z][a-z’]+(?: .*)?|[a-z]+ .*[a-z].*")
WORD = re.compile(r"[A-Za-z][A-Za-z’'-]+")
OWN_LITERALS = ("translate", "trans", "url", "load", "extends", "static", "if", "elif", "block", "cycle", "now")
"""Tags whose literals are translated, or no words for people."""


class Words(HTMLParser):
    """The text of a page, and what its attributes say."""

    def __init__(self, page: str):
        super().__init__(convert_charrefs=True)
        self.found: list[str] = []
        self._silent = 0
        self.feed(page)
        self.close()

    def handle_starttag(self, tag, attributes):
        self._silent += tag in {"code", "pre", "script", "style"}
        self.found += [value for name, value in attributes if name in ATTRIBUTES and value]

    def handle_endtag(self, tag):
        self._silent -= tag in {"code", "pre", "script", "style"}

    def handle_data(self, data):
        if not self._silent:
            self.found.append(data)


def literals(page: str) -> Iterator[str]:
    """Text that a tag hands on: `{% include … with hint="…" %}`, `{{ note|default:"…" }}`."""
    for tag, variable in TAG.findall(page):
        name, _, rest = tag.strip().partition(" ")
        if name in OWN_LITERALS:
            continue
        for double, single in LITERAL.findall(rest or variable):
            text = double or single
            if SENTENCE.fullmatch(text) and "/" not in text and "__" not in text and "--" not in text:
                yield text


def untranslated(page: str) -> list[str]:
    page = TRANSLATED.sub("", COMMENT.sub("", page))
    shown = Words(TAG.sub(" ", page)).found
    words = [text.strip() for text in shown if set(WORD.findall(text)) - NAMES]
    return words + list(literals(page))


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: path.relative_to(ROOT / "templates").as_posix())
def test_a_template_says_nothing_that_cannot_be_translated(path):
    if path.relative_to(ROOT / "templates").as_posix() not in SAMPLES | INCOMPLETE:
        assert untranslated(path.read_text()) == []


@pytest.mark.parametrize(
    ("page", "left"),
    [
        ("<p>Fund it</p>", ["Fund it"]),
        ('<p>{% translate "Fund it" %}</p>', []),
        ("{% blocktranslate trimmed %}Fund <b>it</b>{% endblocktranslate %}", []),
        ('<a title="Fund it">{{ leg }}</a>', ["Fund it"]),
        ('{% include "a/b.html" with hint="Fund it" %}', ["Fund it"]),
        ('{% include "a/b.html" with hint=_("Fund it") css="button button--quiet" %}', []),
        ('{{ note|default:"None" }}', ["None"]),
        ("<code>POST /v1</code> Countersign {# Fund it #}", []),
    ],
)
def test_the_check_finds_what_it_looks_for(page, left):
    assert untranslated(page) == left
