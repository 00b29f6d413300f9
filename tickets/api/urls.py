"""The API under /v1, family by family.

A family's module defines `router = ninja.Router(tags=[…])` and gives each operation its whole path after /v1, such as
`@router.get("/network_connections")`. An operation without an `operation_id` has its function's name, in camelCase.
"""

from django.urls import path

from tickets.api import groups, network, smart_transfers, transactions, vault
from tickets.api.assembly import Api

FAMILIES = (smart_transfers, network, vault, transactions, groups)

urlpatterns = [path("", Api(*(family.router for family in FAMILIES)).urls)]
