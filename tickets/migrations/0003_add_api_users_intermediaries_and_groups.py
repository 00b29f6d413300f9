import uuid

import django.db.models.deletion
import django.utils.timezone
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("tickets", "0002_make_history_append_only"),
    ]

    operations = [
        migrations.CreateModel(
            name="ApiKey",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ("public_key", models.TextField(help_text="PEM, RSA of 2048 bits or more.")),
                ("fingerprint", models.CharField(help_text="SHA-256 of the key, in hexadecimal.", max_length=64)),
                ("created_at", models.DateTimeField(default=django.utils.timezone.now, editable=False)),
                ("expires_at", models.DateTimeField(editable=False, null=True)),
                ("revoked_at", models.DateTimeField(editable=False, null=True)),
                ("last_used_at", models.DateTimeField(editable=False, null=True)),
            ],
            options={
                "verbose_name": "API key",
                "ordering": ["-created_at"],
            },
        ),
        migrations.CreateModel(
            name="IdempotentRequest",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("key", models.CharField(max_length=40)),
                (
                    "fingerprint",
                    models.CharField(help_text="SHA-256 of who asked for what, in hexadecimal.", max_length=64),
                ),
                ("claim", models.UUIDField(default=uuid.uuid4)),
                ("leased_until", models.DateTimeField()),
                ("created_at", models.DateTimeField(db_index=True)),
                ("status", models.PositiveSmallIntegerField(null=True)),
                ("body", models.BinaryField(default=b"")),
            ],
        ),
        migrations.CreateModel(
            name="Nonce",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("digest", models.CharField(help_text="SHA-256 of the nonce, in hexadecimal.", max_length=64)),
                ("at", models.DateTimeField()),
                ("expires_at", models.DateTimeField(db_index=True)),
            ],
        ),
        migrations.CreateModel(
            name="Route",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
            ],
            options={
                "ordering": ["connection", "profile"],
            },
        ),
        migrations.CreateModel(
            name="UserGroup",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ("name", models.CharField(max_length=120)),
                ("is_notified", models.BooleanField(default=False)),
                ("created_at", models.DateTimeField(default=django.utils.timezone.now, editable=False)),
            ],
            options={
                "ordering": ["name"],
            },
        ),
        migrations.AddField(
            model_name="party",
            name="agreed_at",
            field=models.DateTimeField(help_text="When it let its held legs move with all the others.", null=True),
        ),
        migrations.AddField(
            model_name="party",
            name="created_at",
            field=models.DateTimeField(
                default=django.utils.timezone.now, editable=False, help_text="That of the ticket, for lists."
            ),
        ),
        migrations.AddField(
            model_name="profile",
            name="removed_at",
            field=models.DateTimeField(editable=False, null=True),
        ),
        migrations.AddField(
            model_name="term",
            name="created_at",
            field=models.DateTimeField(default=django.utils.timezone.now, editable=False),
        ),
        migrations.AddField(
            model_name="term",
            name="updated_at",
            field=models.DateTimeField(default=django.utils.timezone.now, editable=False),
        ),
        migrations.AddField(
            model_name="ticket",
            name="updated_at",
            field=models.DateTimeField(default=django.utils.timezone.now, editable=False),
        ),
        migrations.AlterField(
            model_name="party",
            name="role",
            field=models.CharField(
                choices=[
                    ("initiator", "Initiator"),
                    ("counterparty", "Counterparty"),
                    ("intermediary", "Intermediary"),
                ],
                max_length=12,
            ),
        ),
        migrations.AddIndex(
            model_name="party",
            index=models.Index(fields=["workspace", "-created_at", "-ticket"], name="party_newest_first"),
        ),
        migrations.AddIndex(
            model_name="ticket",
            index=models.Index(fields=["-created_at", "-id"], name="ticket_by_created_at"),
        ),
        migrations.AddIndex(
            model_name="ticket",
            index=models.Index(fields=["-updated_at", "-id"], name="ticket_by_updated_at"),
        ),
        migrations.AddIndex(
            model_name="ticket",
            index=models.Index(fields=["-submitted_at", "-id"], name="ticket_by_submitted_at"),
        ),
        migrations.AddField(
            model_name="apikey",
            name="created_by",
            field=models.ForeignKey(
                editable=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="tickets.member",
            ),
        ),
        migrations.AddField(
            model_name="apikey",
            name="member",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="keys",
                to="tickets.member",
                verbose_name="API user",
            ),
        ),
        migrations.AddField(
            model_name="idempotentrequest",
            name="workspace",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE, related_name="+", to="tickets.workspace"
            ),
        ),
        migrations.AddField(
            model_name="nonce",
            name="member",
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name="+", to="tickets.member"),
        ),
        migrations.AddField(
            model_name="route",
            name="connection",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="routes", to="tickets.connection"
            ),
        ),
        migrations.AddField(
            model_name="route",
            name="profile",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="routes", to="tickets.profile"
            ),
        ),
        migrations.AddField(
            model_name="route",
            name="vault",
            field=models.ForeignKey(
                null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="tickets.account"
            ),
        ),
        migrations.AddField(
            model_name="usergroup",
            name="members",
            field=models.ManyToManyField(blank=True, related_name="groups", to="tickets.member"),
        ),
        migrations.AddField(
            model_name="usergroup",
            name="workspace",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="groups", to="tickets.workspace"
            ),
        ),
        migrations.AddConstraint(
            model_name="apikey",
            constraint=models.UniqueConstraint(fields=("member", "fingerprint"), name="one_key_per_fingerprint"),
        ),
        migrations.AddConstraint(
            model_name="idempotentrequest",
            constraint=models.UniqueConstraint(fields=("workspace", "key"), name="one_request_per_idempotency_key"),
        ),
        migrations.AddConstraint(
            model_name="idempotentrequest",
            constraint=models.CheckConstraint(
                condition=models.Q(("key", ""), _negated=True), name="idempotency_key_given"
            ),
        ),
        migrations.AddIndex(
            model_name="nonce",
            index=models.Index(fields=["member", "at"], name="nonce_by_member"),
        ),
        migrations.AddConstraint(
            model_name="nonce",
            constraint=models.UniqueConstraint(fields=("member", "digest"), name="each_nonce_once"),
        ),
        migrations.AddConstraint(
            model_name="route",
            constraint=models.UniqueConstraint(
                fields=("connection", "profile"), name="one_route_per_connection_and_profile"
            ),
        ),
        migrations.AddConstraint(
            model_name="usergroup",
            constraint=models.UniqueConstraint(fields=("workspace", "name"), name="one_group_per_name"),
        ),
    ]
