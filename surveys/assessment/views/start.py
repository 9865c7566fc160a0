"""Where one begins: instruments, open waves, closed waves with their index."""

from dataclasses import dataclass

from django.db.models import Count, Q
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from cxm.kit.access import requires
from cxm.kit.http import CxmRequest, toast
from cxm.kit.numbers import Formats, formats
from surveys.assessment.actions import take_over
from surveys.assessment.choices import STAGES
from surveys.assessment.instruments import Instrument, shipped
from surveys.assessment.models import Task
from surveys.assessment.permissions import MANAGE, VIEW
from surveys.assessment.results import Summary, summaries_of, with_asked
from surveys.assessment.trends import MOST_WAVES
from surveys.questionnaires.choices import Step, Use
from surveys.questionnaires.models import Questionnaire, Wave

HELP = "assessment"


@dataclass(frozen=True)
class Offered:
    """An instrument that ships with the house; `found` is the questionnaire it has become."""

    instrument: Instrument
    found: Questionnaire | None


@dataclass(frozen=True)
class Closed:
    """A closed wave in the list."""

    summary: Summary
    f: Formats

    @property
    def index(self) -> str:
        """From 0 to 100; empty where it is withheld."""
        index = self.summary.part.index
        return self.f.decimal(index.score, 0) if index else ""

    @property
    def stage(self) -> str:
        """How far the house had come."""
        index = self.summary.part.index
        return str(STAGES[index.stage]) if index else ""


def help_url() -> str:
    """The page of the help about this room."""
    return reverse("help_page", args=[HELP])


@require_GET
@requires(VIEW)
def start(request: CxmRequest) -> HttpResponse:
    """What to do next, and what is there."""
    questionnaires = list(
        Questionnaire.objects.live().filter(use=Use.ASSESSMENT).annotate(
            closed=Count("waves", filter=Q(waves__closed_at__isnull=False))
        )
    )  # fmt: skip
    waves = list(
        with_asked(Wave.objects.filter(questionnaire__use=Use.ASSESSMENT)).order_by("-opened_at", "-pk")[:50]
    )
    f = formats(request.user.language)
    closed = [wave for wave in waves if wave.closed_at is not None][:MOST_WAVES]
    by_code = {one.code: one for one in questionnaires}
    context = {
        "offered": [Offered(one, by_code.get(one.code)) for one in shipped()],
        "questionnaires": questionnaires,
        "planned": [wave for wave in waves if wave.step == Step.PLANNED],
        "open": [wave for wave in waves if wave.opened_at and wave.closed_at is None],
        "closed": [Closed(summary, f) for summary in summaries_of(closed)],
        "tasks": Task.objects.open().count(),
        "page_help": help_url(),
    }
    return render(request, "surveys/assessment/start.html", context)


@require_POST
@requires(MANAGE)
def instrument_take_over(request: CxmRequest, code: str) -> HttpResponse:
    """Bring an instrument in, and go to its questionnaire."""
    if code not in {one.code for one in shipped()}:
        raise Http404(code)
    questionnaire = take_over(code=code, actor=request.user)
    toast(request, _("“%(name)s” is ready. Next, plan a wave.") % {"name": questionnaire.name})
    return redirect(questionnaire)
