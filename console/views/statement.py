"""The ledger statement: on screen in pages, as CSV and PDF whole."""

from urllib.parse import urlencode

from django.contrib import messages
from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.text import slugify
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from console import statement_csv as csv_of
from console import statement_pdf as pdf_of
from console.access import MemberRequest, member_required
from console.documents import download
from console.export import csv_file
from console.statement import HOLDS_SHOWN, Place, Statement, one_moment
from console.statement_form import StatementForm

CHECKSUM_LINES = 20_000  # what a page computes in well under a second


@member_required
@require_safe
def statement(request: MemberRequest) -> HttpResponse:
    form = StatementForm(request)
    context = {"section": "statement", "form": form}
    if form.is_possible and form.is_valid():
        with one_moment():
            context |= figures_of(form.statement(), request)
        context["query"] = urlencode(form.query())
    return render(request, "statement/statement.html", context)


def figures_of(statement: Statement, request: MemberRequest) -> dict:
    def place(name: str) -> Place | None:
        return Place.read(request.GET.get(name, ""))

    totals, holds = statement.totals, statement.holds(HOLDS_SHOWN)
    page = statement.page(after=place("after"), before=place("before"))
    return {
        "statement": statement,
        "totals": totals,
        "holds": holds,
        "available": totals.closing - holds.total,
        "page": page,
        "has_pdf": totals.count <= pdf_of.LINES_MAX,
        "pdf_lines_max": pdf_of.LINES_MAX,
        "checksum": statement.checksum() if totals.count <= CHECKSUM_LINES else None,
    }


@member_required
@require_safe
def statement_csv(request: MemberRequest) -> HttpResponseBase:
    form = StatementForm(request)
    if not (form.is_possible and form.is_valid()):
        return redirect(f"{reverse('statement')}?{request.GET.urlencode()}")
    statement = form.statement()
    lines = csv_of.rows(statement, statement.holds())
    return csv_file(name_of(statement, "csv"), csv_of.header(statement), lines)


@member_required
@require_safe
def statement_pdf(request: MemberRequest) -> HttpResponse:
    form = StatementForm(request)
    if not (form.is_possible and form.is_valid()):
        return redirect(f"{reverse('statement')}?{request.GET.urlencode()}")
    statement = form.statement()
    with one_moment():
        count = statement.totals.count + (holds := statement.holds()).count
        if count > pdf_of.LINES_MAX:
            words = _(
                "A PDF has %(max)d lines at most, and this would have %(count)d. Choose fewer days, or take the CSV."
            )
            messages.error(request, words % {"max": pdf_of.LINES_MAX, "count": count})
            return redirect(f"{reverse('statement')}?{urlencode(form.query())}")
        pdf = pdf_of.statement_pdf(statement, holds, str(request.member.workspace))
    return download(pdf, name_of(statement, "pdf"))


def name_of(statement: Statement, ending: str) -> str:
    vault, period = "all-vaults" if statement.is_of_all else slugify(statement.title) or "vault", statement.period
    return f"statement-{vault}-{statement.asset.pk}-{period.first}-{period.last}.{ending}"
