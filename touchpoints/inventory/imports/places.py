"""The values that columns of choices may have, with all the names under which lists know them."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from django.contrib.postgres.aggregates import ArrayAgg
from django.db.models import Choices, Q, Value
from django.utils.functional import Promise
from django.utils.translation import override

from cxm.kit.importers import Option
from cxm.kit.sheets.header import plain
from cxm.organisation.models import Person
from touchpoints.inventory.choices import Evidence, Feeling, Importance, Kind, Ownership, Status, Verdict
from touchpoints.inventory.imports import synonyms
from touchpoints.inventory.imports.people import names_of
from touchpoints.inventory.models import Channel, ContentItem, Phase, System

FEELINGS = {feeling.name.lower(): feeling for feeling in Feeling}
"""Feelings by name: a sign of its own would get lost when words are compared."""


def in_both(label: str | Promise) -> tuple[str, ...]:
    """A label in German and in English, since lists come from colleagues with the other language, too."""
    names = []
    for language in ("de", "en"):
        with override(language):
            names.append(str(label))
    return tuple(names)


def choice_options(
    choices: type[Choices], names: Mapping[str, Sequence[str]], key: Callable[[Choices], str] | None = None
) -> Callable[[], list[Option]]:
    """The options of a fixed set of values; `key` says how a value is named among them."""

    def options() -> list[Option]:
        made = []
        for member in choices:
            code = key(member) if key else str(member.value)
            made.append(Option(code, member.label, (*in_both(member.label), *names.get(code, ()))))
        return made

    return options


STATUSES = choice_options(Status, synonyms.STATUS)
KINDS = choice_options(Kind, synonyms.KIND)
OWNERSHIPS = choice_options(Ownership, synonyms.OWNERSHIP)
VERDICTS = choice_options(Verdict, synonyms.VERDICT)
IMPORTANCES = choice_options(Importance, synonyms.IMPORTANCE)
EVIDENCES = choice_options(Evidence, synonyms.EVIDENCE)
FEELING_OPTIONS = choice_options(Feeling, synonyms.FEELING, lambda member: member.name.lower())


def with_names(rows: Sequence[tuple[str, str, Iterable[str], Iterable[str]]]) -> list[Option]:
    """Options from code, label, own names and words of the trade; such a word never hides another one's own name."""
    own = {plain(name) for _code, label, names, _words in rows for name in (label, *names)}
    return [
        Option(code, label, (*names, *(word for word in words if plain(word) not in own)))
        for code, label, names, words in rows
    ]


def phase_options() -> list[Option]:
    """The default phases: by name, number, "Phase 2", "2 - Consideration", and by planning phases that mean one."""
    covered = ArrayAgg("covers", filter=Q(covers__isnull=False), default=Value([]))
    every: list[Any] = list(
        Phase.objects.select_related("model").annotate(means=covered).order_by("position")
    )
    further: dict[int, list[str]] = defaultdict(list)
    for own in every:
        if len(own.means) == 1:
            further[own.means[0]] += [own.name_de, own.name_en]
    rows = []
    for phase in every:
        if phase.model.is_default:
            names = {phase.name_de, phase.name_en} - {""}
            words = {*synonyms.PHASES.get(phase.code, ()), *further[phase.pk]} - {""}
            rows.append((phase.code, phase.name, names, [*words, *_with_number(phase, names | words)]))
    return with_names(rows)


def _with_number(phase: Phase, names: Iterable[str]) -> Iterable[str]:
    yield from (str(phase.position), f"Phase {phase.position}")
    for name in names:
        yield from (f"{phase.position} {name}", f"Phase {phase.position} {name}", f"{name} Phase")


def channel_options() -> list[Option]:
    """All channels; archived ones by their own names only."""
    return with_names(
        [
            (
                channel.code,
                channel.name,
                {channel.name_de, channel.name_en} - {""},
                () if channel.is_archived else synonyms.CHANNELS.get(channel.code, ()),
            )
            for channel in Channel.objects.all()
        ]
    )


def value_of(kind: str, pk: int) -> str:
    """How a row of the database is named among options: not by its bare number, which a cell may hold by chance."""
    return f"{kind}:{pk}"


def pk_of(value: str) -> int:
    """The way back."""
    return int(value.rpartition(":")[2])


def system_options() -> list[Option]:
    """All systems."""
    return [Option(value_of("system", pk), name) for pk, name in System.objects.values_list("pk", "name")]


def content_options() -> list[Option]:
    """All content by its title; of equal titles the number tells them apart."""
    rows = ContentItem.objects.order_by("name_sort", "pk").values_list("pk", "title")
    return [Option(value_of("content", pk), title, (f"{title} #{pk}",)) for pk, title in rows]


def people_options() -> list[Option]:
    """Everybody under all names by which lists may call him."""
    rows = Person.objects.order_by("name_sort", "pk").values_list("pk", "name", "email")
    return [
        Option(value_of("person", pk), name, tuple(names_of(pk, name, email))) for pk, name, email in rows
    ]
