"""Every party of an ended ticket learns the words under which its firm finds it; lists of ended tickets go by these."""

from django.db import migrations, models

import tickets.models.filing
from tickets.amounts import plain

BATCH = 1_000


def file(apps, schema_editor):
    party_model, ticket_model = apps.get_model("tickets", "Party"), apps.get_model("tickets", "Ticket")
    field, connection = party_model._meta.get_field("filed_under"), schema_editor.connection
    ended = ticket_model.objects.filter(ended_at__isnull=False).order_by("pk").prefetch_related("parties", "terms")
    filed = []

    def store():
        with connection.cursor() as cursor:
            cursor.executemany("UPDATE tickets_party SET filed_under = %s WHERE id = %s", filed)
        filed.clear()

    for ticket in ended.iterator(BATCH):
        parties = list(ticket.parties.all())
        shared = {f"status:{ticket.status}", f"kind:{ticket.kind}"}
        shared |= {"via:intermediary" for party in parties if party.role == "intermediary"}
        shared |= {f"profile:{party.profile_id.hex}" for party in parties if party.profile_id}
        for leg in ticket.terms.all():
            amount = f"amount:{plain(leg.amount, 0)}"
            shared |= {f"asset:{leg.asset_id}", amount, f"{amount} {leg.asset_id}"}
        for party in parties:
            if party.workspace_id and (ticket.opened_at or party.workspace_id == ticket.workspace_id):
                others = {each.workspace_id for each in parties if each.workspace_id} - {party.workspace_id}
                words = sorted(shared | {f"firm:{other.hex}" for other in others})
                filed.append((field.get_db_prep_save(words, connection), party.pk))
        if len(filed) >= BATCH:
            store()
    store()


def index_words(apps, schema_editor):
    """Lists are short on SQLite, which has no index of this kind."""
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute("CREATE INDEX party_words ON tickets_party USING gin (filed_under)", params=None)


def forget_words(apps, schema_editor):
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute("DROP INDEX party_words", params=None)


class Migration(migrations.Migration):
    dependencies = [
        ("tickets", "0013_give_a_key_to_one_api_user"),
    ]

    operations = [
        migrations.AddField(
            model_name="party",
            name="filed_under",
            field=tickets.models.filing.WordsField(
                editable=False, help_text="How its firm finds the ticket that has ended.", null=True
            ),
        ),
        migrations.RunPython(file, migrations.RunPython.noop),
        migrations.RemoveIndex(
            model_name="party",
            name="party_ended",
        ),
        migrations.AddIndex(
            model_name="party",
            index=models.Index(
                condition=models.Q(("filed_under__isnull", False)),
                fields=["workspace", "-ended_at", "-ticket"],
                name="party_filed",
            ),
        ),
        migrations.RunPython(index_words, forget_words),
    ]
