"""Data that are newer than the code are seen."""

from django.db.migrations.loader import MigrationLoader

from cxm.embedded.versions import newer_than_code

LOADER = MigrationLoader(None)
KNOWN = [f"{app}.{name}" for app, name in LOADER.disk_migrations or {}]


def test_our_own_migrations_are_known() -> None:
    assert KNOWN
    assert newer_than_code(KNOWN, LOADER) == []


def test_one_of_a_later_version_is_named() -> None:
    assert newer_than_code([*KNOWN, "inventory.9999_later"], LOADER) == ["inventory.9999_later"]


def test_what_packages_do_with_theirs_does_not_matter() -> None:
    assert newer_than_code(["auth.0001_squashed_long_ago", "gone.0001_initial"], LOADER) == []
