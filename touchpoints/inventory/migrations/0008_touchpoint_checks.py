from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("inventory", "0007_reasons_of_best_practice")]

    operations = [
        migrations.AddConstraint(
            model_name="touchpoint",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("is_best_practice", False),
                    models.Q(("practice_reason", ""), _negated=True),
                    _connector="OR",
                ),
                name="inventory_touchpoint_practice",
                violation_error_message="Say why this is best practice.",
            ),
        ),
        migrations.AddConstraint(
            model_name="touchpoint",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("improved_on", None), models.Q(("improved_note", ""), _negated=True), _connector="OR"
                ),
                name="inventory_touchpoint_improved",
                violation_error_message="Say what was improved.",
            ),
        ),
        migrations.AddConstraint(
            model_name="touchpoint",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("target_feeling", None), ("target_feeling__range", (-2, 2)), _connector="OR"
                ),
                name="inventory_touchpoint_target_feeling",
            ),
        ),
        migrations.AddConstraint(
            model_name="touchpoint",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("importance_company", None), ("importance_company__range", (1, 5)), _connector="OR"
                ),
                name="inventory_touchpoint_importance_company",
            ),
        ),
        migrations.AddConstraint(
            model_name="touchpoint",
            constraint=models.CheckConstraint(
                condition=models.Q(("evidence__range", (0, 4))), name="inventory_touchpoint_evidence"
            ),
        ),
        migrations.AddConstraint(
            model_name="touchpoint",
            constraint=models.CheckConstraint(
                condition=models.Q(("review_every__range", (7, 1500))), name="inventory_touchpoint_rhythm"
            ),
        ),
    ]
