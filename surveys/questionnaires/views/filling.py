"""The public pages on which a questionnaire is filled in: start, one page after the other, a last look, thanks.

A questionnaire of one page needs neither start nor last look: the link opens it, and one button hands it in.

The link is the right, so the pages need neither a session nor a cookie against forged forms: whoever does not know the
link cannot send the form, and a form that lay open for days can still be sent.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from typing import Any

from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import translation
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from cxm.kit.access import public
from surveys.questionnaires.actions.answering import answer as answer_at_once
from surveys.questionnaires.actions.answering import decline as decline_invitation
from surveys.questionnaires.actions.answering import finish, save_answers
from surveys.questionnaires.choices import Step, Turnout
from surveys.questionnaires.filling import Filling, Said, minutes, name_of
from surveys.questionnaires.logic import answered
from surveys.questionnaires.models import Draft
from surveys.questionnaires.visits import DONE, Begun, Door, Refusal, Visit, expect_open, visit_of

FOLDER = "surveys/questionnaires"

type VisitView = Callable[..., HttpResponse]


def by_link(view: VisitView) -> Callable[..., HttpResponseBase]:
    """Find out whose link it is, answer in his language, keep the page out of caches, referrers and search engines."""

    @wraps(view)
    def answer(request: HttpRequest, token: str, door: str, **kwargs: Any) -> HttpResponse:
        try:
            visit = visit_of(request, Door(door), token)
            with translation.override(visit.language(request.GET.get("language", ""))):
                try:
                    response = view(request, visit, **kwargs)
                except Refusal as refusal:
                    response = refused(request, refusal)
        except Refusal as refusal:
            response = refused(request, refusal)
        response["Cache-Control"] = "no-store, private"
        response["Referrer-Policy"] = "no-referrer"
        response["X-Robots-Tag"] = "noindex, nofollow"
        return response

    return csrf_exempt(public(require_http_methods(["GET", "HEAD", "POST"])(answer)))


def refused(request: HttpRequest, refusal: Refusal) -> HttpResponse:
    """Why there is no form behind this link, and what has been kept."""
    visit = refusal.visit
    context: dict[str, Any] = {"code": refusal.code, "visit": visit}
    if visit and visit.draft and refusal.code == "closed":
        filling = visit.filling(None)
        context |= {"filling": filling, "kept": [said for said in filling.summary if said.answer]}
    return render(request, f"{FOLDER}/refused.html", context, status=refusal.status)


@by_link
def start(request: HttpRequest, visit: Visit) -> HttpResponse:
    """Who asks, what for, how long it takes and what becomes of the answers. Looking at it writes nothing."""
    expect_open(visit)
    language = visit.language(request.POST.get("language", "") or request.GET.get("language", ""))
    if request.method == "POST":
        begun = visit.begun(language)
        if begun.draft and begun.draft.language != language:
            keep(begun, {}, begun.draft.page, language)
        response = redirect(begun.url("page", begun.draft.page if begun.draft else 1))
        if isinstance(begun, Begun):
            begun.remember(response, begun.secret)
        return response
    filling = visit.filling(language=language)
    if visit.opens_at_once:
        return show(request, visit, filling.at(1), is_kept="kept" in request.GET)
    context = {"filling": filling, "written": answered(filling.shown, filling.answers)} | facts(visit)
    return render(request, f"{FOLDER}/start.html", context)


def facts(visit: Visit) -> dict[str, Any]:
    """What one should know before one answers."""
    return {
        "visit": visit,
        "minutes": minutes(visit.sheet),
        "decline_url": visit.url("decline"),
        "has_declined": visit.invitation is not None and visit.invitation.status == Turnout.OPTED_OUT,
    }


@by_link
def page(request: HttpRequest, visit: Visit, number: int) -> HttpResponse:
    """One page of questions. Whatever is sent is kept, also after an error and after closing."""
    if request.method == "POST" and visit.is_over and visit.is_short:
        return redirect(visit.url("done"))  # sent twice: it says thank you twice and counts once
    if request.method == "POST" and (visit.draft or visit.opens_at_once):
        return sent(request, visit, number)
    expect_open(visit)
    if visit.draft is None:
        return redirect(visit.url())
    filling = visit.filling().at(number)
    if filling.page != number:
        return redirect(visit.url("page", filling.page or 1))
    return show(request, visit, filling, has_grown="more" in request.GET)


def show(
    request: HttpRequest, visit: Visit, filling: Filling, *, status: int = 200, **more: bool
) -> HttpResponse:
    """The page with its questions."""
    other = f"?language={filling.language}" if filling.language != visit.language() else ""
    page_url = visit.url("page", filling.page or 1) + other
    context = {"filling": filling, "page_url": page_url} | facts(visit) | more
    return render(request, f"{FOLDER}/page.html", context, status=status)


def sent(request: HttpRequest, visit: Visit, number: int) -> HttpResponse:
    """Keep what was sent, then lead on: forward, back, to the same page in another language."""
    chosen = request.POST.get("language", "")
    chosen = chosen if chosen in visit.wave.version.languages else ""
    forward = not chosen and request.POST.get("to") != "back"
    spoken = visit.language(request.GET.get("language", ""))
    filling = visit.filling(number, spoken).bind(request.POST, complete=forward)
    stays = bool(chosen or filling.errors or (forward and filling.has_grown))
    if visit.is_short and forward and not stays and visit.wave.step == Step.OPEN:
        return handed_in(request, visit, filling)
    if visit.draft is None:
        visit = visit.begun(filling.language, is_late=True)
    target = number if stays else filling.after if forward else filling.before
    keep(visit, filling.changed, target or number, chosen or filling.language)
    if visit.wave.step != Step.OPEN:
        raise Refusal("closed", visit_of(request, visit.door, visit.token))
    if filling.errors:
        with translation.override(chosen or filling.language):
            if chosen:
                filling = visit.filling(number, chosen).bind(request.POST, complete=forward)
            return show(request, visit, filling, status=422)
    if target is None:
        return redirect(visit.url("check") if forward else visit.url() + "?kept=1" * visit.opens_at_once)
    return redirect(visit.url("page", target) + ("?more=1" if stays and not chosen else ""))


def handed_in(request: HttpRequest, visit: Visit, filling: Filling) -> HttpResponse:
    """Everything stood on this page and is right: it counts now."""
    try:
        if visit.draft is None and visit.invitation:
            answer_at_once(
                invitation=visit.invitation, token=visit.token, answers=filling.answers,
                language=filling.language,
            )  # fmt: skip
        else:
            finish(draft=keep(visit, filling.changed, 1, filling.language))
    except ValidationError as error:
        if hasattr(error, "error_dict"):
            return show(request, visit, with_errors(filling, error), status=422)
        if error.code == "closed":
            keep(visit.begun(filling.language, is_late=True), filling.changed, 1, filling.language)
            raise Refusal("closed", visit_of(request, visit.door, visit.token)) from None
        meanwhile = visit_of(request, visit.door, visit.token)  # another window was faster
        return handed_in(request, meanwhile, filling) if meanwhile.draft else over(meanwhile)
    return over(visit)


def with_errors(filling: Filling, error: ValidationError) -> Filling:
    """The form with what an action has refused, by question."""
    filling.errors = {code: messages[0] for code, messages in error.message_dict.items()}
    return filling


def keep(visit: Visit, answers: dict[str, Any], number: int, language: str) -> Draft:
    """Write it into the draft; handed in meanwhile by another window: say so."""
    try:
        assert visit.draft is not None  # noqa: S101 - the caller has looked
        return save_answers(draft=visit.draft, answers=answers, page=min(number, 32_000), language=language)
    except ValidationError:
        raise Refusal("used", visit) from None


@by_link
def check(request: HttpRequest, visit: Visit) -> HttpResponse:
    """A last look at all answers, then they are handed in; sent twice, it says thank you twice and counts once."""
    if visit.is_over:
        return redirect(visit.url("done"))
    expect_open(visit)
    if visit.draft is None:
        return redirect(visit.url())
    chosen = request.POST.get("language", "")
    if chosen in visit.wave.version.languages:
        keep(visit, {}, visit.draft.page, chosen)
        return redirect(visit.url("check"))
    filling = visit.filling(None)
    if request.method == "POST":
        try:
            finish(draft=visit.draft)
        except ValidationError as error:
            if hasattr(error, "error_dict"):
                with_errors(filling, error)
            elif error.code != "completed":
                raise Refusal(str(error.code), visit) from None
        if not filling.errors:
            return over(visit)
    last = filling.pages[-1] if filling.pages else 1
    lines = [
        Line(said, where(visit, said), filling.errors.get(said.item.code, "")) for said in filling.summary
    ]
    context = {
        "visit": visit, "filling": filling, "lines": lines, "errors": [line for line in lines if line.error],
        "check_url": visit.url("check"), "back_url": visit.url("page", last),
    }  # fmt: skip
    return render(request, f"{FOLDER}/check.html", context, status=422 if filling.errors else 200)


@dataclass(frozen=True)
class Line:
    """A line of the summary with the way to its question, and what is wrong with it."""

    said: Said
    url: str
    error: str


def where(visit: Visit, said: Said) -> str:
    """The address of a question."""
    place = "-0" if said.item.is_scale or said.item.options else ""
    return f"{visit.url('page', said.page)}#{name_of(said.item)}{place}"


def over(visit: Visit) -> HttpResponse:
    """Lead to the thanks; a link for many remembers in the browser that it was used."""
    response = redirect(visit.url("done"))
    if visit.door == Door.SHARED:
        visit.remember(response, DONE)
    return response


@by_link
def done(request: HttpRequest, visit: Visit) -> HttpResponse:
    """Thanks, and what happens now."""
    if not visit.is_over:
        return redirect(visit.url())
    return render(request, f"{FOLDER}/done.html", {"visit": visit, "filling": visit.filling(None)})


@by_link
def decline(request: HttpRequest, visit: Visit) -> HttpResponse:
    """Does not want to take part, and is not asked again. A customer may say so after closing, too."""
    if not visit.is_customer or visit.is_over or visit.wave.step == Step.PLANNED:
        expect_open(visit)
    said = False
    if request.method == "POST" and visit.invitation:
        try:
            decline_invitation(invitation=visit.invitation)
        except ValidationError:
            raise Refusal("used", visit) from None
        said = True
    context = {
        "visit": visit, "filling": visit.filling(), "said": said, "decline_url": visit.url("decline"),
    }  # fmt: skip
    return render(request, f"{FOLDER}/decline.html", context)
