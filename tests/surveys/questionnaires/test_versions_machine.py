"""Random edits, publications and answers in any order: what an old version asked and what was said of its answers stays
the same to the byte, and its digest fits.
"""

import json
from typing import Any, ClassVar

import pytest
from django.core.exceptions import ValidationError
from django.db import DatabaseError, transaction
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test

from cxm.audit.models import Entry
from surveys.questionnaires.actions.editing import (
    add_question,
    arrange_questions,
    change_head,
    change_question,
    duplicate_question,
    head_of,
    layout_of,
    remove_question,
    restore_question,
)
from surveys.questionnaires.actions.publication import in_question, publish_draft
from surveys.questionnaires.actions.versions import discard_draft, draft_version
from surveys.questionnaires.actions.waves import close_wave
from surveys.questionnaires.choices import Identity, Kind
from surveys.questionnaires.disclosure import Population
from surveys.questionnaires.guard import say
from surveys.questionnaires.logic import shown
from surveys.questionnaires.measures import measures_of
from surveys.questionnaires.models import Choice, Label, Question, Questionnaire, Version, Wave
from surveys.questionnaires.publishing import obstacles
from surveys.questionnaires.sheet import Item, read
from tests.surveys.makers import ANCHORS, answer, choice, make_people, make_version, opened, question

EDITS = 50
PEOPLE = 10
kinds = st.sampled_from([*Kind.values])
words = st.text(st.characters(codec="utf-8", exclude_characters="\x00{}"), min_size=1, max_size=12).filter(
    str.strip
)
place = st.integers(0, 30)


def filled(kind: str, text: str) -> dict[str, Any]:
    """A question that lacks nothing."""
    texts = {"text.de": text, "text.en": text} | (ANCHORS if kind == Kind.MATURITY else {})
    return {"kind": kind, "texts": texts, "choices": [choice("x", 1), choice("y")]}


ACTS: dict[str, dict[str, st.SearchStrategy[Any]]] = {
    "add": {"kind": kinds, "text": words, "after": place, "new_page": st.booleans()},
    "reword": {"at": place, "text": words, "weight": st.integers(0, 9), "required": st.booleans()},
    "rescale": {"at": place, "kind": kinds, "text": words},
    "wait": {"at": place, "of": place, "low": st.integers(0, 3)},
    "remove": {"at": place},
    "bring_back": {"at": place},
    "duplicate": {"at": place},
    "arrange": {"random": st.randoms(use_true_random=False)},
    "change_title": {"text": words},
    "discard": {},
    "publish": {"same": st.booleans()},
    "ask": {"seed": st.integers(0, 9)},
    "tamper": {"at": place},
}
"""What may happen, and what has to be drawn for it. One rule draws among them: of several, some would be left out of
a whole run."""
NAMES = st.sampled_from([*ACTS, "publish"])


class Versions(RuleBasedStateMachine):
    """A questionnaire that many people edit, and what was said of its versions."""

    most_edits: ClassVar[int] = 0
    most_published: ClassVar[int] = 0

    def __init__(self) -> None:
        super().__init__()
        self.edits = 0
        self.said: list[tuple[Wave | None, Version, bytes]] = []
        self.removed: list[Entry] = []
        self.atomic = transaction.atomic()
        self.atomic.__enter__()

    @initialize()
    def begin(self) -> None:
        version = make_version(
            question("mood", "likert", unknown=True),
            question("way", "single", choices=[choice("x"), choice("y")]),
            question("why", "long", show_if=[{"of": "mood", "to": 2}]),
            identity=Identity.CONFIDENTIAL,
        )
        self.questionnaire: Questionnaire = version.questionnaire
        self.ask(seed=1)

    def teardown(self) -> None:
        type(self).most_edits = max(self.most_edits, self.edits)
        type(self).most_published = max(
            self.most_published, len({version.pk for _w, version, _b in self.said})
        )
        transaction.set_rollback(True)
        self.atomic.__exit__(None, None, None)

    def draft(self) -> Version:
        return draft_version(questionnaire=self.questionnaire, actor=None)

    def some(self, at: int) -> Question | None:
        rows = list(self.draft().questions.order_by("position"))
        return rows[at % len(rows)] if rows else None

    def report(self, wave: Wave | None, version: Version) -> bytes:
        """What the version asks as it stands in the tables, and all that may be said of a wave of it."""
        sheet = read(Version.objects.get(pk=version.pk))
        parts = [sheet.content()]
        if wave is not None:
            measures = [measure for item in sheet.items for measure in measures_of(item)]
            table = say(Wave.objects.get(pk=wave.pk), measures, [Population(), Population("leaders")])
            parts.append(json.dumps([(key, one.figures) for key, one in table.items()], sort_keys=True))
        return "\n".join(parts).encode()

    def add(self, kind: str, text: str, after: int, new_page: bool) -> None:
        row = self.some(after)
        add_question(
            version=self.draft(),
            raw=filled(kind, text),
            after=row.pk if row else None,
            new_page=new_page,
            actor=None,
        )
        self.edited()

    def reword(self, at: int, text: str, weight: int, required: bool) -> None:
        if row := self.some(at):
            raw = {"kind": row.kind, "texts": {"text.de": text}, "weight": str(weight), "required": required}
            change_question(question=row, raw=raw, actor=None)
            self.edited()

    def rescale(self, at: int, kind: str, text: str) -> None:
        if row := self.some(at):
            change_question(question=row, raw=filled(kind, text), actor=None)
            self.edited()

    def wait(self, at: int, of: int, low: int) -> None:
        row, other = self.some(at), self.some(of)
        if row and other:
            condition = {"of": other.concept.code, "from": low} if other.low is not None else {
                "of": other.concept.code, "answered": True,
            }  # fmt: skip
            change_question(question=row, raw={"kind": row.kind, "show_if": [condition]}, actor=None)
            self.edited()

    def remove(self, at: int) -> None:
        if row := self.some(at):
            self.removed.append(remove_question(question=row, actor=None))
            self.edited()

    def bring_back(self, at: int) -> None:
        if self.removed:
            try:
                restore_question(version=self.draft(), entry=self.removed[at % len(self.removed)], actor=None)
            except ValidationError:
                return  # it is back already, or belongs to an earlier draft
            self.edited()

    def duplicate(self, at: int) -> None:
        if row := self.some(at):
            duplicate_question(question=row, actor=None)
            self.edited()

    def arrange(self, random: Any) -> None:
        layout = [*layout_of(self.draft()), None]
        random.shuffle(layout)
        arrange_questions(version=self.draft(), layout=layout, actor=None)
        self.edited()

    def change_title(self, text: str) -> None:
        draft = self.draft()
        change_head(version=draft, head={**head_of(draft), "texts": {"title.de": text}}, actor=None)
        self.edited()

    def discard(self) -> None:
        discard_draft(version=self.draft(), actor=None)

    def publish(self, same: bool) -> None:
        """Mend what stands in the way, and publish."""
        draft = self.draft()
        for obstacle in obstacles(read(draft)):
            if obstacle.code:
                draft.questions.filter(concept__code=obstacle.code).update(show_if=[])
        if not draft.questions.exists():
            add_question(version=draft, raw=filled("nps", "Again?"), actor=None)
        first = draft.questions.earliest("position")
        change_question(question=first, raw={"kind": first.kind, "show_if": []}, actor=None)
        draft = self.draft()
        valid = self.questionnaire.versions.published().first()
        if valid and valid.digest == read(draft).digest:
            return  # nothing to publish
        meanings = {change.item.code: "same" if same else "new" for change in in_question(draft)}
        done = publish_draft(
            version=draft, meanings=meanings, change_note="", expected_revision=draft.revision, actor=None
        )
        self.said.append((None, done, self.report(None, done)))

    def ask(self, seed: int) -> None:
        """Ask ten people with the valid version, close, and read what may be said."""
        version = self.questionnaire.versions.published().first()
        if version is None:
            return
        people = make_people(PEOPLE)
        wave, invited = opened(version, people, people[:5])
        sheet = read(version)
        for number, one in enumerate(invited):
            answers: dict[str, Any] = {}
            for item in sheet.items:
                if any(item.code == seen.code for seen in shown(sheet, answers)):
                    answers[item.code] = value_for(item, seed + number)
            answer(one, **answers)
        wave = close_wave(wave=wave, actor=None)
        self.said.append((wave, version, self.report(wave, version)))

    def tamper(self, at: int) -> None:
        """Past all actions, at the tables themselves."""
        _wave, version, _before = self.said[at % len(self.said)]
        for model in (Question, Choice, Label):
            rows = model._default_manager.filter(version=version)
            if rows.exists():
                with pytest.raises(DatabaseError), transaction.atomic():
                    rows.delete()
        with pytest.raises(DatabaseError), transaction.atomic():
            Question.objects.filter(version=version).update(weight=7)

    @rule(data=st.data())
    def act(self, data: st.DataObject) -> None:
        name = data.draw(NAMES)
        getattr(self, name)(**{key: data.draw(strategy) for key, strategy in ACTS[name].items()})

    def edited(self) -> None:
        self.edits += 1
        if self.edits % 10 == 0:
            self.publish(same=self.edits % 20 == 0)

    @invariant()
    def old_reports_are_the_same_to_the_byte(self) -> None:
        for wave, version, before in self.said:
            assert self.report(wave, version) == before
            row = Version.objects.get(pk=version.pk)
            assert row.digest == read(row).digest


def value_for(item: Item, number: int) -> Any:
    """Some answer that fits."""
    if item.is_scale:
        return item.steps[number % len(item.steps)]
    if item.kind == Kind.SINGLE:
        return item.options[number % len(item.options)].code
    if item.kind == Kind.MULTIPLE:
        return [option.code for option in item.options]
    return {Kind.NUMBER: str(number), Kind.DATE: "2026-11-27"}.get(item.kind, f"Text {number}")


@pytest.mark.django_db
def test_after_fifty_edits_and_publications_an_old_report_is_the_same_to_the_byte() -> None:
    run_state_machine_as_test(
        Versions,
        settings=settings(
            max_examples=2, stateful_step_count=100, deadline=None, suppress_health_check=list(HealthCheck)
        ),
    )
    assert Versions.most_edits >= EDITS
    assert Versions.most_published > 3
