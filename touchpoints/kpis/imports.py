"""How measurements come in from lists: one row per measurement or per day, for one KPI or many.

A row names its KPI, or feeds each KPI chosen for the whole list: a list of purchases is counted as orders, summed as
revenue and told apart by customer, from the same rows.
"""

from collections import deque
from collections.abc import Iterator, Sequence
from datetime import date, datetime
from itertools import batched
from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from cxm.imports.models import ImportRun
from cxm.kit.importers import IMPORTERS, BulkImporter, Counts, Field, Option, Problems, Progress
from cxm.kit.numbers import formats
from cxm.kit.sheets import Cell, Reading, Reason, SheetError, values
from touchpoints.inventory.models import Channel, Phase, Touchpoint
from touchpoints.kpis import rollup, staging
from touchpoints.kpis.actions.measuring import note_measured, note_unmeasured
from touchpoints.kpis.coding import FactError
from touchpoints.kpis.models import KpiDefinition
from touchpoints.kpis.permissions import IMPORT

UNDERSTOOD = ("encoding", "delimiter", "sheet", "header_row", "decimal", "day_first")
"""What decides how a file is read."""

type When = tuple[date, datetime | None]


def when(cell: Cell, reading: Reading) -> When:
    """A day, or a point in time with its day in the zone of the list."""
    timed = isinstance(cell, datetime) or (isinstance(cell, str) and ":" in cell)
    if not timed:
        return values.day(cell, reading), None
    moment = values.moment(cell, reading)
    return moment.astimezone(reading.zone).date(), moment


def shown(value: When) -> str:
    """A day or a point in time in the preview."""
    day, moment = value
    return formats().moment(moment) if moment else formats().date(day)


def kpi_options() -> Sequence[Option]:
    """All KPIs, by code and both names."""
    return [
        Option(str(kpi.pk), str(kpi), (kpi.code, kpi.name_de, kpi.name_en))
        for kpi in KpiDefinition.objects.all()
    ]


def touchpoint_options() -> Sequence[Option]:
    """All touchpoints that are not merged away, by code and name."""
    rows = Touchpoint.objects.filter(duplicate_of=None).values_list("pk", "code", "name")
    return [Option(str(pk), f"{code} {name}", (code, name)) for pk, code, name in rows]


def phase_options() -> Sequence[Option]:
    """The phases of the default model, in both languages."""
    return [Option(str(p.pk), p.name, (p.code, p.name_de, p.name_en)) for p in Phase.objects.default()]


def channel_options() -> Sequence[Option]:
    """All channels, in both languages."""
    return [Option(str(c.pk), c.name, (c.code, c.name_de, c.name_en)) for c in Channel.objects.all()]


class FeedForm(forms.Form):
    """What the columns do not say."""

    kpis = forms.MultipleChoiceField(
        label=_("KPIs that each row feeds"),
        required=False,
        help_text=_(
            "Needed if no column names the KPI. One list can feed several: orders, revenue and customers."
        ),
        widget=forms.SelectMultiple(attrs={"size": 8}),
    )
    source = forms.CharField(
        label=_("Source"),
        required=False,
        max_length=60,
        help_text=_("The system that the list comes from. With it, numbers of two systems do not collide."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        kpis = KpiDefinition.objects.in_order()
        self.fields["kpis"].choices = [(str(kpi.pk), str(kpi)) for kpi in kpis]  # type: ignore[attr-defined]


class UndoneMeanwhile(SheetError):
    """Between check and import somebody took back the earlier import of the same list."""

    def __init__(self) -> None:
        super().__init__(Reason.NO_ROWS)

    def __str__(self) -> str:
        return gettext("An earlier import of this list was taken back meanwhile. Check the list again.")


def known_list(run: ImportRun) -> bool:
    """Whether the same bytes, read in the same way, came in as a whole and were not taken back: all rows are there.

    Only rows that this earlier import itself has brought are sure to stay with it.
    """
    for earlier in ImportRun.objects.same_file(run):
        same = all(
            getattr(earlier, name) == getattr(run, name) for name in ("mapping", "settings", "decisions")
        )
        understood = all(earlier.found.get(name) == run.found.get(name) for name in UNDERSTOOD)
        if same and understood and 0 < earlier.count("total") == earlier.count("new"):
            return True
    return False


class MeasurementImporter(BulkImporter):
    """Measurements, up to two million rows."""

    code = "measurements"
    label = _("Measurements")
    description = _("Single answers, cases or purchases, or sums per day; with or without touchpoint.")
    permission = IMPORT
    form = FeedForm
    icon = "chart-line"
    list_url = "kpis:measurements"
    fields = (
        Field("kpi", _("KPI"), aliases=("Kennzahl", "Code"), options=kpi_options),
        Field("day", _("Day or time"), required=True, parse=when, show=shown,
              aliases=("Datum", "Tag", "Date", "Day", "Zeitpunkt", "Timestamp", "Monat", "Month")),
        Field("value", _("Value"), parse=values.number,
              aliases=("Wert", "Messwert", "Score", "Antwort", "Betrag", "Amount", "dollar_value", "Note")),
        Field("times", _("How often"), parse=values.number, aliases=("Anzahl", "Häufigkeit", "Count")),
        Field("numerator", _("Numerator"), parse=values.number, aliases=("Zähler", "Treffer", "Hits", "Summe", "Sum")),
        Field("denominator", _("Denominator (n)"), parse=values.number,
              aliases=("Nenner", "n", "Anzahl Antworten", "Answers", "Grundgesamtheit")),
        Field("squares", _("Sum of squares"), parse=values.number, aliases=("Quadratsumme",)),
        Field("promoters", _("Promoters"), parse=values.number, aliases=("Promotoren",)),
        Field("detractors", _("Detractors"), parse=values.number, aliases=("Detraktoren", "Kritiker")),
        Field("touchpoint", _("Touchpoint"), options=touchpoint_options, aliases=("Kontaktpunkt",)),
        Field("phase", _("Phase"), options=phase_options, aliases=("Journey-Phase",)),
        Field("channel", _("Channel"), options=channel_options, aliases=("Kanal",)),
        Field("segment", _("Segment"), max_length=120, aliases=("Kundengruppe",)),
        Field("subject", _("Customer number"), max_length=80,
              aliases=("Kunde", "Kundennummer", "customer_id", "Customer")),
        Field("external_id", _("Number in the source"), max_length=120,
              aliases=("ID", "Antwort-ID", "Response ID", "Vorgangsnummer", "Bestellnummer", "Order", "Fallnummer")),
    )  # fmt: skip

    def stage(self, run: ImportRun, rows: Iterator[tuple[int, list[Any]]], problems: Problems) -> None:
        """Code each row and stream it to the list's own table; what cannot be counted is a problem of its row.

        A list that came in as a whole before, read in the same way, is read but not staged: its rows are there.
        """
        if known_list(run):
            deque(rows, maxlen=0)
            return
        feeds = [int(pk) for pk in run.settings.get("kpis", [])]
        coder = staging.Coder(feeds=feeds, source=run.settings.get("source", ""))
        staging.stage(run.pk, batched(self.coded(coder, rows, problems), staging.PORTION, strict=False))

    def coded(
        self, coder: staging.Coder, rows: Iterator[tuple[int, list[Any]]], problems: Problems
    ) -> Iterator[str]:
        """The lines of all rows that can be counted."""
        for number, cells in rows:
            if cells[0] is None and not coder.feeds:
                problems.add(number, _("Choose a KPI for the whole list, or name one in a column."), "kpi")
                continue
            try:
                yield from coder.lines(number, cells)
            except FactError as error:
                problems.add(number, error.message, error.field)

    def apply_staged(self, run: ImportRun, progress: Progress) -> Counts:
        """Write what is new, with all sums. Counted in rows of the list, which may feed several KPIs each."""
        if not staging.is_staged(run.pk):
            if not known_list(run):
                raise UndoneMeanwhile
            return Counts(unchanged=run.count("good"))
        moved, staged = staging.write(run.pk)
        note_measured(moved.touchpoints)
        each = max(1, len(run.settings.get("kpis", [])) if "kpi" not in run.mapping else 1)
        return Counts(new=moved.count // each, unchanged=(staged - moved.count) // each)

    def undo_staged(self, run: ImportRun, progress: Progress) -> None:
        """Take the rows of this list out again and subtract them."""
        rollup.take_memory()
        moved = rollup.remove("run_id = %(run)s", {"run": run.pk})
        note_unmeasured(moved.touchpoints)

    def discard(self, run: ImportRun) -> None:
        """Forget what was staged."""
        staging.discard(run.pk)


IMPORTERS.register(MeasurementImporter())
