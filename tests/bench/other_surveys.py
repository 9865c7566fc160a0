"""django-survey-and-report in the database of a benchmark: its own models, form and exporter, as it is used."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.apps import apps
from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.db import connection
from django.test.utils import override_settings

SETTINGS = {
    "CSV_DIRECTORY": None, "TEX_DIRECTORY": None, "EXCEL_COMPATIBLE_CSV": False, "CHOICES_SEPARATOR": "|",
    "USER_DID_NOT_ANSWER": "Left blank", "SURVEY_DEFAULT_PIE_COLOR": "red!50", "DEFAULT_SURVEY_PUBLISHING_DURATION": 7,
    "ROOT_SURVEY_URL": "", "MEDIA_ROOT": "",
}  # fmt: skip


@contextmanager
def installed() -> Iterator[None]:
    """Their app among ours, with its tables."""
    logging.getLogger("survey").setLevel(logging.ERROR)
    with override_settings(**SETTINGS, INSTALLED_APPS=[*settings.INSTALLED_APPS, "survey"]):
        models = list(apps.get_app_config("survey").get_models())
        with connection.schema_editor() as editor:
            for model in models:
                editor.create_model(model)
        yield


def survey(questions: int) -> Any:
    """So many questions of five choices on one page."""
    from survey.models import Question, Survey  # noqa: PLC0415 - installed by the benchmark

    found = Survey.objects.create(
        name="Bench",
        description="",
        is_published=True,
        need_logged_user=False,
        display_method=Survey.ALL_IN_ONE_PAGE,
    )
    for number in range(questions):
        Question.objects.create(
            text=f"Q{number}",
            order=number,
            required=True,
            survey=found,
            type=Question.RADIO,
            choices="0|1|2|3|4",
        )
    return found


def submit_all(found: Any, times: int) -> None:
    """Fill in the form and save it, as its view does."""
    from survey.forms import ResponseForm  # noqa: PLC0415 - installed by the benchmark

    data = {f"question_{question.pk}": str(question.order % 5) for question in found.questions.all()}
    for _time in range(times):
        form = ResponseForm(dict(data), survey=found, user=AnonymousUser(), step=0)
        assert form.is_valid(), form.errors
        assert form.save() is not None


def fill(found: Any, number: int) -> None:
    """Rows as it would have written them, up to so many answers."""
    from survey.models import Answer, Response  # noqa: PLC0415 - installed by the benchmark

    questions = list(found.questions.all())
    have = found.responses.count()
    with connection.cursor() as cursor:
        cursor.execute(
            f"insert into {Response._meta.db_table} (created, updated, survey_id, interview_uuid) "
            "select now(), now(), %s, gen_random_uuid()::text from generate_series(1, %s)",
            [found.pk, number - have],
        )
        for question in questions:
            cursor.execute(
                f"insert into {Answer._meta.db_table} (created, updated, body, question_id, response_id) "
                f"select now(), now(), %s, %s, r.id from {Response._meta.db_table} r "
                f"where not exists (select from {Answer._meta.db_table} a "
                "where a.response_id = r.id and a.question_id = %s)",
                [str(question.order % 5), question.pk, question.pk],
            )
        cursor.execute("analyze")


def exported(found: Any) -> str:
    """Their file."""
    from survey.exporter.csv.survey2csv import Survey2Csv  # noqa: PLC0415 - installed by the benchmark

    return str(Survey2Csv(found))
