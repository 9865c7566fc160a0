"""What was told of a unit is remembered with the units that it held."""

import django.contrib.postgres.fields
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("questionnaires", "0004_meanings_stay")]

    operations = [
        migrations.AddField(
            model_name="publication",
            name="units",
            field=django.contrib.postgres.fields.ArrayField(
                base_field=models.BigIntegerField(), null=True, size=None
            ),
        ),
    ]
