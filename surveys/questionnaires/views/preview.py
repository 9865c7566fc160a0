"""Try a version out: every page in every language, checked like the real one, and nothing is stored.

What was typed on earlier pages travels in the form itself.
"""

import json
from dataclasses import dataclass, field
from typing import Any

from django.http import HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, render
from django.utils import translation
from django.views.decorators.http import require_http_methods

from cxm.kit.access import requires
from cxm.kit.http import CxmRequest
from cxm.organisation.models import Company
from surveys.questionnaires.filling import Filling, answers_from, minutes, name_of
from surveys.questionnaires.models import Questionnaire, Version
from surveys.questionnaires.permissions import MANAGE
from surveys.questionnaires.piping import pieces_of
from surveys.questionnaires.sheet import Sheet, sheet_of

START = 0
MOST_TYPED = 1_000_000  # characters that travel from page to page


@dataclass
class Trial:
    """Somebody who tries a version out: where he is, and what he has typed so far."""

    sheet: Sheet
    language: str
    place: int = START
    typed: dict[str, list[str]] = field(default_factory=dict)
    is_over: bool = False

    @classmethod
    def read(cls, sheet: Sheet, languages: list[str], sent: QueryDict) -> "Trial":
        """As the form says it; nonsense begins anew."""
        chosen, place = sent.get("shown_in", ""), sent.get("place", "")
        language = chosen if chosen in languages else languages[0]
        return cls(
            sheet,
            language,
            int(place) if place.isascii() and place.isdigit() and len(place) < 5 else START,
            _lists(sent.get("typed", "")),
        )

    def filling(self) -> Filling:
        """The form at this place, with an example for each placeholder."""
        company = Company.objects.values_list("name", flat=True).first() or ""
        with translation.override(self.language):
            answers = dict(answers_from(self.sheet, self.typed, self.language))
            pieces = pieces_of(
                company=company,
                touchpoint=translation.gettext("Example touchpoint"),
                person=translation.gettext("Alex Example"),
            )
        return Filling(self.sheet, answers, self.language, self.place, pieces)

    def take(self, sent: QueryDict) -> Filling:
        """What was typed on this page, and one step on, back, or into another language."""
        chosen = sent.get("language", "")
        chosen = chosen if chosen in self.sheet.languages else ""
        forward = not chosen and sent.get("to") != "back"
        with translation.override(self.language):
            filling = self.filling().bind(sent, complete=forward)
        for item in self.sheet.items:
            if item.code in sent.getlist("asked"):
                self.typed[item.code] = [str(value) for value in sent.getlist(name_of(item))]
        if filling.errors:
            return filling
        if chosen:
            self.retype(filling, chosen)
        elif not (forward and filling.has_grown):
            target = filling.after if forward else filling.before
            self.is_over = forward and target is None
            self.place = target if target is not None else self.place if forward else START
        return self.filling()

    def retype(self, filling: Filling, language: str) -> None:
        """What is right is typed as the other language writes it: 1,5 becomes 1.5."""
        filling.language = self.language = language
        self.typed |= {
            item.code: filling.held(item) for item in self.sheet.items if item.code in filling.answers
        }


def _lists(text: str) -> dict[str, list[str]]:
    """Lists by code out of the hidden input; empty if it is none of ours."""
    try:
        found = json.loads(text[:MOST_TYPED] or "{}")
    except ValueError:
        return {}
    if not isinstance(found, dict):
        return {}
    return {
        str(code): [value for value in values if isinstance(value, str)]
        for code, values in found.items()
        if isinstance(values, list)
    }


@require_http_methods(["GET", "POST"])
@requires(MANAGE)
def preview(request: CxmRequest, pk: int) -> HttpResponse:
    """Fill in a draft or a published version for trial."""
    seen = Questionnaire.objects.visible_to(request.user)
    version = get_object_or_404(
        Version.objects.select_related("questionnaire").filter(questionnaire__in=seen), pk=pk
    )
    sheet = sheet_of(version)
    context: dict[str, Any] = {"version": version, "minutes": minutes(sheet), "languages": version.languages}
    status = 200
    if sheet.items and version.languages:
        sent = request.POST if request.method == "POST" else request.GET
        trial = Trial.read(sheet, version.languages, sent)
        try:
            filling = trial.take(request.POST) if request.method == "POST" else trial.filling()
            status = 422 if filling.errors else 200
            context |= {
                "trial": trial,
                "filling": filling,
                "typed": json.dumps(trial.typed),
                "shown": filling.shown,
            }
        except ValueError:
            context["is_broken"] = True
    return render(request, "surveys/questionnaires/preview.html", context, status=status)
