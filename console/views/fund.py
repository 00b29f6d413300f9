"""Funding: choose the legs and their vaults, see what will happen, then do it. Or say that a leg moved outside."""

from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from console.access import member_required, need, ticket_for
from console.act_forms import FundForm, TxHashForm
from console.acts import INVALID, perform
from console.position import Position, after_funding
from console.proof import Proof
from console.templatetags.tickets import plain_what
from console.turn import unagreed, waits_of
from console.views.acts import apart, context_of, said, was_done
from tickets.amounts import EXACT, ZERO
from tickets.models import Account, Balance, Right, Settlement, Term, TermStatus, Ticket


@member_required
@require_safe
def choose(request, reference):
    ticket = ticket_for(request, reference)
    need(request, Right.FUND)
    if not ticket.can_be_funded_by(request.member, request.now):
        return redirect("ticket", reference)
    is_coming_back = any(key.startswith("leg_") for key in request.GET)
    form = form_of(request, ticket, request.GET if is_coming_back else None)
    return render(request, "acts/fund.html", context_of(request, ticket) | {"form": form})


@member_required
@require_http_methods(["GET", "HEAD", "POST"])
def confirm(request, reference):
    """What was chosen stands in the address, so that Back, reload and a sign-in in between keep it."""
    ticket, member = ticket_for(request, reference), request.member
    need(request, Right.FUND)
    if request.method != "POST" and not ticket.can_be_funded_by(member, request.now):
        return redirect("ticket", reference)
    form = form_of(request, ticket, request.GET)
    if not form.is_valid():
        return render(request, "acts/fund.html", context_of(request, ticket) | {"form": form}, status=INVALID)
    context = context_of(request, ticket) | consequence_of(request, ticket, form)
    if request.method != "POST":
        return render(request, "acts/fund_confirm.html", context)
    words = _("You funded %(what)s.") % {"what": plain_what(form.chosen)}
    return perform(
        request,
        said(request, apart(ticket).fund, words, form.sources, by=member),
        then=reverse("ticket", args=[reference]),
        page="acts/fund_confirm.html",
        context=context,
        was_done=lambda: was_funded(ticket, member, form),
    )


@member_required
@require_http_methods(["GET", "HEAD", "POST"])
def by_hand(request, reference, number):
    ticket, member = ticket_for(request, reference), request.member
    need(request, Right.FUND)
    leg = get_object_or_404(ticket.terms.sent_by(member).select_related("asset"), number=number)
    can_be_funded = leg.status == TermStatus.UNFUNDED and ticket.can_be_funded_by(member, request.now)
    if request.method != "POST" and not can_be_funded:
        return redirect("ticket", reference)
    form = TxHashForm(request.POST if request.method == "POST" else None)
    context = context_of(request, ticket) | {"leg": leg, "legs": [leg], "form": form, "can_be_funded": can_be_funded}
    context["proof"] = Proof.of_legs(request, [leg])
    if not form.is_valid():
        return render(request, "acts/by_hand.html", context, status=INVALID if form.is_bound else None)
    tx_hash, words = form.cleaned_data["tx_hash"], _("Leg %(leg)d is funded by hand.") % {"leg": number}
    return perform(
        request,
        said(request, apart(ticket).fund_manually, words, leg, tx_hash, by=member),
        then=reverse("ticket", args=[reference]),
        page="acts/by_hand.html",
        context=context,
        form=form,
        was_done=lambda: was_done(ticket, member, "leg.funded_by_hand", facts__leg=number, facts__tx_hash=tx_hash),
    )


@member_required
@require_http_methods(["GET", "HEAD", "POST"])
def agree(request, reference):
    """Let our held legs move. Only the API holds legs without saying that too."""
    ticket, member = ticket_for(request, reference), request.member
    need(request, Right.FUND)
    can_be_agreed = ticket.can_be_agreed_by(member) and not ticket.is_due(request.now)
    if request.method != "POST" and not can_be_agreed:
        return redirect("ticket", reference)
    context = context_of(request, ticket) | agreement_of(ticket, member) | {"can_be_agreed": can_be_agreed}
    context["proof"] = Proof.of_legs(request, context["own"])
    if request.method != "POST":
        return render(request, "acts/agree.html", context)
    words = _("You let %(what)s move.") % {"what": plain_what(context["own"])}
    return perform(
        request,
        said(request, apart(ticket).agree, words, by=member),
        then=reverse("ticket", args=[reference]),
        page="acts/agree.html",
        context=context,
        was_done=lambda: was_done(ticket, member, "ticket.agreed"),
    )


@member_required
@require_http_methods(["GET", "HEAD", "POST"])
def fulfil(request, reference):
    ticket, member = ticket_for(request, reference), request.member
    need(request, Right.FUND)
    if request.method == "POST":
        return perform(
            request,
            said(request, apart(ticket).fulfil, _("%(ticket)s is settled.") % {"ticket": ticket}, by=member),
            then=reverse("ticket", args=[reference]),
            page="acts/fulfil.html",
            context=context_of(request, ticket),
            was_done=lambda: was_done(ticket, member, "ticket.fulfilled"),
        )
    if not ticket.can_be_fulfilled_by(member):
        return redirect("ticket", reference)
    return render(request, "acts/fulfil.html", context_of(request, ticket))


# Shared


def form_of(request, ticket: Ticket, data) -> FundForm:
    legs = [leg for leg in ticket.terms.all() if leg.is_sent_by(request.member)]
    vaults = list(Account.objects.vaults_of(request.member.workspace))
    balances = Balance.objects.filter(account__in=vaults, asset__in={leg.asset_id for leg in legs})
    available = {(balance.account_id, balance.asset_id): balance.amount for balance in balances}
    return FundForm(data, legs=legs, vaults=vaults, available=available)


def agreement_of(ticket: Ticket, member) -> dict:
    """The legs that our word is about, each with the vault that it is held for, and whether it is the last word."""
    own = [leg for leg in ticket.terms.all() if leg.is_sent_by(member)]
    vaults = {vault.pk: vault for vault in Account.objects.vaults_of(member.workspace)}
    last = [{"party": ticket.party_of(member), "legs": []}]
    return {
        "own": own,
        "sources": [{"leg": leg, "vault": vaults.get(leg.source_id)} for leg in own],
        "is_last": waits_of(ticket) == last,
    }


def was_funded(ticket: Ticket, member, form: FundForm) -> bool:
    """Whether this person has funded just these legs from just these vaults."""
    events = ticket.events.filter(kind__in=["leg.held", "leg.settled"], by=member)
    done = {event.facts["leg"]: event.own_facts["vault"] for event in events}
    return all(done.get(leg.number) == form.sources[leg.pk].name for leg in form.chosen)


def consequence_of(request, ticket: Ticket, form: FundForm) -> dict:
    """What this funding does: to the vaults, and to the ticket."""
    chosen = form.chosen
    others = [leg for leg in ticket.terms.all() if leg not in chosen]
    accounts = accounts_of(form, chosen)
    is_funded = not any(leg.status == TermStatus.UNFUNDED for leg in others)
    silent = [party for party in unagreed(ticket) if party.workspace_id != request.member.workspace_id]
    return {
        "proof": Proof.of_legs(request, chosen),
        "chosen": [{"leg": leg, "vault": form.sources[leg.pk]} for leg in chosen],
        "funding": chosen,
        "accounts": accounts,
        "is_short": any(account.missing for account in accounts),
        "is_wide": any(account.is_wide for account in accounts),
        "can_be_funded": ticket.can_be_funded_by(request.member, request.now),
        "query": request.GET.urlencode(),
        "is_together": ticket.settlement == Settlement.TOGETHER,
        "is_last": is_funded and not silent,
        "silent": silent if is_funded else [],
    }


def accounts_of(form: FundForm, chosen: list[Term]) -> list[Position]:
    """Each vault and asset before and after, with everything that is taken from it at once."""
    taken: dict = {}
    for leg in chosen:
        key = form.sources[leg.pk], leg.asset
        taken[key] = EXACT.add(taken.get(key, ZERO), leg.amount)
    return [
        after_funding(vault, asset, form.available.get((vault.pk, asset.pk), ZERO), amount)
        for (vault, asset), amount in taken.items()
    ]
