"""The groups of fields that a touchpoint's page shows and that are edited in place."""

from dataclasses import dataclass
from typing import Any

from django.utils.functional import Promise
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from cxm.kit.numbers import formats
from touchpoints.inventory.models import Touchpoint


@dataclass(frozen=True)
class Group:
    """Fields that belong together; `code` is also the anchor on the page."""

    code: str
    title: str | Promise
    icon: str
    fields: tuple[str, ...]


CARE = "care"  # the group that is shown in a card of its own, with maturity and reviews
GROUPS = {
    group.code: group
    for group in (
        Group(
            "identity", gettext_lazy("What it is"), "id-badge-2", ("name", "code", "description", "status", "tags")
        ),
        Group(
            "place", gettext_lazy("Where it stands"), "map-pin",
            (
                "phase", "further_phases", "channel", "kind", "is_direct", "ownership", "market", "languages",
                "opening_hours",
            ),
        ),
        Group(
            "weight", gettext_lazy("How much it matters"), "scale",
            (
                "contacts_per_month", "importance_customer", "importance_company",
                "is_moment_of_truth", "moment_reason", "is_pain_point", "pain_reason",
                "is_best_practice", "practice_reason",
            ),
        ),
        Group(
            "customer", gettext_lazy("The customer's side"), "mood-smile",
            (
                "customer_goal", "expectation", "customer_questions", "feeling", "target_feeling", "verdict",
                "audience",
            ),
        ),
        Group(
            "process", gettext_lazy("Process, systems, content"), "route",
            ("process_url", "hands_over_to", "systems", "contents", "data_shown", "data_captured",
             "consent_needed", "risks"),
        ),
        Group(
            "evidence", gettext_lazy("How we know"), "eye-check", ("evidence", "evidence_on", "evidence_note")
        ),
        Group(
            CARE, gettext_lazy("Care"), "calendar-repeat",
            ("review_every", "trained_on", "improved_on", "improved_note"),
        ),
    )
}  # fmt: skip


@dataclass(frozen=True)
class Line:
    """A field as it is read: links have addresses, a long text its paragraphs; empty `text` means not filled in."""

    name: str
    label: str | Promise
    text: str | SafeString = ""
    links: tuple[tuple[str, str], ...] = ()  # words and address
    is_flag: bool = False


def lines(touchpoint: Touchpoint, group: Group, links: dict[str, list[tuple[str, str]]]) -> list[Line]:
    """The fields of a group as they are read; a flag's reason stands in the flag's own line."""
    reasons = set(Touchpoint.FLAGS.values())
    return [_line(touchpoint, name, links) for name in group.fields if name not in reasons]


def _line(touchpoint: Touchpoint, name: str, links: dict[str, list[tuple[str, str]]]) -> Line:
    field: Any = Touchpoint._meta.get_field(name)
    label = field.verbose_name
    if name in links:
        return Line(name, label, links=tuple(links[name]))
    if name in Touchpoint.FLAGS:
        return Line(name, label, _flag_text(touchpoint, name), is_flag=True)
    if name == "process_url" and touchpoint.process_url:
        return Line(name, label, links=((touchpoint.process_url, touchpoint.process_url),))
    return Line(name, label, readable(touchpoint.field_text(name)))


def _flag_text(touchpoint: Touchpoint, name: str) -> str:
    return getattr(touchpoint, Touchpoint.FLAGS[name]) if getattr(touchpoint, name) else ""


def readable(value: Any) -> str:
    """A value as people of the active language write it; "" where nothing is known."""
    shape = formats()
    if value is None or value == "" or value == []:
        return ""
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if isinstance(value, int):
        return shape.count(value)
    if hasattr(value, "isoformat"):
        return shape.date(value)
    if isinstance(value, list | tuple):
        return ", ".join(readable(item) for item in value)
    return str(value)
