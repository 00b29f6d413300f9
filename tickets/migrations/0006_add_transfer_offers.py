import uuid
from decimal import Decimal

import django.db.models.deletion
import django.utils.timezone
from django.db import migrations, models

import tickets.amounts
import tickets.models.contract

SQLITE_TRIGGER = """
CREATE TRIGGER IF NOT EXISTS {table}_append_only BEFORE UPDATE ON {table}
BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END;
"""


def guard(apps, schema_editor):
    """A change of constraints makes SQLite build a table anew, which loses the trigger of migration 0002."""
    if schema_editor.connection.vendor == "sqlite":
        for table in ("tickets_posting", "tickets_event"):
            schema_editor.execute(SQLITE_TRIGGER.format(table=table), params=None)


class Migration(migrations.Migration):
    dependencies = [
        ("tickets", "0005_drop_the_key_of_a_member"),
    ]

    operations = [
        migrations.RunPython(migrations.RunPython.noop, guard),
        migrations.CreateModel(
            name="TransferOffer",
            fields=[
                ("revision", models.PositiveIntegerField(default=0, editable=False)),
                ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                (
                    "contract_id",
                    models.CharField(default=tickets.models.contract.new_contract_id, editable=False, max_length=138),
                ),
                ("accepted_contract_id", models.CharField(editable=False, max_length=138, null=True)),
                ("amulet_contract_id", models.CharField(editable=False, max_length=138, null=True)),
                (
                    "created_transaction_id",
                    models.CharField(default=tickets.models.contract.new_transaction_id, editable=False, max_length=68),
                ),
                ("accepted_transaction_id", models.CharField(editable=False, max_length=68, null=True)),
                ("ended_transaction_id", models.CharField(editable=False, max_length=68, null=True)),
                ("amount", tickets.amounts.AmountField()),
                ("description", models.CharField(blank=True, max_length=279)),
                ("tracking_id", models.CharField(blank=True, max_length=279, null=True)),
                ("deduplication_id", models.CharField(blank=True, max_length=279, null=True)),
                ("reserves", models.BooleanField(default=False)),
                ("is_token", models.BooleanField(default=False, verbose_name="token-standard")),
                (
                    "status",
                    models.CharField(
                        choices=[
                            ("created", "Offered"),
                            ("accepted", "Accepted"),
                            ("completed", "Completed"),
                            ("rejected", "Rejected"),
                            ("withdrawn", "Withdrawn"),
                            ("expired", "Expired"),
                        ],
                        default="created",
                        max_length=20,
                    ),
                ),
                ("created_at", models.DateTimeField(default=django.utils.timezone.now, editable=False)),
                ("expires_at", models.DateTimeField()),
                ("accepted_at", models.DateTimeField(null=True)),
                ("ended_at", models.DateTimeField(null=True)),
                ("reason", models.CharField(blank=True, help_text="Why it was withdrawn or rejected.", max_length=500)),
                (
                    "destination",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="tickets.account"
                    ),
                ),
                (
                    "receiver",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="offers_received",
                        to="tickets.profile",
                    ),
                ),
                (
                    "sender",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="offers_sent", to="tickets.profile"
                    ),
                ),
                (
                    "source",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="tickets.account"
                    ),
                ),
            ],
            options={
                "ordering": ["created_at", "id"],
                "indexes": [
                    models.Index(fields=["-created_at", "-id"], name="offer_by_created_at"),
                    models.Index(
                        condition=models.Q(("ended_at__isnull", False)),
                        fields=["-ended_at", "-id"],
                        name="offer_by_ended_at",
                    ),
                    models.Index(
                        condition=models.Q(("ended_transaction_id__isnull", False)),
                        fields=["ended_transaction_id"],
                        name="offer_by_ending_transaction",
                    ),
                    models.Index(
                        condition=models.Q(("status__in", ("created", "accepted"))),
                        fields=["sender", "id"],
                        name="offer_live_by_sender",
                    ),
                    models.Index(
                        condition=models.Q(("status__in", ("created", "accepted"))),
                        fields=["receiver", "id"],
                        name="offer_live_by_receiver",
                    ),
                    models.Index(fields=["receiver", "tracking_id"], name="offer_received_by_tracking_id"),
                    models.Index(
                        condition=models.Q(("deduplication_id__isnull", False)),
                        fields=["sender", "deduplication_id"],
                        name="offer_by_deduplication_id",
                    ),
                    models.Index(
                        condition=models.Q(("status__in", ("created", "accepted"))),
                        fields=["expires_at", "id"],
                        name="offer_due",
                    ),
                    models.Index(condition=models.Q(("status", "accepted")), fields=["id"], name="offer_to_finish"),
                ],
                "constraints": [
                    models.UniqueConstraint(fields=("sender", "tracking_id"), name="one_offer_per_tracking_id"),
                    models.UniqueConstraint(fields=("contract_id",), name="one_offer_per_contract_id"),
                    models.UniqueConstraint(fields=("accepted_contract_id",), name="one_offer_per_accepted_id"),
                    models.UniqueConstraint(fields=("amulet_contract_id",), name="one_offer_per_amulet_id"),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("status__in", ["created", "accepted", "completed", "rejected", "withdrawn", "expired"])
                        ),
                        name="offer_status_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("amount__gt", Decimal("0"))), name="offer_amount_above_zero"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("is_token", False), ("reserves", True), _connector="OR"),
                        name="offer_of_token_reserves",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("reserves", False), ("source__isnull", False), _connector="OR"),
                        name="offer_holds_somewhere",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("accepted_at__isnull", True),
                                ("accepted_contract_id__isnull", True),
                                ("status", "created"),
                            ),
                            ("status__in", ["rejected", "withdrawn", "expired"]),
                            models.Q(("accepted_at__isnull", False), ("accepted_contract_id__isnull", False)),
                            _connector="OR",
                        ),
                        name="offer_accepted_at_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("amulet_contract_id__isnull", False),
                                ("destination__isnull", False),
                                ("source__isnull", False),
                                ("status", "completed"),
                            ),
                            models.Q(
                                models.Q(("status", "completed"), _negated=True),
                                ("amulet_contract_id__isnull", True),
                                ("destination__isnull", True),
                            ),
                            _connector="OR",
                        ),
                        name="offer_completed_has_its_parts",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("ended_at__isnull", True),
                                ("ended_transaction_id__isnull", True),
                                ("status__in", ("created", "accepted")),
                            ),
                            models.Q(
                                models.Q(("status__in", ("created", "accepted")), _negated=True),
                                ("ended_at__isnull", False),
                                ("ended_transaction_id__isnull", False),
                            ),
                            _connector="OR",
                        ),
                        name="offer_ended_at_known",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="OfferClaim",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("tracking_id", models.CharField(max_length=279)),
                ("token", models.UUIDField()),
                ("leased_until", models.DateTimeField(db_index=True)),
                (
                    "sender",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="offer_claims", to="tickets.profile"
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("sender", "tracking_id"), name="one_claim_per_tracking_id")
                ],
            },
        ),
        migrations.CreateModel(
            name="Preapproval",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                (
                    "contract_id",
                    models.CharField(
                        default=tickets.models.contract.new_contract_id, editable=False, max_length=138, unique=True
                    ),
                ),
                ("created_at", models.DateTimeField(default=django.utils.timezone.now, editable=False)),
                ("ended_at", models.DateTimeField(editable=False, null=True)),
                (
                    "profile",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="preapprovals", to="tickets.profile"
                    ),
                ),
            ],
            options={
                "ordering": ["created_at", "id"],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("ended_at__isnull", True)),
                        fields=("profile",),
                        name="one_standing_preapproval_per_profile",
                    )
                ],
            },
        ),
        migrations.AddField(
            model_name="event",
            name="offer",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="events",
                to="tickets.transferoffer",
            ),
        ),
        migrations.AddField(
            model_name="posting",
            name="offer",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="postings",
                to="tickets.transferoffer",
            ),
        ),
        migrations.RemoveConstraint(
            model_name="event",
            name="event_on_one_thing",
        ),
        migrations.AddConstraint(
            model_name="event",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("connection__isnull", True), ("ticket__isnull", True)),
                    models.Q(("offer__isnull", True), ("ticket__isnull", True)),
                    models.Q(("connection__isnull", True), ("offer__isnull", True)),
                    _connector="OR",
                ),
                name="event_on_one_thing",
            ),
        ),
        migrations.AddConstraint(
            model_name="posting",
            constraint=models.CheckConstraint(
                condition=models.Q(("term__isnull", True), ("offer__isnull", True), _connector="OR"),
                name="posting_for_a_leg_or_an_offer",
            ),
        ),
        migrations.RunPython(guard, migrations.RunPython.noop),
    ]
