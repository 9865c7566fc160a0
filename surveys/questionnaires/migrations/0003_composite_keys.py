"""Keys over two columns, which the ORM cannot say: no answer to a question of another version or by a choice of another
question, no part of one version under another one, no wave on a version of another questionnaire."""

from django.db import migrations

KEYS = (
    # table, columns, table pointed to, its columns
    ("question", "concept_id, questionnaire_id", "concept", "id, questionnaire_id"),
    ("question", "version_id, questionnaire_id", "version", "id, questionnaire_id"),
    ("choice", "question_id, version_id", "question", "id, version_id"),
    ("label", "question_id, version_id", "question", "id, version_id"),
    ("label", "choice_id, version_id", "choice", "id, version_id"),
    ("wave", "version_id, questionnaire_id", "version", "id, questionnaire_id"),
    ("draft", "invitation_id, wave_id", "invitation", "id, wave_id"),
    ("response", "wave_id, version_id", "wave", "id, version_id"),
    ("response", "version_id, identity", "version", "id, identity"),
    ("response", "invitation_id, wave_id", "invitation", "id, wave_id"),
    ("answer", "response_id, version_id", "response", "id, version_id"),
    ("answer", "question_id, version_id", "question", "id, version_id"),
    ("answer", "choice_id, question_id", "choice", "id, question_id"),
)


def named(table: str, columns: str) -> str:
    return f"questionnaires_{table}_{columns.split(',')[0].removesuffix('_id')}_fits"


class Migration(migrations.Migration):
    dependencies = [("questionnaires", "0002_answers")]

    operations = [
        migrations.RunSQL(
            f"ALTER TABLE questionnaires_{table} ADD CONSTRAINT {named(table, columns)} FOREIGN KEY ({columns}) "
            f"REFERENCES questionnaires_{target} ({those}) DEFERRABLE INITIALLY DEFERRED",
            f"ALTER TABLE questionnaires_{table} DROP CONSTRAINT {named(table, columns)}",
        )
        for table, columns, target, those in KEYS
    ]
