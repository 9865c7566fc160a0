"""The code of a meaning is part of what a published version says; and no table of versions is emptied at once."""

import pgtrigger.compiler
import pgtrigger.migrations
from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [
        ("questionnaires", "0003_composite_keys"),
    ]

    operations = [
        pgtrigger.migrations.AddTrigger(
            model_name="choice",
            trigger=pgtrigger.compiler.Trigger(
                name="never_emptied",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="RAISE EXCEPTION 'Cannot truncate rows from % table', TG_TABLE_NAME;",
                    hash="dd7eeac4daa9594b9ac6bd6797fbdc668b768f0e",
                    level="STATEMENT",
                    operation="TRUNCATE",
                    pgid="pgtrigger_never_emptied_b4f0e",
                    table="questionnaires_choice",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="concept",
            trigger=pgtrigger.compiler.Trigger(
                name="asked_keeps_its_code",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="\nIF (NEW.id, NEW.code, NEW.questionnaire_id) IS NOT DISTINCT FROM (OLD.id, OLD.code, OLD.questionnaire_id) THEN\n  RETURN NEW;\nEND IF;\nPERFORM FROM questionnaires_version\n  WHERE id IN (SELECT version_id FROM questionnaires_question WHERE concept_id = OLD.id) FOR SHARE;\nPERFORM FROM questionnaires_version\n  WHERE id IN (SELECT version_id FROM questionnaires_question WHERE concept_id = OLD.id) AND status <> 'draft';\nIF FOUND THEN\n  RAISE EXCEPTION 'a meaning that was asked for keeps its code'\n    USING ERRCODE = 'restrict_violation', CONSTRAINT = 'questionnaires_version_final';\nEND IF;\nRETURN NEW;\n",
                    hash="3f30a1da2b107ab5d7703c3a08af01da9f0db4c2",
                    operation="UPDATE",
                    pgid="pgtrigger_asked_keeps_its_code_aed75",
                    table="questionnaires_concept",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="concept",
            trigger=pgtrigger.compiler.Trigger(
                name="never_emptied",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="RAISE EXCEPTION 'Cannot truncate rows from % table', TG_TABLE_NAME;",
                    hash="520f9b1c8808d489d4988fe3a98790aa8aa1ef9e",
                    level="STATEMENT",
                    operation="TRUNCATE",
                    pgid="pgtrigger_never_emptied_56172",
                    table="questionnaires_concept",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="label",
            trigger=pgtrigger.compiler.Trigger(
                name="never_emptied",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="RAISE EXCEPTION 'Cannot truncate rows from % table', TG_TABLE_NAME;",
                    hash="59efb2587bc96d28616115d5ae9e9ff4c4b4c323",
                    level="STATEMENT",
                    operation="TRUNCATE",
                    pgid="pgtrigger_never_emptied_cb051",
                    table="questionnaires_label",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="question",
            trigger=pgtrigger.compiler.Trigger(
                name="never_emptied",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="RAISE EXCEPTION 'Cannot truncate rows from % table', TG_TABLE_NAME;",
                    hash="4d6c41571988f1de7e932abb610f17ae2bcc21c6",
                    level="STATEMENT",
                    operation="TRUNCATE",
                    pgid="pgtrigger_never_emptied_c3757",
                    table="questionnaires_question",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="version",
            trigger=pgtrigger.compiler.Trigger(
                name="never_emptied",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="RAISE EXCEPTION 'Cannot truncate rows from % table', TG_TABLE_NAME;",
                    hash="8d295cec88ed0f9016d5f4b32c957be9b4b6047d",
                    level="STATEMENT",
                    operation="TRUNCATE",
                    pgid="pgtrigger_never_emptied_b62ec",
                    table="questionnaires_version",
                    when="BEFORE",
                ),
            ),
        ),
    ]
