"""What is asked of the sponsor: answered once, by him alone, and kept."""

import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse
from django.utils.translation import override

from cxm.accounts.models import User
from cxm.audit.actions import deliver_next
from cxm.audit.models import Entry
from cxm.kit.access import Role
from cxm.notices.models import Notice
from tests.cast import make_member, signed_in
from tests.touchpoints.dashboards.figures import TODAY
from touchpoints.dashboards.actions import ask_for_decision, decide, withdraw_decision
from touchpoints.dashboards.choices import Answer
from touchpoints.dashboards.models import Decision
from touchpoints.inventory.models import Phase

pytestmark = pytest.mark.django_db


@pytest.fixture
def decision(mia: User) -> Decision:
    """Mia asks."""
    return ask_for_decision(
        actor=mia, question="Budget für die Schnittstelle?", reason="Sonst rufen alle an."
    )


def answer_url(decision: Decision) -> str:
    return reverse("dashboards:decision_answer", args=[decision.pk])


def told() -> list[tuple[str, str, str]]:
    """Everything that was told: to whom, what, where it leads."""
    while deliver_next():
        pass
    return list(Notice.objects.order_by("id").values_list("user__name", "text", "url"))


def test_the_manager_asks_and_the_sponsor_decides(mia: User, sofia: User) -> None:
    closing = Phase.objects.default().get(code="closing")
    asked = signed_in(mia).post(
        reverse("dashboards:decision_new"),
        {
            "question": "Neues Zeitfenster?",
            "reason": "Es eilt.",
            "phase": closing.pk,
            "due_on": TODAY.isoformat(),
        },
    )
    assert asked.status_code == 302
    decision = Decision.objects.get()
    assert decision.question == "Neues Zeitfenster?"
    assert (decision.phase, decision.due_on, decision.asked_by) == (closing, TODAY, mia)
    client = signed_in(sofia)
    assert "Neues Zeitfenster?" in client.get(reverse("dashboards:sponsor")).content.decode()
    assert client.get(answer_url(decision)).status_code == 200
    assert client.post(answer_url(decision), {"answer": "yes", "note": "Sofort"}).status_code == 302
    decision.refresh_from_db()
    assert (decision.answer, decision.note, decision.decided_by) == (Answer.YES, "Sofort", sofia)
    assert decision.decided_at is not None
    listed = client.get(reverse("dashboards:decisions")).content.decode()
    assert "Agreed" in listed
    assert "Sofort" in listed
    verbs = Entry.objects.filter(verb__startswith="dashboards.").order_by("id").values_list("verb", flat=True)
    assert list(verbs) == ["dashboards.decision.asked", "dashboards.decision.taken"]


def test_the_second_of_two_tabs_is_told_what_was_answered(decision: Decision, sofia: User) -> None:
    first, second = signed_in(sofia), signed_in(sofia)
    assert first.get(answer_url(decision)).status_code == second.get(answer_url(decision)).status_code == 200
    assert first.post(answer_url(decision), {"answer": "yes"}).status_code == 302
    late = second.post(answer_url(decision), {"answer": "no", "note": "Doch nicht"})
    assert late.status_code == 422
    assert "This was answered already: Agreed." in late.content.decode()
    decision.refresh_from_db()
    assert (decision.answer, decision.note) == (Answer.YES, "")
    assert Entry.objects.filter(verb="dashboards.decision.taken").count() == 1


def test_an_instance_from_before_does_not_overwrite_the_answer(decision: Decision, sofia: User) -> None:
    before = Decision.objects.get(pk=decision.pk)
    decide(actor=sofia, decision=decision, answer=Answer.LATER)
    with override("en"), pytest.raises(ValidationError, match="Postponed"):
        decide(actor=sofia, decision=before, answer=Answer.YES)
    assert Decision.objects.get().answer == Answer.LATER


@pytest.mark.parametrize("role", [role for role in Role if role != Role.SPONSOR])
def test_only_the_sponsor_may_answer(role: Role, decision: Decision) -> None:
    client = signed_in(make_member("Rosa Rolle", role))
    assert client.get(answer_url(decision)).status_code == 403
    assert client.post(answer_url(decision), {"answer": "yes"}).status_code == 403
    assert Decision.objects.get().answer == Answer.OPEN
    assert answer_url(decision) not in client.get(reverse("dashboards:sponsor")).content.decode()


@pytest.mark.parametrize("role", [role for role in Role if role not in (Role.ADMIN, Role.CX_MANAGER)])
def test_only_managers_may_ask_and_withdraw(role: Role, decision: Decision) -> None:
    client = signed_in(make_member("Rosa Rolle", role))
    assert client.post(reverse("dashboards:decision_new"), {"question": "Darf ich?"}).status_code == 403
    assert client.post(reverse("dashboards:decision_withdraw", args=[decision.pk])).status_code == 403
    assert Decision.objects.count() == 1


@pytest.mark.parametrize(
    ("data", "message"),
    [
        ({"question": ""}, "required"),
        ({"question": "x" * 201}, "at most 200"),
        ({"question": "Wann?", "due_on": "gestern"}, "valid date"),
        ({"question": "Wo?", "phase": "99999999"}, "valid choice"),
        ({"question": "Wo?", "phase": "x"}, "valid choice"),
    ],
)
def test_a_bad_question_is_refused_at_its_field(data: dict[str, str], message: str, mia: User) -> None:
    response = signed_in(mia).post(reverse("dashboards:decision_new"), data)
    assert response.status_code == 422
    assert message in response.content.decode()
    assert not Decision.objects.exists()


@pytest.mark.parametrize("given", ["", "open", "maybe"])
def test_an_answer_is_one_of_three(given: str, decision: Decision, sofia: User) -> None:
    assert signed_in(sofia).post(answer_url(decision), {"answer": given}).status_code == 422
    assert Decision.objects.get().answer == Answer.OPEN


def test_an_open_question_can_be_taken_back_an_answered_one_not(
    decision: Decision, mia: User, sofia: User
) -> None:
    other = ask_for_decision(actor=mia, question="Noch eine?")
    decide(actor=sofia, decision=decision, answer=Answer.NO)
    client = signed_in(mia)
    for one in (decision, other):
        assert client.post(reverse("dashboards:decision_withdraw", args=[one.pk])).status_code == 302
    assert Decision.objects.get() == decision
    withdraw_decision(actor=mia, decision=other)  # twice does no harm
    assert Entry.objects.filter(verb="dashboards.decision.withdrawn").count() == 1


def test_the_sponsor_hears_of_a_question_and_who_asked_of_the_answer(
    decision: Decision, mia: User, sofia: User, otto: User
) -> None:
    asked = ("Sofia Sander", "You are asked to decide: Budget für die Schnittstelle?", answer_url(decision))
    assert told() == [asked]
    decide(actor=sofia, decision=decision, answer=Answer.YES)
    answered = (
        "Mia Meyer",
        "Decided: Budget für die Schnittstelle? – Agreed",
        reverse("dashboards:decisions"),
    )
    assert told() == [asked, answered]


def test_nobody_is_told_of_a_question_that_was_withdrawn(decision: Decision, mia: User, sofia: User) -> None:
    withdraw_decision(actor=mia, decision=decision)
    assert told() == []
