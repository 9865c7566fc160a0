"""Results of 10,000 answers against 100, opening for 10,000 people against COPY, and side by side with a known package.

django-survey-and-report is no dependency: it is installed into a folder of this run, and gets
tables of its own in the database of this run. Without a package index those lines are not measured and count as missed.
"""

import csv
import io
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any
from uuid import uuid4

from django.db import connection, transaction
from django.http import QueryDict
from django.test import Client
from django.urls import reverse
from psycopg import sql

from cxm.accounts.models import User
from cxm.kit import tables
from cxm.kit.access import Role
from surveys.questionnaires import guard
from surveys.questionnaires.actions.answering import answer
from surveys.questionnaires.actions.inviting import Invited
from surveys.questionnaires.actions.waves import open_wave
from surveys.questionnaires.choices import Identity
from surveys.questionnaires.exports import single_answers
from surveys.questionnaires.filling import Filling
from surveys.questionnaires.models import Invitation, Wave
from surveys.questionnaires.sheet import sheet_of
from tests.bench import surveys
from tests.bench.clock import compare
from tests.bench.report import Report

FEW, MANY = 100, 10_000
TEN = 10
PORTION, ROUNDS = 20, 7  # submissions in turns
THEIRS = "django-survey-and-report==1.5.0"


def run(report: Report) -> None:
    """Pages, opening, then both products in turns."""
    user = User.objects.create_user("bench@example.org", name="Bench", roles=[*Role])
    client = Client()
    client.force_login(user)
    version = surveys.version_of("bench-results", Identity.CONFIDENTIAL)
    many = surveys.answered(version, MANY, "many")
    few = surveys.answered(version, FEW, "few")
    pages(report, client, many, few)
    opening(report, version)
    submitting(report)
    named = surveys.version_of("bench-named", Identity.NAMED)
    wave = surveys.answered(named, MANY, "named")
    ours = partial(exported, wave)
    report.pair(
        f"CSV of {MANY:,} answers against the bare pivot in SQL",
        compare(ours, partial(bare_pivot, wave), rounds=5),
        most=5,
    )
    side_by_side(report, named, ours)


def pages(report: Report, client: Client, many: Wave, few: Wave) -> None:
    """The page of results: the first look decides what is said, every later one reads that."""

    def page(wave: Wave) -> None:
        assert client.get(reverse("questionnaires:results", args=[wave.pk]), {"of": "all"}).status_code == 200

    pair = compare(partial(page, many), partial(page, few), rounds=15)
    report.pair(f"results of {MANY:,} answers against {FEW}", pair, most=1.5)


def opening(report: Report, version: Any) -> None:
    """Opening with its letters, against COPY of the same rows of the roll into a table like it."""
    members = surveys.people(MANY, "opened")
    number = iter(range(1_000))

    def opens() -> None:
        with transaction.atomic():
            open_wave(wave=surveys.planned(version, f"opened {next(number)}"), people=members, actor=None)
            transaction.set_rollback(True)

    invited = surveys.open_for(version, members, "to copy")
    rows = list(Invitation.objects.filter(wave=invited[0].invitation.wave_id).values_list())
    columns = [sql.Identifier(str(field.column)) for field in Invitation._meta.concrete_fields]

    def copies() -> None:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(
                "create temporary table roll (like questionnaires_invitation including all) on commit drop"
            )
            copy = sql.SQL("copy roll ({}) from stdin").format(sql.SQL(", ").join(columns))
            with cursor.copy(copy) as sink:
                for row in rows:
                    sink.write_row(row)
            transaction.set_rollback(True)

    pair = compare(opens, copies, rounds=3)
    report.pair(f"opening for {MANY:,} people, letters and all, against COPY of the bare roll", pair)
    report.figure("opening", MANY / pair.one, "people/s")
    report.figure("COPY of the roll", MANY / pair.other, "rows/s")


def exported(wave: Wave) -> bytes:
    """Our file."""
    heads, rows = guard.rows(wave)
    return b"".join(tables.write_csv(rows, single_answers(heads), lang="en"))


def bare_pivot(wave: Wave) -> str:
    """The least that any program would have to do: one aggregate for each question, rows into a CSV."""
    questions = list(wave.version.questions.order_by("position").values_list("pk", flat=True))
    columns = sql.SQL(", ").join(
        sql.SQL("max(number) filter (where question_id = {})").format(sql.Literal(pk)) for pk in questions
    )
    query = sql.SQL(
        "select response_id, {} from questionnaires_answer a join questionnaires_response r on r.id = a.response_id "
        "where r.wave_id = %s group by response_id"
    )
    buffer = io.StringIO()
    with connection.cursor() as cursor:
        cursor.execute(query.format(columns), [wave.pk])
        csv.writer(buffer).writerows(cursor.fetchall())
    return buffer.getvalue()


def side_by_side(report: Report, version: Any, ours: Callable[[], object]) -> None:
    """The same thirteen questions in both products: whole submissions, and the file of all answers."""
    names = (f"submissions per second against {THEIRS}", f"CSV of {MANY:,} answers against {THEIRS}")
    with tempfile.TemporaryDirectory() as folder:
        command = [
            "uv",
            "pip",
            "install",
            "-q",
            "--python",
            sys.executable,
            "--target",
            folder,
            "--no-deps",
            THEIRS,
        ]
        if subprocess.run(command, check=False).returncode:
            for name in names:
                report.unmeasured(name)
            return
        sys.path.append(str(Path(folder)))
        from tests.bench import other_surveys as theirs  # noqa: PLC0415 - their package is there only now

        with theirs.installed():
            survey = theirs.survey(surveys.QUESTIONS)
            invited = surveys.open_for(version, surveys.people(PORTION * (ROUNDS + 1), "sent"), "sent")
            ours_left = iter([invited[start : start + PORTION] for start in range(0, len(invited), PORTION)])
            pair = compare(
                lambda: theirs.submit_all(survey, PORTION), lambda: submit_all(next(ours_left)), rounds=ROUNDS
            )
            report.ratio(names[0], pair.one, pair.other, least=5)
            theirs.fill(survey, MANY)
            report.ratio(names[1], timed(lambda: theirs.exported(survey)), timed(ours), least=100)


def submitting(report: Report) -> None:
    """Ten answers handed in, against the same rows in bare multi-row inserts, one transaction for each person."""
    version = surveys.version_of("bench-ten", Identity.NAMED, TEN)
    invited = surveys.open_for(version, surveys.people(2 * PORTION * (ROUNDS + 1), "ten"), "ten")
    portions = iter([invited[start : start + PORTION] for start in range(0, len(invited), PORTION)])
    questions = list(version.questions.order_by("position").values_list("pk", flat=True))
    rows = ", ".join(["(%s, %s, %s, 0, %s, false)"] * TEN)

    def bare() -> None:
        for one in next(portions):
            pk, wave = uuid4(), one.invitation.wave_id
            answers = [value for q in questions for value in (pk, version.pk, q, q % 5)]
            with transaction.atomic(), connection.cursor() as cursor:
                cursor.execute(
                    "insert into questionnaires_response (id, wave_id, version_id, identity, invitation_id, day,"
                    " language, \"group\", edition, is_paper) values (%s, %s, %s, 'named', %s, current_date, 'en', '',"
                    " 1, false)",
                    [pk, wave, version.pk, one.invitation.pk],
                )
                cursor.execute(
                    "insert into questionnaires_answer (response_id, version_id, question_id, item, number, is_unknown)"
                    f" values {rows}",
                    answers,
                )

    pair = compare(lambda: submit_all(next(portions), TEN), bare, rounds=ROUNDS)
    report.pair(f"submitting {TEN} answers against a bare multi-row insert", pair, most=3)


def submit_all(invited: list[Invited], questions: int = surveys.QUESTIONS) -> None:
    """Read the form, check it, hand it in: with all locks, triggers and the record, as the page does."""
    sent = QueryDict(mutable=True)
    for q in range(questions):
        sent.update({"asked": f"q{q}", f"q-q{q}": str(q % 5)})
    for one in invited:
        filling = Filling(sheet_of(one.invitation.wave.version), {}, "en").bind(sent)
        assert not filling.errors
        answer(invitation=one.invitation, token=one.token, answers=filling.answers, language="en")


def timed(call: Callable[[], object]) -> float:
    """Seconds."""
    began = time.perf_counter()
    call()
    return time.perf_counter() - began
