from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("auth", "0012_alter_user_first_name_max_length"),
        ("tickets", "0008_add_policy_limits"),
    ]

    operations = [
        migrations.AddField(
            model_name="user",
            name="density",
            field=models.CharField(
                choices=[("compact", "Compact"), ("normal", "Normal"), ("roomy", "Roomy")],
                default="normal",
                max_length=10,
            ),
        ),
        migrations.AddField(
            model_name="user",
            name="has_shortcuts",
            field=models.BooleanField(default=True, verbose_name="single-key shortcuts"),
        ),
        migrations.AddField(
            model_name="user",
            name="theme",
            field=models.CharField(
                choices=[("system", "As this device"), ("light", "Light"), ("dark", "Dark")],
                default="system",
                max_length=10,
            ),
        ),
        migrations.AddField(
            model_name="user",
            name="zone",
            field=models.CharField(default="UTC", max_length=64, verbose_name="time zone"),
        ),
        migrations.AddConstraint(
            model_name="user",
            constraint=models.CheckConstraint(
                condition=models.Q(("theme__in", ["system", "light", "dark"])), name="user_theme_known"
            ),
        ),
        migrations.AddConstraint(
            model_name="user",
            constraint=models.CheckConstraint(
                condition=models.Q(("density__in", ["compact", "normal", "roomy"])), name="user_density_known"
            ),
        ),
    ]
