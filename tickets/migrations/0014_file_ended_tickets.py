"""Every party of an ended ticket learns the words under which its firm finds it; lists of ended tickets go by these."""

from django.db import migrations, models

import tickets.models.filing
from tickets.amounts import plain

SHARED = """
SELECT m.ticket_id, 'asset:' || m.asset_id FROM tickets_term m
UNION SELECT m.ticket_id, 'amount:' || trim_scale(m.amount) FROM tickets_term m
UNION SELECT m.ticket_id, 'amount:' || trim_scale(m.amount) || ' ' || m.asset_id FROM tickets_term m
UNION SELECT p.ticket_id, 'profile:' || replace(p.profile_id::text, '-', '') FROM tickets_party p
  WHERE p.profile_id IS NOT NULL
UNION SELECT p.ticket_id, 'via:intermediary' FROM tickets_party p WHERE p.role = 'intermediary'
UNION SELECT t.id, 'status:' || t.status FROM tickets_ticket t
UNION SELECT t.id, 'kind:' || t.kind FROM tickets_ticket t
"""
FILE = f"""
UPDATE tickets_party p SET filed_under = s.words || ARRAY(
    SELECT 'firm:' || replace(o.workspace_id::text, '-', '') FROM tickets_party o
    WHERE o.ticket_id = p.ticket_id AND o.workspace_id <> p.workspace_id
  ) FROM tickets_ticket t, (SELECT f.ticket_id, array_agg(f.word) AS words FROM ({SHARED}) AS f (ticket_id, word)
    GROUP BY f.ticket_id) AS s
  WHERE t.id = p.ticket_id AND s.ticket_id = p.ticket_id AND t.ended_at IS NOT NULL
    AND (t.opened_at IS NOT NULL OR p.workspace_id = t.workspace_id) AND p.workspace_id IS NOT NULL
"""


def file(apps, schema_editor):
    connection = schema_editor.connection
    if connection.vendor == "postgresql":  # one statement: a million tickets take four minutes
        schema_editor.execute(FILE, params=None)
        return
    party_model, ticket_model = apps.get_model("tickets", "Party"), apps.get_model("tickets", "Ticket")
    for ticket in ticket_model.objects.filter(ended_at__isnull=False).prefetch_related("parties", "terms"):
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
                party_model.objects.filter(pk=party.pk).update(filed_under=words)


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
        migrations.RemoveIndex(
            model_name="party",
            name="party_ended",
        ),
        migrations.RunPython(file, migrations.RunPython.noop),
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
