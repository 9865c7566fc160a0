"""The editor of a draft: questions are added, written, moved and removed in place; without a script as pages."""

from typing import Any

from django.core.exceptions import ValidationError
from django.http import HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from cxm.accounts.actions import counts_once
from cxm.audit.models import Entry
from cxm.kit.access import requires
from cxm.kit.http import CxmRequest, Refusal, go_to, hx_or_page, toast
from surveys.questionnaires.actions.editing import (
    Layout,
    add_question,
    arrange_questions,
    change_head,
    change_question,
    duplicate_question,
    head_of,
    remove_question,
    restore_question,
)
from surveys.questionnaires.choices import VERSION_CHANGED, Use
from surveys.questionnaires.forms import HeadForm, add_errors
from surveys.questionnaires.forms_question import AddForm, QuestionEditor, refused
from surveys.questionnaires.lines import lines_of, reading
from surveys.questionnaires.models import Question, Questionnaire, Version
from surveys.questionnaires.permissions import MANAGE
from surveys.questionnaires.publishing import obstacles
from surveys.questionnaires.sheet import Sheet, read
from surveys.questionnaires.views.listing import FOLDER, help_url
from touchpoints.inventory.actions.conflicts import Conflict

PAGE = "page"
"""Beginning of what stands for a page break in an order: “page-2” before the second page."""


def draft_of(request: CxmRequest, pk: int) -> Version:
    """The draft, if this person may see it; one that was published meanwhile leads to its questionnaire."""
    seen = Questionnaire.objects.visible_to(request.user)
    found = get_object_or_404(
        Version.objects.select_related("questionnaire").filter(questionnaire__in=seen), pk=pk
    )
    if not found.is_draft:
        words = _("Version %(n)s is published and never changes. Write a new version instead.")
        raise Refusal(words % {"n": found.number}, found.questionnaire.get_absolute_url())
    return found


def question_of(request: CxmRequest, pk: int) -> tuple[Question, Version]:
    """A question with its draft."""
    question = get_object_or_404(Question.objects.only("pk", "version_id"), pk=pk)
    version = draft_of(request, question.version_id)
    question.version = version
    return question, version


@require_GET
@requires(MANAGE)
def edit(request: CxmRequest, pk: int) -> HttpResponse:
    """The draft with all its questions."""
    draft = draft_of(request, pk)
    removed = request.GET.get("removed", "")
    number = int(removed) if removed.isascii() and removed.isdigit() and len(removed) < 19 else 0
    return show(request, draft, removed=entry_of(draft, number) if number else None)


def entry_of(draft: Version, number: int) -> Entry | None:
    """What was recorded when a question of this draft was removed."""
    entries = Entry.objects.about(draft.questionnaire).filter(verb=VERSION_CHANGED.code)
    return entries.filter(pk=number, data__version=draft.number, data__did="removed").first()


def show(
    request: CxmRequest, draft: Version, sheet: Sheet | None = None, *, status: int = 200, **more: Any
) -> HttpResponse:
    """The editor; for htmx its list of questions. `more` may open a form in it or say what has the focus."""
    sheet = sheet or read(draft)
    found = obstacles(sheet)
    context = {
        "draft": draft,
        "questionnaire": draft.questionnaire,
        "sheet": sheet,
        "lines": lines_of(sheet, request.user.language, found),
        "title": reading(sheet, request.user.language),
        "general": [obstacle.text for obstacle in found if not obstacle.code],
        "obstacles": found,
        "page_help": help_url(),
        **more,
    }
    return hx_or_page(request, f"{FOLDER}/editor.html", "sheet", context, status=status)


def saved(
    request: CxmRequest, draft: Version, words: str, *, anchor: str = "", level: str = "success", **more: Any
) -> HttpResponse:
    """The editor as it is now, with a word of confirmation or of refusal."""
    if not request.htmx:
        toast(request, words, level=level)
        undo = f"?removed={more['removed'].pk}" if more.get("removed") else ""
        return go_to(request, f"{reverse('questionnaires:edit', args=[draft.pk])}{undo}{anchor}")
    response = show(request, draft_of(request, draft.pk), **more)
    toast(request, words, level=level, response=response)
    return response


@require_http_methods(["GET", "POST"])
@requires(MANAGE)
def head(request: CxmRequest, pk: int) -> HttpResponse:
    """Title, introduction and thanks, languages, identity, pass mark."""
    draft, more = draft_of(request, pk), {}
    stored = head_of(draft)
    form = HeadForm(request.POST or None, head=stored)
    if request.method == "POST" and form.is_valid():
        try:
            change_head(version=draft, head=form.head(), seen=form.cleaned_data["seen"], actor=request.user)
            toast(request, _("Saved."))
            return go_to(request, reverse("questionnaires:edit", args=[pk]))
        except ValidationError as error:
            add_errors(form, error)
        except Conflict as conflict:
            typed = request.POST.copy()
            typed["seen"] = form.initial["seen"]
            form, more = HeadForm(typed, head=stored), {"clashes": conflict.clashes, "by": conflict.by}
    context = {"form": form, "draft": draft, "page_help": help_url(), **more}
    status = 422 if request.method == "POST" else 200
    return render(request, f"{FOLDER}/head.html", context, status=status)


@require_http_methods(["GET", "POST"])
@requires(MANAGE)
@counts_once
def question_add(request: CxmRequest, pk: int) -> HttpResponse:
    """Add a question; then the form of its kind is open."""
    draft = draft_of(request, pk)
    given = (request.GET if request.method == "GET" else request.POST).get("after", "")
    after = int(given) if given.isascii() and given.isdigit() and len(given) < 19 else None
    form = AddForm(request.POST or None, languages=draft.languages, initial={"after": after})
    if request.method == "POST" and form.is_valid():
        new_page = form.cleaned_data["new_page"]
        try:
            added = add_question(
                version=draft, raw=form.raw(), after=after or None, new_page=new_page, actor=request.user
            )
        except ValidationError as error:
            add_errors(form, error)
        else:
            if not request.htmx:
                return go_to(request, reverse("questionnaires:question", args=[added.pk]))
            return show_question(request, draft, added.pk)
    sheet = read(draft)
    there = after if any(item.pk == after for item in sheet.items) else None
    return show(request, draft, sheet, adding=form, adding_after=there, status=422 if form.errors else 200)


def show_question(
    request: CxmRequest, draft: Version, pk: int, *, data: QueryDict | None = None, status: int = 200
) -> HttpResponse:
    """The editor with the form of one question open."""
    sheet = read(draft)
    return show(
        request, draft, sheet, editing=pk, editor=editor_of(request, draft, sheet, pk, data), status=status
    )


def editor_of(
    request: CxmRequest, draft: Version, sheet: Sheet, pk: int, data: QueryDict | None = None
) -> QuestionEditor:
    """The form of a question."""
    item = next((one for one in sheet.items if one.pk == pk), None)
    if item is None:
        words = _("Somebody has removed this question meanwhile.")
        raise Refusal(words, reverse("questionnaires:edit", args=[draft.pk]))
    is_quiz = draft.questionnaire.use == Use.QUIZ or draft.pass_mark is not None
    return QuestionEditor(sheet, item, has_points=is_quiz, reader=request.user.language, data=data)


@require_http_methods(["GET", "POST"])
@requires(MANAGE)
def question(request: CxmRequest, pk: int) -> HttpResponse:
    """Write a question where it stands. A press on a row of it saves nothing."""
    row, draft = question_of(request, pk)
    if request.method == "GET" or request.POST.get("row"):
        return show_question(request, draft, pk, data=request.POST if request.method == "POST" else None)
    sheet = read(draft)
    editor, more = editor_of(request, draft, sheet, pk, request.POST), {}
    if editor.is_valid():
        try:
            raw = editor.raw()
            change_question(question=row, raw=raw, seen=editor.form.cleaned_data["seen"], actor=request.user)
        except ValidationError as error:
            refused(editor, error)
        except Conflict as conflict:
            editor.insist(request.POST)
            more = {"clashes": conflict.clashes, "by": conflict.by}
        else:
            return written(request, draft, pk, is_other_kind=raw["kind"] != editor.stored["kind"])
    return show(request, draft, sheet, editing=pk, editor=editor, status=422, **more)


def written(request: CxmRequest, draft: Version, pk: int, *, is_other_kind: bool) -> HttpResponse:
    """After saving: back to the list, or to the form that the new kind of the question has."""
    if not is_other_kind:
        return saved(request, draft, _("Saved."), anchor=f"#q-{pk}", focus_edit=pk)
    words = _("Saved. The question has other fields now; please complete them.")
    if not request.htmx:
        toast(request, words)
        return go_to(request, reverse("questionnaires:question", args=[pk]))
    response = show_question(request, draft, pk)
    toast(request, words, response=response)
    return response


@require_POST
@requires(MANAGE)
@counts_once
def duplicate(request: CxmRequest, pk: int) -> HttpResponse:
    """The same question once more, right behind."""
    row, draft = question_of(request, pk)
    try:
        copy = duplicate_question(question=row, actor=request.user)
    except ValidationError as error:
        return saved(request, draft, " ".join(error.messages), level="warning")
    return saved(request, draft, _("Duplicated."), anchor=f"#q-{copy.pk}", focus_edit=copy.pk)


@require_POST
@requires(MANAGE)
def remove(request: CxmRequest, pk: int) -> HttpResponse:
    """Take a question out; a button brings it back."""
    row, draft = question_of(request, pk)
    try:
        entry = remove_question(question=row, actor=request.user)
    except ValidationError as error:
        return saved(request, draft, " ".join(error.messages), level="warning")
    return saved(request, draft, _("Removed."), removed=entry)


@require_POST
@requires(MANAGE)
def undo(request: CxmRequest, pk: int) -> HttpResponse:
    """Bring back a question that was removed."""
    draft = draft_of(request, pk)
    given = request.POST.get("entry", "")
    number = int(given) if given.isascii() and given.isdigit() and len(given) < 19 else 0
    entry = entry_of(draft, number)
    try:
        if entry is None:
            raise ValidationError(_("Nothing was removed that could come back."))
        back = restore_question(version=draft, entry=entry, actor=request.user)
    except ValidationError as error:
        return saved(request, draft, " ".join(error.messages), level="warning")
    return saved(request, draft, _("The question is back."), anchor=f"#q-{back.pk}", focus_edit=back.pk)


@require_POST
@requires(MANAGE)
def move(request: CxmRequest, pk: int) -> HttpResponse:
    """A new order with its page breaks, dragged or by buttons."""
    draft = draft_of(request, pk)
    pushed = {
        f"focus_{name}": request.POST.get(name, "") for name in ("up", "down") if request.POST.get(name)
    }
    try:
        arrange_questions(version=draft, layout=arranged(request.POST), actor=request.user)
    except ValidationError as error:
        return saved(request, draft, " ".join(error.messages), level="warning")
    return saved(request, draft, _("Saved."), **pushed)


def arranged(data: QueryDict) -> Layout:
    """The order that is wanted: `ids` as they lie, with what is named by `up` or `down` moved by one place, a page
    begun before the question named by `break`, or the page break named by `join` taken away."""
    tokens = data.getlist("ids")
    for name, step in (("up", -1), ("down", 1)):
        if (token := data.get(name, "")) in tokens:
            at = tokens.index(token)
            tokens.insert(min(max(at + step, 0), len(tokens) - 1), tokens.pop(at))
    if (token := data.get("break", "")) in tokens:
        tokens.insert(tokens.index(token), PAGE)
    if (token := data.get("join", "")) in tokens:
        tokens.remove(token)
    numbers = [token if token.startswith(PAGE) else token[:18] for token in tokens]
    return [int(token) if token.isascii() and token.isdigit() else None for token in numbers]
