from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [
        ("tickets", "0004_carry_over_keys_and_times"),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name="member",
            name="member_is_person_or_machine",
        ),
        migrations.RemoveField(
            model_name="member",
            name="public_key",
        ),
    ]
