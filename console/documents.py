"""A printable document: A4, our own typefaces embedded, text that comes back exactly when it is copied out.

The typefaces have Latin, Greek and Cyrillic letters. A character of any other script is written as its number, such as
[U+4E2D], and the document says so at its end: nothing is dropped, and nothing is shown as something else.
"""

import logging
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import cast

from django.conf import settings
from django.http import HttpResponse
from django.utils.translation import gettext as _
from fontTools.ttLib import TTFont
from fpdf import FPDF
from fpdf.enums import XPos, YPos

from console.preferences import language_in_force

logging.getLogger("fontTools").setLevel(logging.WARNING)  # it tells of every table that it leaves out

FONTS = Path(settings.BASE_DIR) / "static" / "fonts"
SUBSETS = ("latin", "latin-ext", "greek", "cyrillic", "cyrillic-ext", "vietnamese")
BODY, HEADING, CODE = "plex", "serif", "mono"
FILES = {
    HEADING: "source-serif-4-latin-600-normal",
    CODE: "ibm-plex-mono-latin-400-normal",
    **{f"{BODY}-{subset}": f"ibm-plex-sans-{subset}-400-normal" for subset in SUBSETS},
}
SIZE, SMALL, LINE = 8.5, 7.5, 5.2  # points, points, millimetres
INK, FAINT, RULE = 30, 95, 190


def _file(name: str) -> Path:
    return FONTS / f"{FILES[name]}.woff2"


@cache
def _known(name: str) -> frozenset[int]:
    return frozenset(TTFont(_file(name)).getBestCmap())


@cache
def _known_to_body() -> frozenset[int]:
    return frozenset().union(*(_known(f"{BODY}-{subset}") for subset in SUBSETS))


class Document(FPDF):
    """Made for `firm` at `now`. `text` writes words of anybody's; call `finish` last."""

    def __init__(self, title: str, firm: str, now: datetime, *, landscape: bool = False):
        super().__init__(orientation="L" if landscape else "P", format="A4")
        self.made, self.firm, self.is_replaced = now, firm, False
        for name in FILES:
            self.add_font(name, fname=_file(name))
        self.set_fallback_fonts([f"{BODY}-{subset}" for subset in SUBSETS[1:]], exact_match=False)
        self.set_title(title)
        self.set_lang(language_in_force())
        self.set_creator("Countersign")
        self.set_creation_date(now)
        self.set_margins(14, 14)
        self.set_auto_page_break(True, margin=16)
        self.alias_nb_pages()
        self.add_page()

    # What every page has

    def footer(self) -> None:
        self.set_y(-11)
        self.use(BODY, SMALL, FAINT)
        half = self.epw / 2
        at = f"{self.made:%Y-%m-%d %H:%M:%S} {self.made.tzinfo}"
        made = _("Countersign, %(firm)s. Made %(at)s") % {"firm": self.firm, "at": at}
        self.cell(half, LINE, self.shown(made))
        self.cell(half, LINE, _("Page %(page)d of %(count)s") % {"page": self.page_no(), "count": "{nb}"}, align="R")

    # Writing

    def use(self, face: str = BODY, size: float = SIZE, grey: int = INK) -> None:
        self.set_font(f"{BODY}-latin" if face == BODY else face, size=size)
        self.set_text_color(grey)

    def shown(self, text: str, face: str = BODY) -> str:
        """The text in the characters that the typeface has; the others by their numbers."""
        known = _known_to_body() if face == BODY else _known(face)
        out = "".join(one if ord(one) in known else f"[U+{ord(one):04X}]" for one in text)
        self.is_replaced |= out != text
        return out

    def heading(self, text: str, size: float = 18) -> None:
        # The headings' face has Latin letters only: a heading with others is set like the text.
        face = HEADING if all(ord(one) in _known(HEADING) for one in text) else BODY
        self.use(face, size)
        self.paragraph(text, face=face, height=size / 2)

    def paragraph(self, text: str, *, face: str = BODY, height: float = LINE) -> None:
        """In the typeface in use, from margin to margin, with its own line breaks."""
        lines = (self.shown(line, face) for line in text.splitlines())
        self.multi_cell(0, height, "\n".join(lines), align="L", new_x=XPos.LMARGIN, new_y=YPos.NEXT)

    def note(self, text: str) -> None:
        self.use(BODY, SMALL, FAINT)
        self.paragraph(text)

    def rule(self, left: float = 0, *, grey: int = RULE, gap: float = 0) -> None:
        """A hairline, from `left` millimetres within the margin to the other margin."""
        self.set_draw_color(grey)
        self.set_line_width(0.2)
        y = self.get_y() + gap
        self.line(self.l_margin + left, y, self.w - self.r_margin, y)

    def row(self, cells: list[tuple[float, str, str]], *, face: str = BODY) -> None:
        """A row of cells, each (width, text, "L" or "R"); long text on the left goes on below."""
        left = [(width, self.multi_cell_lines(width, text) if align == "L" else [text]) for width, text, align in cells]
        height = LINE * max(len(lines) for _width, lines in left)
        if self.will_page_break(height + 1):
            self.add_page()
            self.on_break()
        top, x = self.get_y(), self.l_margin
        for (width, lines), (_width, _text, align) in zip(left, cells, strict=True):
            for number, line in enumerate(lines):
                self.set_xy(x, top + number * LINE)
                self.cell(width, LINE, line, align=align)
            x += width
        self.set_xy(self.l_margin, top + height)

    def on_break(self) -> None:
        """Repeats what stands above a table on each of its pages."""

    def multi_cell_lines(self, width: float, text: str) -> list[str]:
        shown = self.shown(text)
        if self.get_string_width(shown) + 2 * self.c_margin <= width:
            return [shown]
        return cast(list[str], self.multi_cell(width, LINE, shown, align="L", dry_run=True, output="LINES"))

    def finish(self) -> bytes:
        if self.is_replaced:
            self.ln(2)
            self.note(
                _(
                    "Characters that this document’s typefaces do not have are written as their Unicode numbers, such"
                    " as [U+4E2D]. The page on screen shows them as they were typed."
                )
            )
        return bytes(self.output())


def download(pdf: bytes, name: str) -> HttpResponse:
    """As a file to keep, and by nobody on the way."""
    response = HttpResponse(pdf, content_type="application/pdf")
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    response["Cache-Control"] = "private, no-store"
    return response
