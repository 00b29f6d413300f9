"""A statement as a document. It carries the figures of the page and of the CSV, and the same checksum."""

from decimal import Decimal

from django.utils.translation import gettext as _

from console.documents import FAINT, INK, Document
from console.movements import Movement
from console.statement import Digest, Holds, Statement
from console.templatetags.console import plain_amount
from tickets.amounts import ZERO

LINES_MAX = 3000
DATE, REFERENCE, SIDES = 33.0, 30.0, 3  # millimetres, millimetres, columns of amounts
NARROWEST, WIDEST = 28.0, 58.0  # millimetres of a column of amounts


class StatementDocument(Document):
    """Landscape, so that three amounts of 46 digits fit beside each other."""

    head: list = []

    def on_break(self) -> None:
        if self.head:
            size = self.font_size_pt
            self.use(size=size, grey=FAINT)
            cells, self.head = self.head, []
            self.row(cells)
            self.head = cells
            self.rule(grey=INK)
            self.use(size=size)


def statement_pdf(statement: Statement, holds: Holds, firm: str) -> bytes:
    """As many lines as there are; the caller sees to it that these are LINES_MAX at most."""
    asset, totals, period = statement.asset, statement.totals, statement.period
    title = _("Statement of account: %(account)s, %(asset)s") % {"account": statement.title, "asset": asset.pk}
    paper = StatementDocument(title, firm, statement.now.astimezone(period.zone), landscape=True)
    paper.heading(_("Statement of account"))
    paper.heading(_about(statement), 11)
    paper.ln(3)
    widest = max(totals.opening + totals.credit, totals.debit, holds.total)
    width, size = _measure(paper, figures(widest, statement))
    counterparty = paper.epw - DATE - REFERENCE - SIDES * width
    columns = [REFERENCE, DATE, counterparty, width, width, width]

    def row(*cells: str) -> None:
        sides = "LLLRRR" if len(cells) == len(columns) else "LLLR"
        widths = columns if len(cells) == len(columns) else [REFERENCE, DATE, counterparty + 2 * width, width]
        paper.row(list(zip(widths, cells, sides, strict=True)))

    def head(*cells: str) -> None:
        sides = "LLLRRR" if len(cells) == len(columns) else "LLLR"
        widths = columns if len(cells) == len(columns) else [REFERENCE, DATE, counterparty + 2 * width, width]
        paper.use(size=size)
        paper.head = list(zip(widths, cells, sides, strict=True))
        paper.on_break()

    date = _("Date (%(zone)s)") % {"zone": period.zone}
    head(_("Reference"), date, _("Counterparty"), _("Debit"), _("Credit"), _("Balance"))
    row("", str(period.first), _("Opening balance"), "", "", figures(totals.opening, statement))
    digest, debit, credit, balance = Digest(asset, totals.opening), ZERO, ZERO, totals.opening
    for line in statement.lines():
        digest.add_line(line)
        debit, credit, balance = debit + (line.debit or ZERO), credit + (line.credit or ZERO), line.balance
        amounts = [figures(amount, statement) for amount in (line.debit, line.credit, line.balance)]
        paper.rule()
        row(line.reference, when(line, statement), who(line), *amounts)
    paper.rule(paper.epw - SIDES * width, grey=INK)
    row(
        "", str(period.last), _("Closing balance"), *(figures(amount, statement) for amount in (debit, credit, balance))
    )
    double_rule(paper, SIDES * width)
    paper.head = []
    paper.ln(5)
    paper.heading(_("Holds, not yet moved (%(count)d)") % {"count": holds.count}, 11)
    if holds.lines:
        head(_("Reference"), _("Since"), _("Counterparty"), _("Held"))
        for line in holds.lines:
            row(line.reference, when(line, statement), who(line), figures(line.debit, statement))
            paper.rule()
    row("", "", _("Held"), figures(holds.total, statement))
    double_rule(paper, width)
    paper.head = []
    paper.ln(3)
    paper.note(_available(balance - holds.total, statement, digest.closed(balance)))
    return paper.finish()


def _about(statement: Statement) -> str:
    period = statement.period
    return _("%(account)s, %(asset)s. %(first)s to %(last)s, in %(zone)s.") % {
        "account": statement.title,
        "asset": statement.asset.pk,
        "first": period.first,
        "last": period.last,
        "zone": period.zone,
    }


def _available(amount: Decimal, statement: Statement, checksum: str) -> str:
    words = _(
        "Available: %(amount)s, the closing balance less what is held. As of %(at)s. Checksum (SHA-256): %(checksum)s"
    )
    zone = statement.period.zone
    return words % {
        "amount": plain_amount(amount, statement.asset),
        "at": f"{statement.as_of.astimezone(zone):%Y-%m-%d %H:%M:%S} {zone}",
        "checksum": checksum,
    }


def figures(amount: Decimal | None, statement: Statement) -> str:
    """Without the ticker, which the title says once for all."""
    return "" if amount is None else plain_amount(amount, statement.asset).removesuffix(f" {statement.asset.pk}")


def when(line: Movement, statement: Statement) -> str:
    return f"{line.posting.at.astimezone(statement.period.zone):%Y-%m-%d %H:%M:%S}"


def who(line: Movement) -> str:
    return f"{line.counterparty}, {line.external_id}" if line.external_id else line.counterparty


def double_rule(paper: Document, width: float) -> None:
    """Below a total."""
    paper.rule(paper.epw - width, grey=INK)
    paper.rule(paper.epw - width, grey=INK, gap=0.7)
    paper.ln(1)


def _measure(paper: Document, widest: str) -> tuple[float, float]:
    """How wide a column of amounts is, and the size of its letters; very long amounts are set smaller, never cut."""
    paper.use()
    size = paper.font_size_pt
    needed = paper.get_string_width(widest) + 2 * paper.c_margin + 1
    if needed > WIDEST:
        size = size * WIDEST / needed
    return min(max(needed, NARROWEST), WIDEST), size
