"""Assets, vault accounts, and how funds came into one."""

from django.db.models import Q
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from console.access import MemberRequest, member_required
from console.holdings import assets_of, holdings_by_vault, row_of
from console.movements import MOVED, Movement, accounts_of, entering, leaving, names_of, told, vaults_of
from tickets.models import Account, Event, Posting, PostingKind

MOVEMENTS_SHOWN = 20


@member_required
@require_safe
def assets(request: MemberRequest) -> HttpResponse:
    return render(request, "assets/assets.html", {"section": "assets", "rows": assets_of(request)})


@member_required
@require_safe
def vaults(request: MemberRequest) -> HttpResponse:
    vaults = Account.objects.vaults_of(request.member.workspace).prefetch_related("profiles")
    holdings = holdings_by_vault(request)
    rows = [row_of(vault, holdings[vault.pk].values()) for vault in vaults]
    return render(request, "accounts/vaults.html", {"section": "vaults", "rows": rows})


@member_required
@require_safe
def vault(request: MemberRequest, number: int) -> HttpResponse:
    own = Account.objects.vaults_of(request.member.workspace)
    vault = get_object_or_404(own.prefetch_related("profiles"), number=number)
    row = row_of(vault, holdings_by_vault(request, with_offers=True)[vault.pk].values())
    return render(
        request,
        "accounts/vault.html",
        {"section": "vaults", "vault": vault, "row": row, "movements": movements_of(vault, vaults_of(request.member))},
    )


def movements_of(vault: Account, own: list[Account]) -> list[Movement]:
    """The newest few, of any asset."""
    names, accounts = names_of(own), accounts_of(each for each in own if each.pk == vault.pk)
    postings = Posting.objects.filter(entering(accounts) | leaving(accounts), kind__in=MOVED).order_by("-at", "-pk")
    return [
        Movement(
            posting,
            names,
            debit=posting.amount if posting.source_id in accounts else None,
            credit=posting.amount if posting.destination_id in accounts else None,
        )
        for posting in told(postings)[:MOVEMENTS_SHOWN]
    ]


@member_required
@require_safe
def deposit(request: MemberRequest, pk) -> HttpResponse:
    """What brought funds in from outside, and why."""
    deposits = Posting.objects.filter(kind=PostingKind.DEPOSIT).select_related("asset", "destination")
    posting = get_object_or_404(deposits, pk=pk, destination__workspace=request.member.workspace_id)
    told_by = Q(at=posting.at, workspace=request.member.workspace_id, facts__posting=str(posting.pk))
    event = Event.objects.filter(told_by).select_related("by", "staff").first()
    movement = Movement(posting, {posting.destination_id: posting.destination.name}, credit=posting.amount)
    context = {"section": "vaults", "posting": posting, "movement": movement, "event": event}
    return render(request, "accounts/deposit.html", context)
