"""The worker: makes durable what the clock has decided, and pays accepted offers.

Expired tickets and offers give their holds back, old requests lapse. Offers are paid in every round; expired at longer
intervals and some seconds late, as wallets do, so that a client whose clock is behind still sees its offer.
"""

import logging
import signal
import threading
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandParser
from django.db import close_old_connections, connection, models
from django.utils import timezone

from tickets.errors import Conflict, WrongStatus
from tickets.models import Connection, IdempotentRequest, Nonce, OfferClaim, Ticket, TransferOffer

BATCH = 100

logger = logging.getLogger(__name__)


class Command(BaseCommand):
    help = __doc__
    requires_system_checks = ()  # a fault in a page must not keep anybody's funds on hold

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.stopped = threading.Event()
        self.offers_expire_at: datetime | None = None

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--once", action="store_true", help="do what is due now and end, as for cron")

    def handle(self, *args: Any, **options: Any) -> None:
        if options["once"]:
            self.work(timezone.now())
            return
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda *_: self.stopped.set())
        if options.get("verbosity", 1) > 1:
            self.stdout.write("Working.")
            self.stdout.flush()
        is_away = False
        while not self.stopped.is_set():
            try:
                close_old_connections()
                self.work(timezone.now())
                if is_away:
                    logger.info("The database is back.")
                is_away = False
            except Exception as error:
                if not is_away:  # said once, however long it lasts
                    logger.exception("This round failed; trying again. %s", error)
                is_away = True
                connection.close()
            self.stopped.wait(settings.WORK_SECONDS)

    def work(self, now: datetime) -> None:
        """One round. Any number of workers may be at it: whoever comes second to a row passes on."""
        for ticket in self._batches(Ticket.objects.due(now)):
            self._act(ticket, ticket.expire, now)
        for request in self._batches(Connection.objects.due(now)):
            self._act(request, request.lapse, now)
        for offer in self._batches(TransferOffer.objects.to_finish(now)):
            self._act(offer, offer.finish, now)
        if self.offers_expire_at is None or now >= self.offers_expire_at:
            self.offers_expire_at = now + timedelta(seconds=settings.WALLET_EXPIRY_POLL_SECONDS)
            self._expire_offers(now)
        self._forget(Nonce.objects.spent(now))
        self._forget(IdempotentRequest.objects.over(now))

    def _expire_offers(self, now: datetime) -> None:
        skew = timedelta(seconds=settings.WALLET_CLOCK_SKEW_SECONDS)
        for offer in self._batches(TransferOffer.objects.due(now, skew)):
            self._act(offer, offer.expire, now)
        self._forget(OfferClaim.objects.filter(leased_until__lte=now))

    def _batches(self, due: models.QuerySet) -> Iterator[Any]:
        """Each due row once, by id, so that a row that fails does not come again before the others had their turn."""
        due, last = due.order_by("pk"), None
        while batch := list((due.filter(pk__gt=last) if last else due)[:BATCH]):
            for row in batch:
                if self.stopped.is_set():
                    return
                yield row
            last = batch[-1].pk

    def _forget(self, rows: models.QuerySet) -> None:
        """Delete what nobody asks for any more, a batch at a time so that no request waits for it."""
        rows = rows.order_by("pk")
        while not self.stopped.is_set() and (batch := list(rows.values_list("pk", flat=True)[:BATCH])):
            rows.filter(pk__in=batch).delete()

    def _act(self, row: models.Model, verb: Callable[..., None], now: datetime) -> None:
        try:
            verb(now=now)
        except (Conflict, WrongStatus):
            pass  # somebody was first
        except Exception:
            if not connection.is_usable():
                raise
            logger.exception("%s could not %s; it is tried again in the next round.", row, verb.__name__)
