"""The API under /v1, family by family.

A family's module defines `router = ninja.Router(tags=[…])` and gives each operation its whole path after /v1, such as
`@router.get("/network_connections")`.
"""

import importlib
import importlib.util

from django.urls import path

from tickets.api.assembly import Api

FAMILIES = ("smart_transfers", "network", "vault", "transactions", "groups")

urlpatterns = [
    path(
        "",
        Api(
            *(
                importlib.import_module(f"tickets.api.{family}").router
                for family in FAMILIES
                if importlib.util.find_spec(f"tickets.api.{family}")
            )
        ).urls,
    )
]
