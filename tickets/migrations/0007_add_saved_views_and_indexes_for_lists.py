"""Saved views; and what lists need to be as quick over a million tickets as over a thousand."""

import uuid

import django.db.models.deletion
import django.utils.timezone
from django.db import migrations, models
from django.db.models import OuterRef, Subquery

TRIGRAMS = {
    "ticket_note_parts": ("tickets_ticket", "note"),
    "party_external_id_parts": ("tickets_party", "external_id"),
}


def carry_over(apps, schema_editor):
    ticket = apps.get_model("tickets", "Ticket").objects.filter(pk=OuterRef("ticket"))
    ended = apps.get_model("tickets", "Party").objects.filter(ticket__ended_at__isnull=False)
    ended.update(ended_at=Subquery(ticket.values("ended_at")))


def index_parts_of_text(apps, schema_editor):
    """Where PostgreSQL brings the extension along and lets us use it; searching for text is slower without."""
    if schema_editor.connection.vendor != "postgresql":
        return
    with schema_editor.connection.cursor() as cursor:
        cursor.execute(
            "SELECT EXISTS (SELECT FROM pg_extension WHERE extname = 'pg_trgm')"
            " OR has_database_privilege(current_database(), 'CREATE')"
            " AND EXISTS (SELECT FROM pg_available_extension_versions WHERE name = 'pg_trgm' AND trusted)"
        )
        if not cursor.fetchone()[0]:
            return
        cursor.execute("CREATE EXTENSION IF NOT EXISTS pg_trgm")
        for name, (table, column) in TRIGRAMS.items():
            cursor.execute(f"CREATE INDEX {name} ON {table} USING gin (upper({column}) gin_trgm_ops)")


def forget_parts_of_text(apps, schema_editor):
    if schema_editor.connection.vendor == "postgresql":
        for name in TRIGRAMS:
            schema_editor.execute(f"DROP INDEX IF EXISTS {name}", params=None)


class Migration(migrations.Migration):
    dependencies = [
        ("tickets", "0006_add_transfer_offers"),
    ]

    operations = [
        migrations.CreateModel(
            name="SavedView",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ("name", models.CharField(max_length=60)),
                ("path", models.CharField(help_text="Of the list.", max_length=100)),
                ("query", models.CharField(blank=True, help_text="Its conditions and order.", max_length=2000)),
                ("created_at", models.DateTimeField(default=django.utils.timezone.now, editable=False)),
            ],
            options={
                "ordering": ["name", "id"],
            },
        ),
        migrations.AddField(
            model_name="party",
            name="ended_at",
            field=models.DateTimeField(editable=False, help_text="That of the ticket, for lists.", null=True),
        ),
        migrations.AddIndex(
            model_name="party",
            index=models.Index(
                condition=models.Q(("ended_at__isnull", False)),
                fields=["workspace", "-ended_at", "-ticket"],
                name="party_ended",
            ),
        ),
        migrations.AddIndex(
            model_name="party",
            index=models.Index(
                condition=models.Q(("ended_at__isnull", True)), fields=["workspace", "ticket"], name="party_not_ended"
            ),
        ),
        migrations.AddIndex(
            model_name="term",
            index=models.Index(fields=["amount"], name="term_by_amount"),
        ),
        migrations.AddField(
            model_name="savedview",
            name="member",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE, related_name="saved_views", to="tickets.member"
            ),
        ),
        migrations.AddConstraint(
            model_name="savedview",
            constraint=models.UniqueConstraint(fields=("member", "path", "name"), name="one_view_per_name"),
        ),
        migrations.RunPython(carry_over, migrations.RunPython.noop),
        migrations.RunPython(index_parts_of_text, forget_parts_of_text),
    ]
