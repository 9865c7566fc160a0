from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("kpis", "0005_fitting_units_data")]

    operations = [
        migrations.AddConstraint(
            model_name="kpidefinition",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("shape", "share"), ("unit", "percent"), ("factor", 1)),
                    models.Q(("shape", "rate"), ("unit", "percent"), ("factor", 100)),
                    models.Q(("shape", "rate"), ("unit", "per_1000"), ("factor", 1000)),
                    models.Q(("shape", "mean"), ("unit", "money"), ("factor", 1)),
                    models.Q(("shape", "mean"), ("unit", "hours"), ("factor", 1)),
                    models.Q(("shape", "mean"), ("unit", "days"), ("factor", 1)),
                    models.Q(("shape", "mean"), ("unit", "count"), ("factor", 1)),
                    models.Q(("shape", "mean"), ("unit", "stars"), ("factor", 1)),
                    models.Q(("shape", "mean"), ("unit", "points"), ("factor", 1)),
                    models.Q(("shape", "mean"), ("unit", "percent"), ("factor", 1)),
                    models.Q(("shape", "nps"), ("unit", "points"), ("factor", 1)),
                    models.Q(("shape", "top_box"), ("unit", "percent"), ("factor", 1)),
                    models.Q(("shape", "percentile"), ("unit", "money"), ("factor", 1)),
                    models.Q(("shape", "percentile"), ("unit", "hours"), ("factor", 1)),
                    models.Q(("shape", "percentile"), ("unit", "days"), ("factor", 1)),
                    models.Q(("shape", "percentile"), ("unit", "count"), ("factor", 1)),
                    models.Q(("shape", "count"), ("unit", "count"), ("factor", 1)),
                    models.Q(("shape", "sum"), ("unit", "money"), ("factor", 1)),
                    models.Q(("shape", "sum"), ("unit", "hours"), ("factor", 1)),
                    models.Q(("shape", "sum"), ("unit", "days"), ("factor", 1)),
                    models.Q(("shape", "sum"), ("unit", "count"), ("factor", 1)),
                    models.Q(("shape", "quotient"), ("unit", "money")),
                    models.Q(("shape", "quotient"), ("unit", "hours")),
                    models.Q(("shape", "quotient"), ("unit", "days")),
                    models.Q(("shape", "quotient"), ("unit", "count")),
                    models.Q(("shape", "quotient"), ("unit", "percent"), ("factor", 100)),
                    models.Q(("shape", "quotient"), ("unit", "per_1000"), ("factor", 1000)),
                    models.Q(("shape", "distinct"), ("unit", "count"), ("factor", 1)),
                    models.Q(("shape", "repeat"), ("unit", "percent"), ("factor", 1)),
                    _connector="OR",
                ),
                name="kpis_kpi_fits",
                violation_error_message="This unit does not fit the shape.",
            ),
        ),
    ]
