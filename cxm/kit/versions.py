"""Triggers of what never changes again: versions once they are published, records once they are written.

    class Meta:                                                    # of the versions
        triggers = versions.of_versions("training_version")

    class Meta:                                                    # of what belongs to a version, by `version_id`
        triggers = versions.of_parts("training_courseversion", "training_version")

A version has a `status`: draft, then published, then retired. The second name begins those of the constraints that a
refusal names, `…_final` and `…_steps`.
"""

import pgtrigger

# The steps of a version, and that nothing else of it changes once it is published.
STEPS = """
IF TG_OP = 'DELETE' THEN
  IF OLD.status <> 'draft' THEN
    RAISE EXCEPTION 'version % is published and stays', OLD.id
      USING ERRCODE = 'restrict_violation', CONSTRAINT = '{prefix}_final';
  END IF;
  RETURN OLD;
END IF;
IF OLD.status <> 'draft' AND to_jsonb(NEW) - 'status' IS DISTINCT FROM to_jsonb(OLD) - 'status' THEN
  RAISE EXCEPTION 'version % is published and never changes', OLD.id
    USING ERRCODE = 'restrict_violation', CONSTRAINT = '{prefix}_final';
END IF;
IF (OLD.status, NEW.status) NOT IN (('draft', 'draft'), ('draft', 'published'), ('published', 'published'),
                                    ('published', 'retired'), ('retired', 'retired')) THEN
  RAISE EXCEPTION 'a version does not go from % to %', OLD.status, NEW.status
    USING ERRCODE = 'restrict_violation', CONSTRAINT = '{prefix}_steps';
END IF;
RETURN NEW;
"""

# What belongs to a version is written while that is a draft only. The lock comes first and the look second: so a
# publication waits for writers and writers for a publication, and nothing slips in between.
FROZEN = """
PERFORM FROM {table}
  WHERE id IN (CASE WHEN TG_OP <> 'INSERT' THEN OLD.version_id END, CASE WHEN TG_OP <> 'DELETE' THEN NEW.version_id END)
  FOR SHARE;
PERFORM FROM {table}
  WHERE id IN (CASE WHEN TG_OP <> 'INSERT' THEN OLD.version_id END, CASE WHEN TG_OP <> 'DELETE' THEN NEW.version_id END)
    AND status <> 'draft';
IF FOUND THEN
  RAISE EXCEPTION 'a published version never changes'
    USING ERRCODE = 'restrict_violation', CONSTRAINT = '{prefix}_final';
END IF;
IF TG_OP = 'DELETE' THEN RETURN OLD; END IF;
RETURN NEW;
"""


def of_versions(prefix: str) -> list[pgtrigger.Trigger]:
    """The triggers of a table of versions with a status: forward only, and the same once published."""
    steps = pgtrigger.Trigger(
        name="forward_only",
        when=pgtrigger.Before,
        operation=pgtrigger.Update | pgtrigger.Delete,
        func=STEPS.replace("{prefix}", prefix),
    )
    return [steps, never_emptied()]


def of_parts(table: str, prefix: str) -> list[pgtrigger.Trigger]:
    """The triggers of what belongs to a version of that table: it stays as it is once the version is published."""
    final = pgtrigger.Trigger(
        name="published_is_final",
        when=pgtrigger.Before,
        operation=pgtrigger.Insert | pgtrigger.Update | pgtrigger.Delete,
        func=FROZEN.replace("{table}", table).replace("{prefix}", prefix),
    )
    return [final, never_emptied()]


def published_is_final() -> pgtrigger.Protect:
    """The trigger of versions without a status: a row with a `published_at` is neither changed nor deleted."""
    return pgtrigger.Protect(
        name="published_is_final",
        operation=pgtrigger.Update | pgtrigger.Delete,
        condition=pgtrigger.Q(old__published_at__isnull=False),
    )


def append_only() -> pgtrigger.Protect:
    """A row stays as it was written."""
    return pgtrigger.Protect(name="append_only", operation=pgtrigger.Update | pgtrigger.Delete)


def never_emptied() -> pgtrigger.Trigger:
    """Triggers on rows do not hear of TRUNCATE."""
    return pgtrigger.Trigger(
        name="never_emptied",
        level=pgtrigger.Statement,
        when=pgtrigger.Before,
        operation=pgtrigger.Truncate,
        func="RAISE EXCEPTION 'Cannot truncate rows from % table', TG_TABLE_NAME;",
    )
