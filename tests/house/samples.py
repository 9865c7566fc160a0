"""A value for each place in an address, taken from the demo company (`tests.house.company`)."""

import re
from collections.abc import Callable
from typing import Any

from django.apps import apps

from cxm.imports.choices import State
from cxm.imports.models import ImportRow, ImportRun
from surveys.questionnaires.models import Question, Questionnaire, Version
from surveys.training.models import Assignment, Lesson
from tests.house.company import LINK_FOR_MANY, OWN_LINK, secret_in_mail
from touchpoints.inventory.models import Attachment, Comment, Interface, Standard
from touchpoints.kpis.models import KpiNote, Measurement


def first(label: str) -> Callable[[], Any]:
    """The key of a model's oldest object."""
    return lambda: apps.get_model(label)._default_manager.order_by("pk").values_list("pk")[0][0]


def touchpoint() -> int:
    """The one that most can be shown of: with a file, comments, a published standard and a draft."""
    return Attachment.objects.get().touchpoint_id


def version() -> int:
    return Standard.objects.filter(touchpoint=touchpoint(), published_at__isnull=False).latest("pk").version


def preview() -> int:
    """A short list that waits for a person, with wrong rows."""
    return ImportRun.objects.get(importer="touchpoints", state=State.READY).pk


def row() -> int:
    return ImportRow.objects.filter(run=preview()).first().number  # type: ignore[union-attr]


def film(draft: bool = False) -> Lesson:
    """The lesson with a video, of the valid version of its course or of the draft."""
    return Lesson.objects.get(
        version__course__name="Filmkurs", version__status="draft" if draft else "published"
    )


def own_course() -> int:
    """An assignment of Mia's own, with its lessons done and one attempt."""
    return Assignment.objects.get(course__name="Filmkurs").pk


def interface() -> Interface:
    return Interface.objects.select_related("source").earliest("pk")


def noted() -> KpiNote:
    return KpiNote.objects.exclude(kpi=None).latest("pk")


def by_hand() -> int:
    return Measurement.objects.filter(entered_by__isnull=False).latest("pk").pk


def closed() -> int:
    """The oldest wave of the self-assessment that is closed."""
    waves = apps.get_model("questionnaires.Wave")._default_manager.filter(closed_at__isnull=False)
    return int(waves.filter(questionnaire__use="assessment").earliest("pk").pk)


def survey() -> int:
    """The newest wave of a survey of customers."""
    waves = apps.get_model("questionnaires.Wave")._default_manager
    return int(waves.filter(questionnaire__use="customer").latest("pk").pk)


def invited() -> int:
    """Somebody of the company on a roll."""
    roll = apps.get_model("questionnaires.Invitation")._default_manager
    return int(roll.filter(person__isnull=False).earliest("pk").pk)


def drafted() -> int:
    """The draft of a questionnaire that has a published version, too."""
    return Version.objects.draft().latest("pk").pk


def written() -> int:
    return Version.objects.get(pk=drafted()).questionnaire_id


def asked() -> int:
    return Question.objects.filter(version=drafted()).earliest("position").pk


# Name of the address and place in it; the longest beginning decides. A place that nothing fits stops the tests.
PLACES: dict[str, Callable[[], Any]] = {
    "help_page topic": lambda: "start",
    "account_reset_password_from_key uidb36": lambda: secret_in_mail("/password/reset/key/").split("-", 1)[0],
    "account_reset_password_from_key key": lambda: secret_in_mail("/password/reset/key/").split("-", 1)[1],
    "account_confirm_email key": lambda: "x",
    "mfa_": lambda: 1,
    "openid_connect_": lambda: "sso",
    "accounts:accept token": lambda: secret_in_mail("/accounts/welcome/"),
    "accounts:": first("accounts.User"),
    "accounts:api_key": first("accounts.ApiKey"),
    "accounts:invitation": first("accounts.Invitation"),
    "accounts:resend": first("accounts.Invitation"),
    "accounts:withdraw": first("accounts.Invitation"),
    "accounts:view": first("accounts.SavedView"),
    "organisation:": first("organisation.Person"),
    "organisation:unit": first("organisation.Unit"),
    "organisation:absence_remove": first("organisation.Absence"),
    "notices:": first("notices.Notice"),
    "notices:mail": first("notices.OutgoingMail"),
    "notices:resend": first("notices.OutgoingMail"),
    "notices:withdraw": first("notices.OutgoingMail"),
    "imports:": preview,
    "imports:upload": lambda: "touchpoints",
    "imports:template": lambda: "touchpoints",
    "imports:row number": row,
    "imports:cell number": row,
    "imports:cell code": lambda: "name",
    "imports:errors ending": lambda: "xlsx",
    "audit:about label": lambda: "inventory.touchpoint",
    "audit:about pk": touchpoint,
    "inventory:": touchpoint,
    "inventory:group code": lambda: "identity",
    "inventory:people_": first("inventory.Responsibility"),
    "inventory:standard_version version": version,
    "inventory:comment_": lambda: Comment.objects.filter(touchpoint=touchpoint()).latest("pk").pk,
    "inventory:find kind": lambda: "people",
    "inventory:of_person": first("organisation.Person"),
    "inventory:file": lambda: Attachment.objects.get().pk,
    "inventory:files": touchpoint,
    "inventory:channel": first("inventory.Channel"),
    "inventory:system": first("inventory.System"),
    "inventory:interface_": lambda: interface().source_id,
    "inventory:interface_edit interface_pk": lambda: interface().pk,
    "inventory:interface_remove interface_pk": lambda: interface().pk,
    "inventory:content": first("inventory.ContentItem"),
    "inventory:phase_": first("inventory.Phase"),
    "inventory:phase_model": first("inventory.PhaseModel"),
    "inventory:phase_add": first("inventory.PhaseModel"),
    "inventory:phase_order": first("inventory.PhaseModel"),
    "kpis:": lambda: noted().kpi_id,
    "kpis:note_remove note": lambda: noted().pk,
    "kpis:row": by_hand,
    "kpis:alarm": first("kpis.Alarm"),
    "kpis:target_": first("kpis.Target"),
    "kpis:version_": first("kpis.KpiVersion"),
    "kpis:touchpoint_panel": touchpoint,
    "questionnaires:": written,
    "questionnaires:question": asked,
    "questionnaires:question_add": drafted,
    "questionnaires:questionnaire": written,
    "questionnaires:duplicate": asked,
    "questionnaires:remove": asked,
    "questionnaires:version number": lambda: 1,
    **dict.fromkeys(
        (f"questionnaires:{name}" for name in ("edit", "head", "move", "undo", "publish", "discard", "file")),
        drafted,
    ),
    "questionnaires:preview": first("questionnaires.Version"),
    "questionnaires:paper": survey,
    "questionnaires:wave": survey,
    "questionnaires:results": survey,
    "questionnaires:results_export ending": lambda: "csv",
    "questionnaires:results_trend code": lambda: "nps",
    "questionnaires:mine_open": invited,
    "assessment:": closed,
    "assessment:trend": lambda: (
        apps.get_model("questionnaires.Wave")._default_manager.get(pk=closed()).questionnaire_id
    ),
    "assessment:question code": lambda: "service",
    "assessment:task_new code": lambda: "service",
    "assessment:take_over code": lambda: "cx-house",
    **{f"assessment:{name} pk": first("assessment.Task") for name in ("task", "task_edit", "task_end")},
    "certificate": first("training.Certificate"),
    "training:certificate_pdf": first("training.Certificate"),
    "training:": own_course,
    "training:lesson lesson": lambda: film().pk,
    "training:result number": lambda: 1,
    "training:media": lambda: film().pk,
    "training:captions": lambda: film().pk,
    "training:lesson_": lambda: film(draft=True).pk,
    "training:course": lambda: film().version.course_id,
    "training:lesson_new": lambda: film().version.course_id,
    "training:lesson_order": lambda: film().version.course_id,
    "training:quiz_write": lambda: film().version.course_id,
    "training:rule_new": lambda: film().version.course_id,
    "training:rule_end": first("training.Rule"),
    "training:touchpoint_panel": touchpoint,
    "filling:answer": lambda: OWN_LINK,
    "filling:survey": lambda: LINK_FOR_MANY,
    "filling:answer_page number": lambda: 1,
    "filling:survey_page number": lambda: 1,
    "organisation:brand_version": lambda: 1,
    "dashboards:decision_": first("dashboards.Decision"),
    "dashboards:phase code": lambda: "awareness",
}

# The same for the API, by the part of the address before the place.
OPERANDS: dict[str, Callable[[], Any]] = {
    "/organisation/units/": first("organisation.Unit"),
    "/organisation/people/": first("organisation.Person"),
    "/inventory/touchpoints/": touchpoint,
    "/inventory/responsibilities/": first("inventory.Responsibility"),
    "/kpis/kpis/": lambda: "AD1",
    "/imports/runs/": preview,
    "/inventory/contents/": first("inventory.ContentItem"),
    "/inventory/systems/": first("inventory.System"),
    "/notices/inbox/": first("notices.Notice"),
    "/questionnaires/waves/": survey,
    "/organisation/brand/versions/": lambda: 1,
    "/training/courses/": lambda: film().version.course_id,
    "/training/rules/": first("training.Rule"),
    "/training/assignments/": first("training.Assignment"),
    "/training/certificates/": first("training.Certificate"),
    "/questionnaires/questionnaires/{code}/versions/": lambda: 1,
    "/questionnaires/questionnaires/": lambda: Questionnaire.objects.get(pk=written()).code,
}


def sample(name: str, place: str) -> Any:
    """A value for one place of an address."""
    fitting = [start for start in PLACES if f"{name} {place}".startswith(start)]
    assert fitting, f"tests.house.samples knows nothing for the place {place!r} in {name}"
    return PLACES[max(fitting, key=len)]()


def operated(path: str) -> str:
    """The path of an operation of the API with an object in each place."""
    found = path
    for place in re.findall(r"\{\w+\}", path):
        start = path.partition(place)[0].removeprefix("/api/v1")
        found = found.replace(place, str(OPERANDS[start]()), 1)
    return found
