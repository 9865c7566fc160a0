"""Questionnaires and what their versions ask, for other systems. Answers are read elsewhere, through the guard."""

from datetime import datetime
from typing import Annotated, Any

from django.shortcuts import get_object_or_404
from ninja import Field, Path, Query, Schema

from cxm.kit.api import ApiRequest, Page, PageQuery, Router, page_of
from surveys.questionnaires import choices
from surveys.questionnaires.models import Questionnaire, Version
from surveys.questionnaires.permissions import VIEW
from surveys.questionnaires.sheet import sheet_of

router = Router(tags=["Questionnaires"])

Code = Annotated[str, Field(min_length=1, max_length=40, pattern=r"^[^\x00]*$")]
Number = Annotated[int, Field(ge=1, le=32_767)]


class VersionOut(Schema):
    """A version of a questionnaire, without what it asks. `digest` is the SHA-256 of the content of a published one."""

    number: int
    status: choices.Status
    identity: choices.Identity
    languages: list[str]
    pass_mark: int | None
    change_note: str
    digest: str
    published_at: datetime | None


class QuestionnaireOut(Schema):
    """A questionnaire with its versions, the newest first."""

    code: str
    name: str
    use: choices.Use
    min_cell: int
    is_archived: bool
    versions: list[VersionOut]

    @staticmethod
    def resolve_is_archived(row: Questionnaire) -> bool:
        """Whether it was put away."""
        return row.archived_at is not None

    @staticmethod
    def resolve_versions(row: Questionnaire) -> list[Version]:
        """The newest first; they were fetched before."""
        return sorted(row.versions.all(), key=lambda version: -version.number)


class ChoiceOut(Schema):
    """An answer that is offered. Texts by slot and language, such as `text.de`."""

    code: str
    points: str
    right: bool
    texts: dict[str, str]


class QuestionOut(Schema):
    """A question. `code` stands for its meaning over all versions; `show_if` says when it is asked."""

    code: str
    kind: choices.Kind
    page: int
    required: bool
    unknown: bool
    low: int | None
    high: int | None
    theme: str
    weight: str
    show_if: list[dict[str, Any]]
    texts: dict[str, str]
    choices: list[ChoiceOut]


class VersionContentOut(Schema):
    """What a version asks."""

    number: int
    status: choices.Status
    identity: choices.Identity
    languages: list[str]
    pass_mark: int | None
    texts: dict[str, str]
    questions: list[QuestionOut]


@router.get("/questionnaires", response=Page[QuestionnaireOut], permission=VIEW)
def list_questionnaires(request: ApiRequest, at: Query[PageQuery]) -> Any:
    """All questionnaires, archived ones too."""
    rows = Questionnaire.objects.visible_to(request.user).prefetch_related("versions")
    return page_of(rows, at)


@router.get("/questionnaires/{code}", response=QuestionnaireOut, permission=VIEW)
def get_questionnaire(request: ApiRequest, code: Path[Code]) -> Any:
    """One questionnaire."""
    rows = Questionnaire.objects.visible_to(request.user).prefetch_related("versions")
    return get_object_or_404(rows, code=code)


@router.get("/questionnaires/{code}/versions/{int:number}", response=VersionContentOut, permission=VIEW)
def get_version(request: ApiRequest, code: Path[Code], number: Path[Number]) -> Any:
    """What one version asks, also a draft."""
    seen = Questionnaire.objects.visible_to(request.user)
    version = get_object_or_404(Version, questionnaire__in=seen, questionnaire__code=code, number=number)
    return {"number": version.number, "status": version.status, **sheet_of(version).as_content()}
