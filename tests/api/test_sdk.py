"""The vendor's client, its Smart Transfers calls: every one is understood, and answered in its own class."""

from datetime import UTC, datetime, timedelta

import pytest
from fireblocks.api.smart_transfer_api import SmartTransferApi
from fireblocks.exceptions import ForbiddenException, NotFoundException, UnprocessableEntityException
from fireblocks.models.smart_transfer_approve_term import SmartTransferApproveTerm
from fireblocks.models.smart_transfer_bad_request_response import SmartTransferBadRequestResponse
from fireblocks.models.smart_transfer_create_ticket import SmartTransferCreateTicket
from fireblocks.models.smart_transfer_create_ticket_term import SmartTransferCreateTicketTerm
from fireblocks.models.smart_transfer_forbidden_response import SmartTransferForbiddenResponse
from fireblocks.models.smart_transfer_fund_dvp_ticket import SmartTransferFundDvpTicket
from fireblocks.models.smart_transfer_fund_term import SmartTransferFundTerm
from fireblocks.models.smart_transfer_manually_fund_term import SmartTransferManuallyFundTerm
from fireblocks.models.smart_transfer_not_found_response import SmartTransferNotFoundResponse
from fireblocks.models.smart_transfer_set_ticket_expiration import SmartTransferSetTicketExpiration
from fireblocks.models.smart_transfer_set_ticket_external_id import SmartTransferSetTicketExternalId
from fireblocks.models.smart_transfer_set_user_groups import SmartTransferSetUserGroups
from fireblocks.models.smart_transfer_statistic import SmartTransferStatistic
from fireblocks.models.smart_transfer_submit_ticket import SmartTransferSubmitTicket
from fireblocks.models.smart_transfer_ticket import SmartTransferTicket
from fireblocks.models.smart_transfer_ticket_filtered_response import SmartTransferTicketFilteredResponse
from fireblocks.models.smart_transfer_ticket_response import SmartTransferTicketResponse
from fireblocks.models.smart_transfer_ticket_term import SmartTransferTicketTerm
from fireblocks.models.smart_transfer_ticket_term_response import SmartTransferTicketTermResponse
from fireblocks.models.smart_transfer_update_ticket_term import SmartTransferUpdateTicketTerm
from fireblocks.models.smart_transfer_user_groups import SmartTransferUserGroups
from fireblocks.models.smart_transfer_user_groups_response import SmartTransferUserGroupsResponse

from tests.api.base import machine
from tests.api.deals import RECEIVED, SENT, market
from tests.api.official import answered, strict
from tickets.models import Role, UserGroup

pytestmark = [pytest.mark.django_db(transaction=True), strict]


class Watched:
    """The client's calls for one firm; notes which of them were made."""

    def __init__(self, calls, made):
        self._calls, self._made = calls, made

    def __getattr__(self, name):
        self._made.add(name)
        return getattr(self._calls, name)


def ticket_of(future, status=200) -> SmartTransferTicket:
    data = answered(future, SmartTransferTicketResponse, status).data
    assert type(data) is SmartTransferTicket
    assert all(type(term) is SmartTransferTicketTerm for term in data.terms)
    return data


def term_of(future, status=201) -> SmartTransferTicketTerm:
    data = answered(future, SmartTransferTicketTermResponse, status).data
    assert type(data) is SmartTransferTicketTerm
    return data


@pytest.fixture
def deals():
    return market()


@pytest.fixture
def firms(deals, official):
    """The vendor's client for Alpha and for Beta, and what was called of it."""
    made = set()
    alpha, beta = (official(caller.member).smart_transfer for caller in (deals.ada, deals.cy))
    return Watched(alpha, made), Watched(beta, made), made


def test_every_call_is_answered_in_its_own_class(deals, firms):
    alpha, beta, made = firms
    one_by_one(deals, alpha, beta)
    together(deals, alpha, beta)
    by_hand(deals, alpha, beta)
    desk = UserGroup.objects.add("Desk", [], by=deals.cast.alpha.admin)
    groups = SmartTransferSetUserGroups(user_group_ids=[str(desk.pk)])
    setting = alpha.set_user_groups(smart_transfer_set_user_groups=groups)
    chosen = answered(setting, SmartTransferUserGroupsResponse, 201)
    assert type(chosen.data) is SmartTransferUserGroups
    read = answered(alpha.get_smart_transfer_user_groups(), SmartTransferUserGroupsResponse)
    assert read.data.user_group_ids == groups.user_group_ids
    statistic = answered(alpha.get_smart_transfer_statistic(), SmartTransferStatistic)
    assert (statistic.total_active_tickets, statistic.total_inactive_tickets) == (0, 3)
    search(deals, alpha)
    assert made == {name for name in dir(SmartTransferApi) if not name.startswith("_")} - {"api_client"}


def one_by_one(deals, alpha, beta):
    """A draft is shaped term by term, opened, funded once, and cancelled by its sender."""
    body = SmartTransferCreateTicket(created_by_network_id=deals.network("alpha"), type="ASYNC", expires_in=1.5)
    draft = ticket_of(alpha.create_ticket(smart_transfer_create_ticket=body, idempotency_key="made-once"), 201)
    again = ticket_of(alpha.create_ticket(smart_transfer_create_ticket=body, idempotency_key="made-once"), 201)
    assert (draft.id, draft.expires_in, draft.terms) == (again.id, 1.5, [])
    asked = SmartTransferCreateTicketTerm.from_dict(deals.term(*SENT))
    term = term_of(alpha.create_ticket_term(ticket_id=draft.id, smart_transfer_create_ticket_term=asked))
    other = SmartTransferUpdateTicketTerm.from_dict(deals.term(*RECEIVED))
    changed = alpha.update_ticket_term(ticket_id=draft.id, term_id=term.id, smart_transfer_update_ticket_term=other)
    assert term_of(changed, 200).amount == "250000"
    extra = term_of(alpha.create_ticket_term(ticket_id=draft.id, smart_transfer_create_ticket_term=asked))
    removed = alpha.remove_ticket_term(ticket_id=draft.id, term_id=extra.id).result()
    assert (removed.status_code, removed.data) == (204, None)
    hours = SmartTransferSetTicketExpiration(expires_in=24)
    ticket_of(alpha.set_ticket_expiration(ticket_id=draft.id, smart_transfer_set_ticket_expiration=hours))
    mine = SmartTransferSetTicketExternalId(external_ref_id="order-1")
    ticket_of(alpha.set_external_ref_id(ticket_id=draft.id, smart_transfer_set_ticket_external_id=mine))
    submission = SmartTransferSubmitTicket(expires_in=2)
    opened = ticket_of(alpha.submit_ticket(ticket_id=draft.id, smart_transfer_submit_ticket=submission))
    assert (opened.status, opened.external_ref_id) == ("OPEN", "order-1")
    assert opened.expires_at - opened.submitted_at == timedelta(hours=2)
    assert term_of(beta.find_ticket_term_by_id(ticket_id=draft.id, term_id=term.id), 200).status == "CREATED"
    assert ticket_of(beta.find_ticket_by_id(ticket_id=draft.id)).direction == "SEND"
    assert ticket_of(beta.cancel_ticket(ticket_id=draft.id)).canceled_by_me is True


def together(deals, alpha, beta):
    """A swap: one side holds by `fund`, the other by `dvp/approve`; then both let go."""
    body = SmartTransferCreateTicket.from_dict(deals.body(RECEIVED, SENT, type="DVP", submit=True, note="Swap"))
    swap = ticket_of(alpha.create_ticket(smart_transfer_create_ticket=body), 201)
    received, sent = swap.terms
    funding = SmartTransferFundTerm.from_dict(deals.funding(received.to_dict()))
    held = term_of(beta.fund_ticket_term(ticket_id=swap.id, term_id=received.id, smart_transfer_fund_term=funding))
    assert (held.status, held.tx_status) == ("FUNDING", "pendingAuthorization")
    approval = SmartTransferApproveTerm(asset=sent.asset, amount=sent.amount, src_id="0", fee_level="LOW")
    approved = term_of(
        alpha.approve_dv_p_ticket_term(ticket_id=swap.id, term_id=sent.id, smart_transfer_approve_term=approval)
    )
    assert approved.dvp_src_dst_vault_id == "0"
    for firm, status in ((alpha, "ORDER_CREATED"), (beta, "FULFILLED")):
        go = SmartTransferFundDvpTicket()
        done = ticket_of(firm.fund_dvp_ticket(ticket_id=swap.id, smart_transfer_fund_dvp_ticket=go))
        assert done.dvp_execution_status == status
    assert {term.tx_status for term in done.terms} == {"completed"}


def by_hand(deals, alpha, beta):
    body = SmartTransferCreateTicket.from_dict(deals.body(submit=True))
    ticket = ticket_of(alpha.create_ticket(smart_transfer_create_ticket=body), 201)
    said = SmartTransferManuallyFundTerm(tx_hash="ab" * 32)
    term_of(
        beta.manually_fund_ticket_term(
            ticket_id=ticket.id, term_id=ticket.terms[0].id, smart_transfer_manually_fund_term=said
        )
    )
    assert ticket_of(alpha.fulfill_ticket(ticket_id=ticket.id)).fulfilled_at


def search(deals, alpha):
    found = answered(alpha.search_tickets(limit=2), SmartTransferTicketFilteredResponse)
    assert [type(ticket) for ticket in found.data] == [SmartTransferTicket] * 2
    rest = answered(alpha.search_tickets(limit=2.0, after=found.after), SmartTransferTicketFilteredResponse)
    assert (len(rest.data), rest.after) == (1, "")
    every = {
        "q": "beta d",
        "statuses": ["FULFILLED", "CANCELED"],
        "network_id": deals.network("beta"),
        "created_by_me": True,
        "expires_after": datetime(2000, 1, 1, 1, 1, 1, 1),  # noqa: DTZ001
        "expires_before": datetime.now(UTC) + timedelta(days=9),
        "type": "ASYNC",
        "external_ref_id": "order-1",
        "sort_by": "submittedAt",
        "order": "ASC",
    }
    [only] = answered(alpha.search_tickets(**every), SmartTransferTicketFilteredResponse).data
    assert only.external_ref_id == "order-1"


def test_refusals_are_read_in_their_own_class(deals, firms, official):
    alpha, beta, _ = firms
    draft = deals.draft()
    viewer = official(machine(deals.cast.alpha, Role.VIEWER)).smart_transfer
    for call, error, kind, code in (
        (beta.find_ticket_by_id, NotFoundException, SmartTransferNotFoundResponse, "NOT_FOUND"),
        (viewer.cancel_ticket, ForbiddenException, SmartTransferForbiddenResponse, "NOT_ALLOWED"),
        (alpha.fulfill_ticket, UnprocessableEntityException, SmartTransferBadRequestResponse, "TICKET_NOT_OPEN"),
    ):
        with pytest.raises(error) as caught:
            call(ticket_id=draft["id"]).result()
        assert (type(caught.value.data), caught.value.data.code) == (kind, code)
