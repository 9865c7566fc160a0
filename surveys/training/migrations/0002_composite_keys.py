"""Keys over two columns, which the ORM cannot say: progress and attempts belong to the version that was assigned, an
attempt says what its response says, and a certificate stands on a passed attempt of its own assignment."""

from django.db import migrations

KEYS = (
    # table, columns, table pointed to, its columns
    ("training_assignment", "version_id, course_id", "training_courseversion", "id, course_id"),
    ("training_lessondone", "lesson_id, version_id", "training_lesson", "id, version_id"),
    ("training_lessondone", "assignment_id, version_id", "training_assignment", "id, version_id"),
    ("training_attempt", "assignment_id, version_id", "training_assignment", "id, version_id"),
    ("training_attempt", "response_id, passed", "questionnaires_response", "id, passed"),
    ("training_certificate", "attempt_id, passed", "training_attempt", "id, passed"),
    ("training_certificate", "attempt_id, assignment_id", "training_attempt", "id, assignment_id"),
)


def named(table: str, columns: str) -> str:
    return f"{table}_{columns.replace(', ', '_').replace('_id', '')}_fits"


class Migration(migrations.Migration):
    dependencies = [
        ("training", "0001_courses_and_certificates"),
        ("questionnaires", "0003_composite_keys"),
    ]

    operations = [
        migrations.RunSQL(
            f"ALTER TABLE {table} ADD CONSTRAINT {named(table, columns)} FOREIGN KEY ({columns}) "
            f"REFERENCES {target} ({those}) DEFERRABLE INITIALLY DEFERRED",
            f"ALTER TABLE {table} DROP CONSTRAINT {named(table, columns)}",
        )
        for table, columns, target, those in KEYS
    ]
