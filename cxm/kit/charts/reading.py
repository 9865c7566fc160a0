"""A figure ready to be read: value, interval, n, verdict and change as words, for tiles, cells and print."""

from dataclasses import dataclass

from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from cxm.kit.charts.chart import Show, size
from cxm.kit.charts.svg import LIGHT_WORDS, interval_bar
from cxm.kit.numbers import MISSING, Formats
from cxm.kit.statistics import Change, Direction, Estimate, Light, Tier, light, tier_of, while_provisional

# The states of components/light.html.
LIGHT_STATES = {
    Light.GREEN: "good",
    Light.RED: "bad",
    Light.OPEN: "open",
    Light.PROVISIONAL: "open",
    Light.TOO_FEW: "none",
    Light.NO_TARGET: "",
}


@dataclass(frozen=True, slots=True)
class Reading:
    """The words of one figure; components/interval.html shows it, its parts fit stat_tile.html, light.html, trend.html.

    `value` is a dash below 5 answers; `state` is empty without target; `change` is empty unless significant.
    `remark` is what else must be known: that it is provisional, or of another period than the page.
    """

    value: str
    interval: str
    size: str
    target: str
    tier: Tier
    light: Light
    state: str
    word: str
    detail: str
    note: str
    bar: SafeString
    remark: str = ""
    change: str = ""
    direction: str = "same"
    judgement: str = "same"

    @property
    def foot(self) -> str:
        """n, and what else must be known: the quiet line below a figure."""
        return " · ".join(part for part in (self.size, self.remark) if part)


def reading(
    estimate: Estimate | None,
    *,
    f: Formats,
    show: Show,
    direction: Direction = Direction.HIGHER,
    target: float | None = None,
    tolerance: float = 0.0,
    change: Change = Change.NOT_SIGNIFICANT,
    change_text: str = "",
    scale: tuple[float, float] | None = None,
    n: int | None = None,
    is_provisional: bool = False,
    remark: str = "",
) -> Reading:
    """The figure as words in one language: `show` formats a value, `scale` (low, high) draws the interval bar.

    `change` and `change_text` ("+4") come from `statistics.changed` and `difference`; the text is kept only if the
    change is significant. `n` says how many there are where they are too few for an estimate. While the period
    `is_provisional` it is neither judged nor compared.
    """
    count = estimate.n if estimate else n or 0
    verdict = light(estimate, target, direction, tolerance)
    if is_provisional:
        verdict, change = while_provisional(verdict), Change.NOT_SIGNIFICANT
        remark = ", ".join(part for part in (remark, _("provisional")) if part)
    aim = show(target) if target is not None else ""
    if estimate is None or tier_of(estimate) is Tier.HIDDEN:
        few = _("too few answers ({n})").format(n=size(count, f)) if count else _("not measured")
        nothing = SafeString("")
        remark = remark if count else ""  # where nothing is, nothing is provisional
        return Reading(
            MISSING, "", size(count, f), aim, Tier.HIDDEN, verdict, "none", few, few, few, nothing, remark
        )
    bounds = f.interval(estimate.low, estimate.high, show) if estimate.low != estimate.high else ""
    interval = "" if bounds == MISSING else bounds
    detail = _detail(size(count, f), interval, aim, remark)
    moved = change is not Change.NOT_SIGNIFICANT
    spoken = f"{show(estimate.value)}, {detail}"
    return Reading(
        value=show(estimate.value),
        interval=interval,
        size=size(count, f),
        target=aim,
        tier=tier_of(estimate),
        light=verdict,
        state=LIGHT_STATES[verdict] if verdict is not Light.TOO_FEW else "",
        word=str(LIGHT_WORDS[verdict]),
        detail=detail,
        note=_tendency(estimate),
        bar=interval_bar(estimate, *scale, spoken, target=target, verdict=verdict)
        if scale
        else SafeString(""),
        remark=remark,
        change=change_text if moved else "",
        direction=change.value if moved else "same",
        judgement=_judgement(change, direction),
    )


def _detail(count: str, interval: str, aim: str, remark: str) -> str:
    parts = [count]
    if interval:
        parts.append(_("interval {interval} (95%)").format(interval=interval))
    if aim:
        parts.append(_("target {target}").format(target=aim))
    return ", ".join([*parts, remark] if remark else parts)


def _tendency(estimate: Estimate) -> str:
    if tier_of(estimate) is not Tier.TENDENCY:
        return ""
    return _("small number, much chance") if estimate.is_census else _("tendency")


def _judgement(change: Change, direction: Direction) -> str:
    if change is Change.NOT_SIGNIFICANT or direction is Direction.AMBIVALENT:
        return "same"
    return "better" if (change is Change.UP) == (direction is Direction.HIGHER) else "worse"
