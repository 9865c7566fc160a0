"""Touchpoints as flat records: the values that exports write and imports compare with.

A value has the form that the field's parser gives it: texts as `words.tidy` leaves them, choices by their option, links
and people sorted; what is not filled in is None.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable
from datetime import date
from typing import Any

from django.utils import timezone

from cxm.kit.fields import IsAny
from cxm.kit.tables import Value
from cxm.organisation.models import Person
from touchpoints.inventory.choices import Feeling, Part
from touchpoints.inventory.imports import words
from touchpoints.inventory.imports.fields import FIELDS
from touchpoints.inventory.imports.places import pk_of, value_of
from touchpoints.inventory.models import ContentItem, Responsibility, Standard, System, Touchpoint

type Record = dict[str, Any]

STEPS = ("importance_customer", "importance_company", "evidence")  # whole numbers shown by their option
FEELINGS = ("feeling", "target_feeling")
BY_CODE = ("status", "kind", "ownership", "verdict")
PLAIN = (
    "is_direct", "is_moment_of_truth", "is_pain_point", "is_best_practice", "contacts_per_month", "evidence_on",
    "review_every", "last_reviewed_on", "trained_on", "improved_on", "consent_needed",
)  # fmt: skip
LISTS = ("tags", "languages")
LINKS = {"further_phases": "code", "hands_over_to": "code", "systems": "pk", "contents": "pk"}
ROWS = {"systems": "system", "contents": "content"} | {part.value: "person" for part in Part}
"""Fields whose values are rows of another table, and what these are called there."""
LINES = {field.code for field in FIELDS if field.parse is words.line}
PASSAGES = {field.code for field in FIELDS if field.parse is words.passage}


def records_of(ids: Iterable[int], at: date | None = None) -> dict[int, Record]:
    """The records of these touchpoints with the people of that day (today by default). Seven queries."""
    ids = list(ids)
    touchpoints = (
        Touchpoint.objects.filter(IsAny("pk", ids)).select_related("phase", "channel").order_by("code")
    )
    links, people, standards = links_of(ids), people_of(ids, at), standards_of(ids)
    return {
        touchpoint.pk: record_of(
            touchpoint, links[touchpoint.pk], people.get(touchpoint.pk, {}), standards.get(touchpoint.pk)
        )
        for touchpoint in touchpoints
    }


def links_of(ids: list[int]) -> dict[int, dict[str, list[Any]]]:
    """What they are linked to, by touchpoint and field. A query for each field, which gives values: objects with the
    managers that a prefetch sets up for each touchpoint take four times as long."""
    found: dict[int, dict[str, list[Any]]] = defaultdict(lambda: defaultdict(list))
    for name, value in LINKS.items():
        rows = Touchpoint.objects.filter(IsAny("pk", ids), **{f"{name}__isnull": False}).order_by()
        for touchpoint, linked in rows.values_list("pk", f"{name}__{value}"):
            found[touchpoint][name].append(linked)
    return found


def people_of(ids: Iterable[int], at: date | None = None) -> dict[int, dict[str, list[int]]]:
    """Ids of the people of that day by touchpoint and part. One query."""
    found: dict[int, dict[str, list[int]]] = defaultdict(lambda: defaultdict(list))
    rows = (
        Responsibility.objects.on(at or timezone.localdate())
        .filter(IsAny("touchpoint", list(ids)))
        .order_by()
    )
    for touchpoint, part, person in rows.values_list("touchpoint_id", "part", "person_id"):
        found[touchpoint][part].append(person)
    return found


def standards_of(ids: Iterable[int]) -> dict[int, Standard]:
    """The standard that is worked on, else the one that is valid, by touchpoint. One query."""
    newest = Standard.objects.filter(IsAny("touchpoint", list(ids))).order_by("touchpoint_id", "-version")
    return {standard.touchpoint_id: standard for standard in newest.distinct("touchpoint_id")}


def record_of(
    touchpoint: Touchpoint,
    links: dict[str, list[Any]],
    people: dict[str, list[int]],
    standard: Standard | None,
) -> Record:
    """One touchpoint."""
    record: Record = {
        "phase": touchpoint.phase.code if touchpoint.phase else None,
        "further_phases": listed(links["further_phases"]),
        "channel": touchpoint.channel.code if touchpoint.channel else None,
        "hands_over_to": listed(links["hands_over_to"]),
        "systems": listed(value_of("system", pk) for pk in links["systems"]),
        "contents": listed(value_of("content", pk) for pk in links["contents"]),
        "process_url": touchpoint.process_url or None,
    }
    for name in (*LINES, *PASSAGES):
        record[name] = text_of(name, standard if name in Standard.TEXTS else touchpoint)
    record |= {name: getattr(touchpoint, name) for name in PLAIN}
    record |= {name: getattr(touchpoint, name) or None for name in BY_CODE}
    record |= {name: None if (step := getattr(touchpoint, name)) is None else str(step) for name in STEPS}
    record |= {
        name: None if (step := getattr(touchpoint, name)) is None else Feeling(step).name.lower()
        for name in FEELINGS
    }
    record |= {name: [words.tidy(item) for item in getattr(touchpoint, name)] or None for name in LISTS}
    for part in Part:
        record[part.value] = listed(value_of("person", pk) for pk in people.get(part, ()))
    record[Part.ACCOUNTABLE.value] = (record[Part.ACCOUNTABLE.value] or [None])[0]
    return {field.code: record[field.code] for field in FIELDS}


def text_of(name: str, thing: Touchpoint | Standard | None) -> str | None:
    """A text as a cell gives it back."""
    raw = getattr(thing, name) if thing else ""
    if not raw:
        return None
    text = words.tidy(raw)
    return (" ".join(text.split()) if name in LINES else text) or None


def listed(values: Iterable[str]) -> list[str] | None:
    """Sorted, and None if there are none."""
    return sorted(values) or None


class Writer:
    """Writes records as rows of a table, in the language in force; names are chosen so that they are found again."""

    def __init__(self) -> None:
        self.labels: dict[str, dict[str, str]] = {
            field.code: {option.value: str(option.label) for option in field.options()}
            for field in FIELDS
            if field.options and field.code not in ROWS
        }
        people = dict(Person.objects.values_list("pk", "name"))
        mails = dict(Person.objects.exclude(email="").values_list("pk", "email"))
        contents = dict(ContentItem.objects.values_list("pk", "title"))
        self.names = {
            "person": distinct(people, mails),
            "system": dict(System.objects.values_list("pk", "name")),
            "content": distinct(contents, {}),
        }

    def row(self, record: Record) -> list[Value]:
        """The cells of one record, in the order of the fields."""
        return [value if value is None else self.cell(code, value) for code, value in record.items()]

    def cell(self, code: str, value: Any) -> Value:
        """One value as it stands in the table."""
        if isinstance(value, list):
            text = "; ".join(str(self.cell(code, item)) for item in value)
            return text + ";" if code == "tags" and len(value) == 1 and needs_end(text) else text
        if value is not None and code in ROWS:
            return self.names[ROWS[code]][pk_of(value)]
        written: Value = self.labels[code].get(value, value) if value and code in self.labels else value
        return written


def needs_end(tag: str) -> bool:
    """Whether a single tag would be cut when it is read, unless a semicolon says that it is one."""
    return "," in tag or tag.startswith("#")


def distinct(names: dict[int, str], more: dict[int, str]) -> dict[int, str]:
    """Names that are there once as they are; of others with e-mail, else with their number."""
    often = Counter(names.values())
    return {
        pk: name if often[name] == 1 else f"{name} <{more[pk]}>" if pk in more else f"{name} #{pk}"
        for pk, name in names.items()
    }
