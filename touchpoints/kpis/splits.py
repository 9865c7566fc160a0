"""A figure taken apart by phase, channel, touchpoint or segment: the best as a chart, all of them as a table."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from cxm.kit.charts import Bar, Chart, Reading, ranking
from cxm.kit.fields import sort_key
from cxm.kit.numbers import Formats
from touchpoints.kpis.choices import ADDITIVE, Aim
from touchpoints.kpis.choosing import MODELS, NAMES, Choice, named
from touchpoints.kpis.figures import Figure, figures
from touchpoints.kpis.models import KpiDefinition, KpiVersion, Target
from touchpoints.kpis.words import shower

BARS = 15  # in the chart; the table has all
ROWS = 50  # of the table on a page
HEADS = (("name", gettext_lazy("Name")), ("value", gettext_lazy("Value")), ("n", gettext_lazy("n")))


@dataclass(frozen=True)
class Row:
    """One part: its name, its figure in words, the page narrowed to it, and the measurements behind it."""

    name: str
    reading: Reading
    url: str
    rows_url: str


@dataclass(frozen=True)
class Head:
    """A heading of the table, with the address that sorts by it."""

    label: str
    url: str
    sort: str
    number: bool


@dataclass(frozen=True)
class SplitView:
    """The chart (None if no part has a figure), and one page of the table."""

    chart: Chart | None
    charted: int
    count: int
    heads: tuple[Head, ...]
    rows: tuple[Row, ...]
    first: int
    before: str
    after: str

    @property
    def last(self) -> int:
        """The place of the last row."""
        return self.first + len(self.rows) - 1


@dataclass(frozen=True)
class Part:
    """A figure and the name of its place."""

    name: str
    figure: Figure

    @property
    def value(self) -> float | None:
        """None below the fewest observations."""
        return self.figure.estimate.value if self.figure.estimate else None


def split_of(
    kpi: KpiDefinition, choice: Choice, targets: Sequence[Target], versions: Sequence[KpiVersion], f: Formats
) -> SplitView | None:
    """None if no split is chosen, or nothing was measured in the period. Two queries (names and sums)."""
    if choice.split is None:
        return None
    found = figures(
        [kpi],
        choice.period,
        by=choice.split,
        where=choice.where,
        history=1,
        targets=targets,
        versions=versions,
    ).values()
    parts = with_names(choice, [one for one in found if one.n])
    if not parts:
        return None
    best = in_order(kpi, parts, "")
    ordered = in_order(kpi, parts, choice.order) if choice.order else best
    pages = -(-len(ordered) // ROWS)
    page = min(choice.page, pages)
    rows = ordered[(page - 1) * ROWS : page * ROWS]
    bars = [part for part in best if part.value is not None][:BARS]
    return SplitView(
        chart=chart_of(kpi, choice, bars, f),
        charted=len(bars),
        count=len(ordered),
        heads=heads_of(kpi, choice),
        rows=tuple(
            Row(part.name, part.figure.reading(f), narrowed(choice, part.figure), part.figure.rows_url)
            for part in rows
        ),
        first=(page - 1) * ROWS + 1,
        before=choice.url(page=str(page - 1)) if page > 1 else "",
        after=choice.url(page=str(page + 1)) if page < pages else "",
    )


def with_names(choice: Choice, found: Sequence[Figure]) -> list[Part]:
    """The figures with the names of their places. One query."""
    split = choice.split
    if split is None:
        return []
    rows = MODELS[split].objects.filter(pk__in=[one.place for one in found if one.place]).order_by()
    names = {pk: str(named(split, pk, tuple(name))) for pk, *name in rows.values_list("pk", *NAMES[split])}
    return [Part(names.get(one.place or 0, _("not assigned")), one) for one in found]


def narrowed(choice: Choice, one: Figure) -> str:
    """The page of the KPI for this part alone; for what is assigned to none, the measurements themselves."""
    if choice.split is None or one.place is None:
        return one.rows_url
    return choice.url(**{choice.split.value: str(one.place), "split": None, "order": None})


def in_order(kpi: KpiDefinition, parts: Sequence[Part], order: str) -> list[Part]:
    """Sorted; parts without a figure stand last. Without an order the best stands first."""
    down, key = order.startswith("-"), order.removeprefix("-")
    if key == "name":
        return sorted(parts, key=lambda part: sort_key(part.name), reverse=down)
    if key == "n":
        return sorted(parts, key=lambda part: part.figure.n, reverse=down)
    down = kpi.aim != Aim.LOWER if not order else down
    known = [(part.value, part) for part in parts if part.value is not None]
    known.sort(key=lambda pair: pair[0], reverse=down)
    return [part for _value, part in known] + [part for part in parts if part.value is None]


def heads_of(kpi: KpiDefinition, choice: Choice) -> tuple[Head, ...]:
    """The headings; a second click turns the order round."""
    order = choice.order or ("value" if kpi.aim == Aim.LOWER else "-value")
    heads = []
    for key, label in HEADS:
        current = order.removeprefix("-") == key
        turned = f"-{key}" if current and not order.startswith("-") else key
        sort = ("descending" if order.startswith("-") else "ascending") if current else ""
        heads.append(Head(str(label), choice.url(order=turned), sort, key == "n"))
    return tuple(heads)


def chart_of(kpi: KpiDefinition, choice: Choice, parts: Sequence[Part], f: Formats) -> Chart | None:
    """The best as bars."""
    if not parts or choice.split is None:
        return None
    aim = next((part.figure.target.value for part in parts if part.figure.target), None)
    title = _("%(kpi)s by %(split)s") % {"kpi": kpi.name, "split": choice.split.label}
    bars = [Bar(part.name, part.figure.estimate, None, narrowed(choice, part.figure)) for part in parts]
    target = None if kpi.shape in ADDITIVE else aim
    return replace(ranking(title, bars, f=f, show=shower(kpi, f), target=target), title=title)
