"""Waves and their results, for other systems. Results come through the guard like those of every page."""

from datetime import datetime
from typing import Any

from django.shortcuts import get_object_or_404
from django.utils.translation import get_language
from ninja import Path, Query, Schema

from cxm.audit.actions import record
from cxm.kit.api import ApiRequest, Number, Page, PageQuery, Router, page_of
from surveys.questionnaires import exports
from surveys.questionnaires.choices import RESULTS_READ, Identity, Step
from surveys.questionnaires.models import Wave
from surveys.questionnaires.permissions import RESULTS, VIEW
from surveys.questionnaires.results import Results

router = Router(tags=["Questionnaires"])


class WaveOut(Schema):
    """One asking of a questionnaire. `version` is the number of the wording that is asked."""

    id: int
    name: str
    questionnaire: str
    version: int
    identity: Identity
    step: Step
    opened_at: datetime | None
    closes_at: datetime | None
    closed_at: datetime | None

    @staticmethod
    def resolve_questionnaire(wave: Wave) -> str:
        """Its code."""
        return wave.questionnaire.code

    @staticmethod
    def resolve_version(wave: Wave) -> int:
        """Its number."""
        return wave.version.number

    @staticmethod
    def resolve_identity(wave: Wave) -> str:
        """Who can know who answered."""
        return wave.version.identity


class WaveFigureOut(Schema):
    """One figure of one question. `figure` is mean, nps, share (of the best answers), answers (share of one answer, by
    `code`), count or comment (in `code`); `low` and `high` are its 95 % interval. What is withheld is not there."""

    population: str
    population_key: str
    concept: str
    question: str
    kind: str
    figure: str
    code: str | None
    value: float | None
    low: float | None
    high: float | None
    n: int
    unknown_share: float | None
    invited: int


class ResultsOut(Schema):
    """What is said of a wave; nothing while it is open, except whole blocks of answers of customers."""

    wave: str
    version: int
    figures: list[WaveFigureOut]


@router.get("/waves", response=Page[WaveOut], permission=VIEW)
def list_waves(request: ApiRequest, at: Query[PageQuery]) -> Any:
    """All waves, in the order in which they were planned."""
    waves = Wave.objects.visible_to(request.user).select_related("questionnaire", "version")
    return page_of(waves, at)


@router.get("/waves/{int:pk}/results", response=ResultsOut, permission=RESULTS)
def wave_results(request: ApiRequest, pk: Path[Number]) -> Any:
    """The results of a wave; that they were read is recorded."""
    waves = Wave.objects.visible_to(request.user).select_related("questionnaire", "version")
    wave = get_object_or_404(waves, pk=pk)
    languages = wave.version.languages
    spoken = get_language() or ""
    found = Results(wave, spoken if spoken in languages else languages[0])
    record(RESULTS_READ, actor=request.user, target=wave)
    return {"wave": wave.name, "version": wave.version.number, "figures": exports.as_json(found)}
