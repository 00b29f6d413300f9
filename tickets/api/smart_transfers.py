"""Smart Transfers: the operations of the vendor's API around a ticket, and ours beside them, on one router.

Fixed addresses come first, for an id in an address matches any text.
"""

from tickets.api import smart_lists, smart_tickets, smart_terms, smart_extensions  # isort: skip
from tickets.api.smart_router import router

__all__ = ["router", "smart_extensions", "smart_lists", "smart_terms", "smart_tickets"]
