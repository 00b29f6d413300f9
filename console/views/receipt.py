"""The receipt of a ticket, to be printed or kept. Whoever has no part in the ticket does not find it."""

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_safe

from console import receipt_pdf as pdf_of
from console.access import MemberRequest, member_required, ticket_for
from console.documents import download
from console.receipts import receipt_of
from tickets.models import TicketStatus
from tickets.models.status import ACTIVE


@member_required
@require_safe
def receipt(request: MemberRequest, reference: str) -> HttpResponse:
    ticket = ticket_for(request, reference)
    if ticket.status == TicketStatus.DRAFT:
        return redirect("ticket", reference)
    receipt = receipt_of(ticket, request)
    section = "tickets" if receipt.status in ACTIVE else "history"
    context = {"section": section, "receipt": receipt, "ticket": ticket, "zone": timezone.get_current_timezone()}
    return render(request, "statement/receipt.html", context)


@member_required
@require_safe
def receipt_pdf(request: MemberRequest, reference: str) -> HttpResponse:
    ticket = ticket_for(request, reference)
    if ticket.status == TicketStatus.DRAFT:
        return redirect("ticket", reference)
    firm, zone = str(request.member.workspace), timezone.get_current_timezone()
    pdf = pdf_of.receipt_pdf(receipt_of(ticket, request), firm, request.now, zone)
    return download(pdf, f"receipt-{ticket.reference}.pdf")
