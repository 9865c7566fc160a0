"""`manage.py messages`: bring the German texts in step with the source, and say what is still untranslated."""

from argparse import ArgumentParser
from importlib import import_module
from pathlib import Path
from typing import Any

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po
from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError
from django.test.utils import override_settings

from cxm.kit.api.house import ALL
from cxm.kit.api.reading import texts_of

IGNORED = ("cxm/locale", "node_modules", "var", ".venv", "static", "staticfiles", "tests")


class Command(BaseCommand):
    """Collects the texts of Python and templates into django.po and compiles django.mo (both are committed)."""

    help = "Collect and compile the texts of the user interface."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--into", help="another folder than cxm/locale (to compare)")
        parser.add_argument("--compile-only", action="store_true", help="take django.po as it is")

    def handle(self, *args: Any, **options: Any) -> None:
        """Collect, compile, and fail while a text is untranslated."""
        folder = Path(options["into"] or settings.LOCALE_PATHS[0])
        source = folder / "de/LC_MESSAGES/django.po"
        if not options["compile_only"]:
            source.parent.mkdir(parents=True, exist_ok=True)
            before = translations(source)
            with override_settings(LOCALE_PATHS=[folder]):
                call_command(
                    "makemessages", locale=["de"], ignore_patterns=[*IGNORED], no_location=True, no_obsolete=True,
                    extensions=["html", "txt", "py"], verbosity=0,
                )  # fmt: skip
            tidy(source, more={text: before.get(text, "") for text in texts_of_apis()})
        missing = compile_catalog(source)
        for text in missing:
            self.stderr.write(f"untranslated: {text}")
        if missing:
            raise CommandError(f"{len(missing)} texts have no German translation.")


def texts_of_apis() -> set[str]:
    """What the descriptions of our APIs say: docstrings and fields, where no collector of texts looks."""
    import_module(settings.ROOT_URLCONF)  # which composes the APIs
    return {text for api in ALL for text in texts_of(api.get_openapi_schema())}


def translations(source: Path) -> dict[str, str]:
    """The texts without plural forms, as they are translated so far."""
    if not source.exists():
        return {}
    with source.open("rb") as file:
        found = read_po(file, locale="de")
    return {str(m.id): str(m.string) for m in found if isinstance(m.id, str) and m.id and not m.context}


def tidy(source: Path, *, more: dict[str, str]) -> None:
    """Write the .po file in the order of its texts, with `more`: changes of two people rarely meet."""
    with source.open("rb") as file:
        catalog = read_po(file, locale="de")
    for text, translation in more.items():
        if text not in catalog:
            catalog.add(text, translation)
    with source.open("wb") as file:
        write_po(file, catalog, width=120, sort_output=True)


def compile_catalog(source: Path) -> list[str]:
    """Write the .mo file beside the .po file; returns the texts without a translation or marked as fuzzy."""
    with source.open("rb") as file:
        catalog = read_po(file, locale="de")
    with source.with_suffix(".mo").open("wb") as file:
        write_mo(file, catalog)
    return [
        str(message.id)
        for message in catalog
        if message.id and (message.fuzzy or not translated(message.string))
    ]


def translated(string: str | tuple[str, ...] | list[str] | None) -> bool:
    """Whether every form of a text is there."""
    return bool(string) if isinstance(string, str) else bool(string) and all(string or ())
