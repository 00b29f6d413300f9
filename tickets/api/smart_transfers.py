"""Smart Transfers: the operations of the vendor's API around a ticket, and ours beside them, on one router.

An address may take one method here and another there, so the parts share the router instead of having one each.
"""

from importlib import import_module

from tickets.api.smart_router import router

PARTS = ("smart_lists", "smart_tickets", "smart_terms", "smart_extensions")
"""In this order: fixed addresses come first, for an id in an address matches any text."""

for part in PARTS:
    import_module(f"tickets.api.{part}")

__all__ = ["router"]
