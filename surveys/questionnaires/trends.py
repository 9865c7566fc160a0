"""One question over the waves of its questionnaire: joined by what it means, not by how it was worded."""

from collections.abc import Sequence
from datetime import date

from django.utils import timezone
from django.utils.translation import gettext as _

from cxm.kit.charts import Chart, Note, Point, Series, trend
from cxm.kit.numbers import formats
from surveys.questionnaires import guard
from surveys.questionnaires.choices import CHOOSING, TEXTS, Kind
from surveys.questionnaires.measures import measures_of
from surveys.questionnaires.models import Wave
from surveys.questionnaires.panels import decide_first
from surveys.questionnaires.results import ALL, Line, shown
from surveys.questionnaires.sheet import Item, sheet_of

MOST_WAVES = 12  # the newest ones


def figures_over_waves(wave: Wave, item: Item, language: str) -> list[tuple[Wave, Line]]:
    """The question in each closed wave in which it means the same and is answered on the same scale, oldest first."""
    waves = Wave.objects.closed().filter(questionnaire=wave.questionnaire_id, closed_at__lte=timezone.now())
    found = []
    for one in reversed(waves.select_related("version", "questionnaire").order_by("-closed_at")[:MOST_WAVES]):
        same = sheet_of(one.version).by_code.get(item.code)
        if same is None or same.kind != item.kind:
            continue
        decide_first(one)
        said = guard.say(one, measures_of(same), [ALL])
        found.append(
            (one, Line(same, 0, {measure: told for (measure, _all), told in said.items()}, language))
        )
    return found


def has_trend(item: Item) -> bool:
    """Whether the answers make a figure that can go up and down."""
    return item.kind not in (*CHOOSING, *TEXTS, Kind.DATE)


def trend_chart(item: Item, found: Sequence[tuple[Wave, Line]], title: str) -> Chart:
    """The line over the waves; where the wording has a new version it is broken, and a note says so."""
    f = formats()
    kinds = {line.figure for _wave, line in found if not line.is_withheld}
    figure = next(iter(kinds)) if len(kinds) == 1 else "mean"
    points, notes, before = [], [], None
    for wave, line in found:
        day = day_of(wave)
        fits = line.figure == figure and not line.is_bare
        points.append(Point(day, line.estimate if fits else None))
        if before is not None and before.version_id != wave.version_id:
            text = _("From “%(wave)s” on in the wording of version %(number)s.")
            notes.append(Note(day, text % {"wave": wave.name, "number": wave.version.number}, is_break=True))
        before = wave
    return trend(
        title,
        [Series(title, points)],
        f=f,
        show=lambda value: shown(figure, value, f),
        grain="day",
        notes=notes,
    )


def day_of(wave: Wave) -> date:
    """The day that stands for a wave: that of its end."""
    return timezone.localtime(wave.closed_at or timezone.now()).date()
