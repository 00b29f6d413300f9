"""Looking at many tickets: the list and its search, the statistic, and who is told of tickets."""

from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

from django.db.models import Count, Q
from ninja import Query, Schema, Status
from pydantic import BeforeValidator, Field, WithJsonSchema

from tickets.api.call import Call
from tickets.api.smart_router import BASE, SUCCESS, router
from tickets.api.ticket_answers import STATUSES, TicketsAnswer, WireStatus, WireType, ticket_out, with_answers
from tickets.api.ticket_bodies import EXTERNAL_ID_MAX, SETTLEMENTS, UserGroupsIn
from tickets.api.types import AmountOut, Answer, QueryBool, QueryDateTime, QueryInt, QueryText, listed
from tickets.models import Member, Ticket, UserGroup
from tickets.models.ticket_search import Sort, TicketSearch, uuid_or_none

LIMIT, LIMIT_MAX = 100, 500
SORTS = {"createdAt": Sort.CREATED, "updatedAt": Sort.UPDATED, "submittedAt": Sort.SUBMITTED}
Moment = Annotated[QueryDateTime | None, WithJsonSchema({"type": "string", "format": "date-time"})]
_NOBODY = UUID(int=0)


class Asked(Schema):
    """Every condition is optional, and all that are given hold at once."""

    q: QueryText = Field(
        None, description="Part of another party's name or of an asset's ticker, or a whole ticket id or reference."
    )
    statuses: Annotated[list[WireStatus], BeforeValidator(listed)] = Field(
        default_factory=list, description="Repeated, or joined with commas; none for all."
    )
    network_id: QueryText = Field(None, alias="networkId", description="A profile that is a party of the ticket.")
    created_by_me: Annotated[QueryBool | None, WithJsonSchema({"type": "boolean"})] = Field(None, alias="createdByMe")
    expires_after: Moment = Field(None, alias="expiresAfter", description="This moment or later.")
    expires_before: Moment = Field(None, alias="expiresBefore", description="This moment or earlier.")
    type: Annotated[WireType | None, WithJsonSchema({"enum": ["ASYNC", "DVP"]})] = None
    external_ref_id: QueryText = Field(
        None, alias="externalRefId", max_length=EXTERNAL_ID_MAX, description="The caller's own id, in full."
    )
    after: QueryText = Field(None, description="The ticket after which to go on: `after` of the page before.")
    limit: QueryInt = Field(
        LIMIT, ge=1, description=f"Tickets on a page; {LIMIT_MAX} at most, also if more are asked for."
    )
    sort_by: Literal["createdAt", "updatedAt", "submittedAt"] = Field(
        "createdAt", alias="sortBy", description="Tickets that were never submitted come last by submittedAt."
    )
    order: Literal["ASC", "DESC"] = "DESC"

    def search(self, member: Member, now: datetime) -> TicketSearch:
        return TicketSearch(
            member=member,
            now=now,
            text=self.q or "",
            statuses=[status for status, said in STATUSES.items() if said in self.statuses],
            settlement=SETTLEMENTS[self.type] if self.type else "",
            profile=(uuid_or_none(self.network_id) or _NOBODY) if self.network_id else None,
            is_own=self.created_by_me,
            external_id=self.external_ref_id or "",
            expires_from=self.expires_after,
            expires_until=self.expires_before,
            sort=SORTS[self.sort_by],
            is_newest_first=self.order == "DESC",
        )


class Coin(Answer):
    asset: str
    amount: AmountOut


class Flow(Answer):
    coins: list[Coin]
    ticket_count: int


class Statistic(Answer):
    """What is outstanding on live tickets, and how many tickets there are, as the caller's firm sees them."""

    inflow: Flow
    outflow: Flow
    total_active_tickets: int
    total_inactive_tickets: int


class UserGroupIds(Answer):
    user_group_ids: list[str]


class UserGroupsAnswer(Answer):
    message: str
    data: UserGroupIds


@router.get(BASE, response=TicketsAnswer, operation_id="searchTickets", summary="Search tickets")
def search(request: Call, asked: Query[Asked]):
    """The tickets that the caller's firm sees, a page at a time. On the last page `after` is empty."""
    return page_of(asked, request.member, request.now)


def page_of(asked: Asked, member: Member, now: datetime) -> TicketsAnswer:
    # An id that cannot be one is refused like that of a ticket that this firm does not see.
    after = (uuid_or_none(asked.after) or _NOBODY) if asked.after else None
    page = asked.search(member, now).page(min(asked.limit, LIMIT_MAX), after=after, load=with_answers)
    tickets = [ticket_out(ticket, member, now) for ticket in page.tickets]
    return TicketsAnswer(message=SUCCESS, after=str(page.after or ""), data=tickets)


@router.get(
    BASE + "/statistic",
    response=Statistic,
    operation_id="getSmartTransferStatistic",
    summary="Sum up what is outstanding",
)
def statistic(request: Call):
    """Active are drafts of one's own and all tickets that can still come to something; this answer has no envelope."""
    member, now = request.member, request.now
    tickets = Ticket.objects.visible_to(member)
    legs = tickets.live(now).open_legs()
    flows = list(legs.flows(member))
    out, into = Q(sender__workspace=member.workspace_id), Q(receiver__workspace=member.workspace_id)
    counts = legs.order_by().aggregate(
        out=Count("ticket", distinct=True, filter=out), into=Count("ticket", distinct=True, filter=into)
    )
    return Statistic(
        inflow=Flow(coins=_coins(flows, "into"), ticket_count=counts["into"]),
        outflow=Flow(coins=_coins(flows, "out"), ticket_count=counts["out"]),
        total_active_tickets=tickets.active(now).count(),
        total_inactive_tickets=tickets.ended(now).count(),
    )


def _coins(flows: list[dict], way: str) -> list[Coin]:
    return [Coin(asset=flow["asset"], amount=flow[way]) for flow in flows if flow[way]]


@router.get(
    BASE + "/settings/user-groups",
    response=UserGroupsAnswer,
    operation_id="getSmartTransferUserGroups",
    summary="See which groups are told of tickets",
)
def find_user_groups(request: Call):
    return _user_groups(request)


@router.post(
    BASE + "/settings/user-groups",
    response={201: UserGroupsAnswer},
    operation_id="setUserGroups",
    summary="Choose which groups are told of tickets",
)
def set_user_groups(request: Call, body: UserGroupsIn):
    """These and no others; none, if the list is empty."""
    UserGroup.objects.notify(body.user_group_ids, by=request.member, now=request.now)
    return Status(201, _user_groups(request))


def _user_groups(call: Call) -> UserGroupsAnswer:
    groups = UserGroup.objects.notified(call.member.workspace_id)
    return UserGroupsAnswer(message=SUCCESS, data=UserGroupIds(user_group_ids=[str(group.pk) for group in groups]))
