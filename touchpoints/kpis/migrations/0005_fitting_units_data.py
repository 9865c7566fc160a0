"""Own periods for the catalogue's rates of a period, and units that fit the shape, before the database asks for them."""

from typing import Any

from django.apps.registry import Apps
from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

OWN_PERIODS = {
    "RE1": "month",
    "RE2": "month",
    "RE3": "quarter",
    "RE4": "month",
    "RE6": "month",
    "AD2": "month",
}
AMOUNTS = ["money", "hours", "days", "count"]
FITTING = {
    "share": ["percent"], "rate": ["per_1000", "percent"], "mean": ["count", *AMOUNTS, "stars", "points", "percent"],
    "nps": ["points"], "top_box": ["percent"], "percentile": ["hours", *AMOUNTS], "count": ["count"],
    "sum": ["count", *AMOUNTS], "quotient": ["count", *AMOUNTS, "percent", "per_1000"], "distinct": ["count"],
    "repeat": ["percent"],
}  # fmt: skip
"""The first is taken where another one was chosen: the numbers stay, they are only written as what they are."""
FACTORS = {"percent": 100, "per_1000": 1000}


def fit(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    """Give each KPI a unit and a "per how many" that fit its shape, and declared ones their own period."""
    kpis: Any = apps.get_model("kpis", "KpiDefinition")
    for code, grain in OWN_PERIODS.items():
        kpis.objects.filter(code=code, is_declared=True).update(grain=grain)
    for kpi in kpis.objects.order_by("pk"):
        units = FITTING[kpi.shape]
        unit = kpi.unit if kpi.unit in units else units[0]
        factor = FACTORS.get(unit, kpi.factor) if kpi.shape in ("rate", "quotient") else 1
        if (unit, factor) != (kpi.unit, kpi.factor):
            kpi.unit, kpi.factor = unit, factor
            kpi.save(update_fields=["unit", "factor"])


class Migration(migrations.Migration):
    dependencies = [("kpis", "0004_own_period")]

    operations = [migrations.RunPython(fit, migrations.RunPython.noop)]
