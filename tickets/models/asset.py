"""What moves: an asset, and its own number of decimals."""

from decimal import Decimal

from django.core.validators import MaxValueValidator, RegexValidator
from django.db import models
from django.db.models import Q

from tickets import amounts
from tickets.amounts import PLACES, AmountField


class Asset(models.Model):
    """A digital asset. `decimals` is fixed once anything was posted in it, for it gives amounts their meaning."""

    id = models.CharField(
        "ticker", primary_key=True, max_length=20, validators=[RegexValidator(r"^[A-Z0-9][A-Z0-9._-]*$")]
    )
    name = models.CharField(max_length=80)
    decimals = models.PositiveSmallIntegerField(validators=[MaxValueValidator(PLACES)])
    usd_price = AmountField(
        null=True, blank=True, help_text="US dollars for one unit; an estimate, never used to settle."
    )
    usd_price_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["id"]
        constraints = [models.CheckConstraint(condition=Q(decimals__lte=PLACES), name="asset_decimals_at_most_18")]

    def __str__(self):
        return f"{self.id}, {self.name}"

    def parse(self, text: str, mark: str = ".") -> Decimal:
        """The amount of this asset that `text` says, or BadAmount; `mark` stands before its decimals."""
        return amounts.parse(text, self.id, self.decimals, mark)

    def plain(self, amount: Decimal) -> str:
        """The amount at full scale with its ticker, as it is stored: "3.75000000 BTC"."""
        return f"{amounts.plain(amount, self.decimals)} {self.id}"

    def told(self, amount: Decimal) -> str:
        """The same within a sentence, in the language in force: "3,75000000 BTC"."""
        return f"{amounts.told(amount, self.decimals)} {self.id}"

    def exact(self, amount: Decimal) -> Decimal:
        """An amount that did not come from text obeys the same rules: above zero, not finer than the asset."""
        if not isinstance(amount, Decimal):
            raise TypeError(f"{amount!r} is not a Decimal, so it may not be exact.")
        # Without the zeros that a column's own scale appends: what the database gave back is as exact as what it took.
        return self.parse(amounts.plain(amount, 0) if amount.is_finite() else str(amount))


CATALOGUE = (
    ("AVAX", "Avalanche", 18),
    ("BTC", "Bitcoin", 8),
    ("CC", "Canton Coin", 10),
    ("DOGE", "Dogecoin", 8),
    ("ETH", "Ether", 18),
    ("EURC", "Euro Coin", 6),
    ("GUSD", "Gemini dollar", 2),
    ("LINK", "Chainlink", 18),
    ("LTC", "Litecoin", 8),
    ("NEO", "Neo", 0),
    ("SOL", "Solana", 9),
    ("USDC", "USD Coin", 6),
    ("USDT", "Tether", 6),
    ("XLM", "Stellar lumen", 7),
    ("XRP", "XRP", 6),
)
"""The assets that are always there: ticker, name, decimals."""


def install_catalogue(**signal) -> None:
    """Make sure of the catalogue after every migration (and after a test emptied the tables)."""
    rows = [Asset(id=ticker, name=name, decimals=decimals) for ticker, name, decimals in CATALOGUE]
    Asset.objects.bulk_create(rows, ignore_conflicts=True)
