"""A machine's key becomes a row of its own; tickets, parties and legs get the times that lists go by.

A firm all of whose legs were held has agreed that they move: until now, holding meant just that.
"""

import hashlib

from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat, load_pem_public_key
from django.db import migrations
from django.db.models import Exists, F, Max, OuterRef, Subquery
from django.db.models.functions import Coalesce


def carry_over(apps, schema_editor):
    model = lambda name: apps.get_model("tickets", name)  # noqa: E731
    for member in model("Member").objects.exclude(public_key=""):
        key = load_pem_public_key(member.public_key.encode())
        form = key.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
        fingerprint = hashlib.sha256(form).hexdigest()
        model("ApiKey").objects.create(
            member=member, public_key=member.public_key, fingerprint=fingerprint, created_at=member.created_at
        )

    events = model("Event").objects.filter(ticket=OuterRef("pk")).order_by().values("ticket")
    latest = Subquery(events.annotate(latest=Max("at")).values("latest"))
    model("Ticket").objects.update(updated_at=Coalesce(latest, F("created_at")))

    of_ticket = Subquery(model("Ticket").objects.filter(pk=OuterRef("ticket")).values("created_at"))
    model("Party").objects.update(created_at=of_ticket)
    model("Term").objects.update(created_at=of_ticket, updated_at=Coalesce("settled_at", "funded_at", of_ticket))

    legs = model("Term").objects.filter(sender=OuterRef("pk"))
    held = legs.filter(status="held")
    last = Subquery(held.order_by("-funded_at").values("funded_at")[:1])
    model("Party").objects.filter(Exists(held), ~Exists(legs.exclude(status="held"))).update(agreed_at=last)


class Migration(migrations.Migration):
    dependencies = [("tickets", "0003_add_api_users_intermediaries_and_groups")]

    operations = [migrations.RunPython(carry_over, migrations.RunPython.noop)]
