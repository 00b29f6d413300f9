"""Above which amount of an asset a firm asks its people for their second factor."""

import uuid
from decimal import Decimal

import django.db.models.deletion
from django.db import migrations, models

import tickets.amounts


class Migration(migrations.Migration):
    dependencies = [
        ("tickets", "0007_add_saved_views_and_indexes_for_lists"),
    ]

    operations = [
        migrations.CreateModel(
            name="PolicyLimit",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ("amount", tickets.amounts.AmountField()),
                (
                    "asset",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="tickets.asset"
                    ),
                ),
                (
                    "workspace",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="policy_limits",
                        to="tickets.workspace",
                    ),
                ),
            ],
            options={
                "ordering": ["workspace", "asset"],
                "constraints": [
                    models.UniqueConstraint(fields=("workspace", "asset"), name="one_policy_limit_per_asset"),
                    models.CheckConstraint(
                        condition=models.Q(("amount__gt", Decimal("0"))), name="policy_limit_above_zero"
                    ),
                ],
            },
        ),
    ]
