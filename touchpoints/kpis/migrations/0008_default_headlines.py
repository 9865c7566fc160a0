"""What stood at the top of the sponsor's page until now stays there, until the manager chooses otherwise."""

from typing import Any

from django.db import migrations

CODES = ("AD1", "RE1", "AS3")


def keep_headlines(apps: Any, schema_editor: Any) -> None:
    """On a new installation there are no KPIs yet: the catalogue marks them."""
    apps.get_model("kpis", "KpiDefinition").objects.filter(code__in=CODES).update(is_headline=True)


class Migration(migrations.Migration):
    dependencies = [("kpis", "0007_headlines")]

    operations = [migrations.RunPython(keep_headlines, migrations.RunPython.noop)]
