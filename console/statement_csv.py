"""A statement as CSV: one kind of row after the other, which the first column names. Read while it is sent."""

from collections.abc import Iterator
from datetime import datetime
from decimal import Decimal

from console.movements import Movement
from console.statement import Digest, Holds, Statement, utc
from tickets.amounts import ZERO, plain

COLUMNS = ["account", "reference", "counterparty", "external ID", "asset", "debit", "credit", "balance", "held"]


def header(statement: Statement) -> list[str]:
    return ["line", "time (UTC)", f"local time ({statement.period.zone})", *COLUMNS, "posting ID or checksum"]


def rows(statement: Statement, holds: Holds) -> Iterator[list]:
    """Opening, movements, closing with the totals, holds, their sum, and the checksum; amounts are plain."""
    asset, zone = statement.asset, statement.period.zone
    opening = balance = statement.totals.opening
    digest, debit, credit = Digest(asset, opening), ZERO, ZERO

    def row(kind: str, at: datetime, texts: tuple, *amounts: Decimal | None, last: object = "") -> list:
        figures = ["" if amount is None else plain(amount, asset.decimals) for amount in amounts]
        return [kind, utc(at), at.astimezone(zone).isoformat(), *texts, asset.pk, *figures, last]

    whole = (statement.title, "", "", "")
    yield row("opening", statement.period.start, whole, None, None, opening, None)
    for line in statement.lines():
        digest.add_line(line)
        debit, credit, balance = debit + (line.debit or ZERO), credit + (line.credit or ZERO), line.balance
        posting = line.posting
        yield row("movement", posting.at, _texts(line), line.debit, line.credit, balance, None, last=posting.pk)
    checksum = digest.closed(balance)
    yield row("closing", statement.as_of, whole, debit, credit, balance, None)
    for line in holds.lines:
        yield row("hold", line.posting.at, _texts(line), None, None, None, line.debit, last=line.posting.pk)
    yield row("held", statement.as_of, whole, None, None, None, holds.total)
    yield row("checksum (SHA-256)", statement.as_of, whole, None, None, None, None, last=checksum)


def _texts(line: Movement) -> tuple[str, str, str, str]:
    return line.account, line.reference, line.counterparty, line.external_id
