import django.core.validators
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("tickets", "0009_add_preferences_to_user"),
    ]

    operations = [
        migrations.AlterField(
            model_name="profile",
            name="party",
            field=models.CharField(
                max_length=255,
                unique=True,
                validators=[
                    django.core.validators.RegexValidator(
                        "^(?:(?!::)[A-Za-z0-9:\\-_ ]){1,185}::(?!.*::)[A-Za-z0-9:\\-_ ]{1,68}\\Z",
                        "A party is a name, two colons and a fingerprint: letters, figures, spaces and : - _ only.",
                    )
                ],
            ),
        ),
    ]
