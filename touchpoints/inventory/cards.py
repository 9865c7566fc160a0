"""What the cards of a touchpoint's page show, read in few queries."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.urls import reverse
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import get_language

from cxm.accounts.models import User
from touchpoints.inventory.actions.care import care_of
from touchpoints.inventory.choices import Maturity, Part, Status
from touchpoints.inventory.coverage import uncovered
from touchpoints.inventory.days import Days
from touchpoints.inventory.groups import CARE, GROUPS, Group, Line, lines
from touchpoints.inventory.maturity import Fact
from touchpoints.inventory.models import Responsibility, Standard, Touchpoint
from touchpoints.inventory.panels import PANELS
from touchpoints.inventory.permissions import ASSIGN

LIVE = (Status.ACTIVE, Status.PHASING_OUT)


@dataclass(frozen=True)
class GroupCard:
    """A group with its fields as they are read."""

    group: Group
    lines: list[Line]


def group_card(touchpoint: Touchpoint, group: Group) -> GroupCard:
    """One group; the touchpoint comes with `with_links()`."""
    return GroupCard(group, lines(touchpoint, group, linked(touchpoint)))


def group_cards(touchpoint: Touchpoint) -> list[GroupCard]:
    """All groups but the one that has a card of its own."""
    return [group_card(touchpoint, group) for group in GROUPS.values() if group.code != CARE]


def linked(touchpoint: Any) -> dict[str, list[tuple[str, str]]]:
    """Names and addresses of what is linked, by field."""
    language = get_language()
    pages = {
        "further_phases": "", "systems": "inventory:system", "contents": "inventory:content",
        "hands_over_to": "inventory:touchpoint", "taken_over_from": "inventory:touchpoint",
        "duplicates": "inventory:touchpoint",
    }  # fmt: skip

    def shown(row: dict[str, Any], page: str) -> tuple[str, str]:
        name = row["name_de"] if language == "de" else row["name_en"] or row["name_de"]
        return name, reverse(page, args=[row["id"]]) if page else ""

    return {
        field: [shown(row, page) for row in getattr(touchpoint, f"linked_{field}")]
        for field, page in pages.items()
    }


@dataclass(frozen=True)
class PeopleCard:
    """Who answers for it now, what is planned, who did before, and the days on which nobody does."""

    now: list[tuple[Part, list[Any]]]
    planned: list[Responsibility]
    earlier: list[Responsibility]  # the last to go first
    gaps: list[tuple[date, date | None]]  # first and last day
    today: date

    @property
    def accountable(self) -> Any:
        """Who answers in the end today, or None."""
        return next((rows[0] for part, rows in self.now if part == Part.ACCOUNTABLE and rows), None)

    @property
    def is_empty(self) -> bool:
        """Whether nobody plays or will play any part, and no gap says so."""
        return not (self.planned or self.gaps or any(rows for _part, rows in self.now))

    @property
    def is_orphaned(self) -> bool:
        """Whether nobody answers for it today."""
        return bool(self.gaps) and self.gaps[0][0] == self.today


def people_card(touchpoint: Touchpoint) -> PeopleCard:
    """Everybody who plays, played or will play a part; one query."""
    today = timezone.localdate()
    found = list(
        touchpoint.responsibilities.with_stand_in(today).select_related("person__unit").order_by("during")
    )
    for row in found:
        row.last_day = last_day(row.during.upper)  # type: ignore[attr-defined]  # for the template
    rows = [row for row in found if row.during.upper is None or row.during.upper > today]
    gone = [row for row in found if row.during.upper is not None and row.during.upper <= today]
    now = [row for row in rows if row.during.lower <= today]
    gaps = []
    if touchpoint.status in LIVE and not touchpoint.is_archived and not touchpoint.duplicate_of_id:
        accountable = [row for row in rows if row.part == Part.ACCOUNTABLE]
        gaps = [(gap.start, last_day(gap.end)) for gap in uncovered(accountable, Days(today))]
    return PeopleCard(
        now=[(part, [row for row in now if row.part == part]) for part in Part],
        planned=[row for row in rows if row.during.lower > today],
        earlier=sorted(gone, key=lambda row: row.during.upper, reverse=True),
        gaps=gaps,
        today=today,
    )


def last_day(end: date | None) -> date | None:
    """The day before an end that does not count."""
    return end - timedelta(days=1) if end else None


@dataclass(frozen=True)
class Missing:
    """What lacks for the next step, and where it is filled in."""

    label: str | Promise
    url: str


@dataclass(frozen=True)
class CareCard:
    """How far the touchpoint has come and what is missing next."""

    steps: list[tuple[Maturity, bool]]
    completeness: int
    next_step: Maturity | None
    missing: list[Missing]
    is_due: bool


def care_card(touchpoint: Touchpoint, user: User, *, can_edit: bool) -> CareCard:
    """Computed now, so that the page never shows what the night will write; one query."""
    care = care_of(touchpoint)
    return CareCard(
        steps=[(step, step <= care.maturity) for step in Maturity],
        completeness=care.completeness,
        next_step=care.next_step,
        missing=[
            Missing(fact.label, where(touchpoint, fact, user, can_edit=can_edit)) for fact in care.missing
        ],
        is_due=touchpoint.status in LIVE and touchpoint.is_review_due(),
    )


def where(touchpoint: Touchpoint, fact: Fact, user: User, *, can_edit: bool) -> str:
    """The address at which this person can fill in what is missing; "" if he cannot."""
    pk = touchpoint.pk
    if fact.group == "people":
        return reverse("inventory:assign", args=[pk]) if user.may(ASSIGN) else ""
    if fact.group == "figures":
        return "#panels"
    if not can_edit:
        return ""
    if fact.group == "standard":
        return reverse("inventory:standard_edit", args=[pk])
    return reverse("inventory:group", args=[pk, fact.group])


@dataclass(frozen=True)
class StandardCard:
    """The version that is valid, the draft, and how many versions there are."""

    valid: Standard | None
    draft: Standard | None
    versions: int


def standard_card(touchpoint: Touchpoint) -> StandardCard:
    """The standard of a touchpoint; one query."""
    rows = list(touchpoint.standards.select_related("published_by").order_by("-version"))
    published = [row for row in rows if row.published_at]
    drafts = [row for row in rows if not row.published_at]
    return StandardCard(published[0] if published else None, drafts[0] if drafts else None, len(published))


def panel_cards(touchpoint: Touchpoint, user: User) -> list[dict[str, Any]]:
    """What other rooms show here, with the addresses from which it is loaded."""
    return [
        {"panel": panel, "url": reverse(panel.url_name, args=[touchpoint.pk])}
        for panel in PANELS
        if user.may(panel.permission)
    ]
