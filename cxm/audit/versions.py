"""What triggers have kept of an object's fields, in plain words: field, old value, new value."""

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from django.contrib.auth import get_user_model
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils import timezone
from django.utils.formats import date_format, number_format
from django.utils.translation import gettext as _

HIDDEN = {"id", "revision", "only", "updated_at", "measured_on", "recorded_on"}
"""Fields that tell a reader nothing."""
LONGEST = 400  # characters of a value that are shown


@dataclass(frozen=True)
class Change:
    """One field that changed."""

    label: str
    old: str
    new: str


@dataclass
class Version:
    """What one transaction did to the object."""

    at: datetime
    actor_id: int | None
    actor: str
    kind: str  # "insert", "update", "delete"
    changes: list[Change] = field(default_factory=list)


def versions_of(target: models.Model, *, limit: int = 50) -> list[Version]:
    """The newest versions of an object first; a handful of queries whatever the number. Empty if none are kept."""
    event_model: Any = getattr(type(target), "pgh_event_model", None)
    if event_model is None:
        return []
    events = list(
        event_model.objects.filter(pgh_obj_id=target.pk)
        .select_related("pgh_context")
        .order_by("-pgh_id")[: limit + 1]
    )
    fields = [
        f for f in event_model._meta.concrete_fields if not f.name.startswith("pgh_") and f.name not in HIDDEN
    ]
    names = Names(events, fields)
    actors = actors_of(events)
    versions: list[Version] = []
    for event, older in zip(events, [*events[1:], None], strict=True):
        if len(versions) == limit:
            break
        if version := version_of(event, older, fields, names, actors):
            versions.append(version)
    return versions


def version_of(
    event: Any, older: Any, fields: list[Any], names: "Names", actors: dict[int, str]
) -> Version | None:
    """One version compared with the one before; None if nothing that people care for has changed."""
    actor_id = actor_of(event)
    version = Version(event.pgh_created_at, actor_id, actors.get(actor_id or 0, ""), event.pgh_label)
    if event.pgh_label != "update" or older is None:
        return version
    for one in fields:
        old, new = getattr(older, one.attname), getattr(event, one.attname)
        if old != new:
            label = str(one.verbose_name)
            version.changes.append(
                Change(label[:1].upper() + label[1:], names.show(one, old), names.show(one, new))
            )
    return version if version.changes else None


def actor_of(event: Any) -> int | None:
    """Who made a version, as the request noted it."""
    found = event.pgh_context.metadata.get("user") if event.pgh_context else None
    return int(found) if found is not None else None


def actors_of(events: list[Any]) -> dict[int, str]:
    """Names of all who made these versions; one query."""
    wanted = {actor for event in events if (actor := actor_of(event)) is not None}
    users: Any = get_user_model().objects.filter(pk__in=wanted)
    return {user.pk: user.name for user in users}


class Names:
    """Shows stored values as people call them; related objects are fetched once for all versions."""

    def __init__(self, events: list[Any], fields: list[Any]) -> None:
        wanted: dict[type[models.Model], set[Any]] = defaultdict(set)
        for one in fields:
            if one.is_relation:
                wanted[one.related_model] |= {getattr(event, one.attname) for event in events} - {None}
        self.related = {
            model: {thing.pk: str(thing) for thing in model._base_manager.filter(pk__in=ids)}
            for model, ids in wanted.items()
        }

    def show(self, one: Any, value: Any) -> str:
        """A value in words."""
        if value is None or value in ("", []):
            return "–"
        if one.is_relation:
            return self.related[one.related_model].get(value, f"#{value}")
        if isinstance(one, ArrayField):
            return ", ".join(self.show(one.base_field, part) for part in value)
        if one.choices:
            return str(dict(one.flatchoices).get(value, value))
        return plain(value)[:LONGEST]


def plain(value: Any) -> str:
    """A value without choices in the reader's format."""
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if isinstance(value, datetime):
        return date_format(timezone.localtime(value), "SHORT_DATETIME_FORMAT")
    if isinstance(value, date):
        return date_format(value, "SHORT_DATE_FORMAT")
    if isinstance(value, int | float):
        return number_format(value)
    if hasattr(value, "lower") and hasattr(value, "upper") and not isinstance(value, str):  # a range of days
        return f"{plain(value.lower) if value.lower else '…'} – {plain(value.upper) if value.upper else '…'}"
    return str(value)
