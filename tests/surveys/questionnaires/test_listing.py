"""The list of questionnaires, a new one, the page of one with its versions."""

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from cxm.accounts.models import User
from cxm.audit.models import Entry
from surveys.questionnaires.actions.merging import marks
from surveys.questionnaires.actions.questionnaires import facts_of
from surveys.questionnaires.actions.versions import draft_version, publish_version
from surveys.questionnaires.choices import Identity, Use
from surveys.questionnaires.models import Label, Questionnaire
from tests.surveys.makers import make_people, make_version, make_wave, opened, question

pytestmark = pytest.mark.django_db

NEW = reverse("questionnaires:new")
LIST = reverse("questionnaires:list")


@pytest.fixture
def desk(client: Client, mia: User) -> Client:
    """Mia at her desk."""
    client.force_login(mia)
    return client


def test_a_questionnaire_is_created_and_its_draft_is_open(desk: Client) -> None:
    fields = {
        "name": "Größe & Maß",
        "use": "quiz",
        "identity": "named",
        "languages": ["de", "en"],
        "min_cell": "8",
    }
    answer = desk.post(NEW, fields)
    found = Questionnaire.objects.get()
    assert (found.code, found.use, found.min_cell) == ("grosse-mass", Use.QUIZ, 8)
    draft = found.versions.get()
    assert (draft.identity, draft.languages, draft.is_draft) == (Identity.NAMED, ["de", "en"], True)
    assert answer.headers["Location"] == reverse("questionnaires:edit", args=[draft.pk])
    assert Entry.objects.about(found).get().verb == "questionnaires.created"


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"min_cell": "4"}, "Fewer than 5 answers are never shown."),
        ({"languages": []}, "This field is required."),
        ({"name": ""}, "This field is required."),
        ({"code": "taken"}, "Another questionnaire has this code."),
        ({"code": "a b"}, "Enter a valid"),
        ({"use": "poll"}, "Select a valid choice."),
    ],
)
def test_what_is_wrong_is_said_at_its_field(desk: Client, wrong: dict[str, object], words: str) -> None:
    Questionnaire.objects.create(code="taken", name="Taken")
    fields = {"name": "A", "use": "quiz", "identity": "named", "languages": ["de"], "min_cell": "5"}
    answer = desk.post(NEW, fields | wrong)
    assert answer.status_code == 422
    assert words in answer.content.decode()
    assert Questionnaire.objects.count() == 1


def test_the_same_name_twice_gets_another_code(desk: Client) -> None:
    fields = {"name": "Mood", "use": "quiz", "identity": "named", "languages": ["de"], "min_cell": "5"}
    for _time in range(2):
        desk.post(NEW, fields)
    assert set(Questionnaire.objects.values_list("code", flat=True)) == {"mood", "mood-2"}


def names(desk: Client, query: str = "") -> set[str]:
    """The rows of the list."""
    answer = desk.get(f"{LIST}?{query}")
    assert answer.status_code == 200
    return {row.name for row in answer.context["page"].rows}


def test_the_list_is_searched_and_filtered_by_use_status_and_archive(desk: Client, mia: User) -> None:
    valid = make_version(question("a"), use=Use.QUIZ).questionnaire
    draft = make_version(question("a"), published=False).questionnaire
    gone = make_version(question("a")).questionnaire
    desk.post(reverse("questionnaires:archive", args=[gone.pk]))
    assert names(desk) == {valid.name, draft.name}
    assert names(desk, f"q={valid.name}") == {valid.name}
    assert names(desk, "use=quiz") == {valid.name}
    assert names(desk, "use=assessment") == {draft.name}
    assert names(desk, "status=draft") == {draft.name}
    assert names(desk, "status=valid") == {valid.name}
    assert names(desk, "status=none") == {draft.name}
    assert names(desk, "state=archived") == {gone.name}
    assert names(desk, "state=all") == {valid.name, draft.name, gone.name}
    assert names(desk, "identity=named") == set()


def test_the_list_leaves_as_a_file(desk: Client) -> None:
    found = make_version(question("a")).questionnaire
    body = b"".join(desk.get(f"{LIST}?export=csv").streaming_content).decode("utf-8-sig")  # type: ignore[attr-defined]
    assert found.name in body
    assert "version 1 is valid" in body


def test_an_empty_list_says_what_to_do_first(desk: Client) -> None:
    body = desk.get(LIST).content.decode()
    assert "No questionnaires yet" in body
    assert NEW in body


def test_archiving_waits_until_the_wave_is_closed_and_can_be_taken_back(desk: Client) -> None:
    version = make_version(question("a"))
    found = version.questionnaire
    opened(version, make_people(6))
    url = reverse("questionnaires:archive", args=[found.pk])
    assert "A wave of it is open" in desk.post(url, follow=True).content.decode()
    assert Questionnaire.objects.get().archived_at is None
    found.waves.update(closed_at=timezone.now())
    desk.post(url)
    assert Questionnaire.objects.get().archived_at is not None
    desk.post(url, {"restore": "1"})
    assert Questionnaire.objects.get().archived_at is None


def test_the_page_shows_the_valid_version_and_names_the_draft(desk: Client, mia: User) -> None:
    found = make_version(question("mood", texts={"text.en": "How do you feel?"})).questionnaire
    draft_version(questionnaire=found, actor=mia)
    answer = desk.get(found.get_absolute_url())
    body = answer.content.decode()
    assert answer.context["shown"].number == 1
    assert "How do you feel?" in body
    assert "Version 2 is being written." in body
    assert "Go on with the draft" in body


def test_two_versions_are_compared_word_by_word(desk: Client, mia: User) -> None:
    found = make_version(question("mood", texts={"text.en": "How are you?"}), question("old")).questionnaire
    draft = draft_version(questionnaire=found, actor=mia)
    Label.objects.filter(version=draft, body="How are you?").update(body="How were you?")
    draft.questions.get(concept__code="old").delete()
    publish_version(version=draft, actor=mia)
    answer = desk.get(reverse("questionnaires:version", args=[found.pk, 2]))
    body = answer.content.decode()
    assert "<del>are</del><ins>were</ins>" in body
    assert [(one.sort, one.item.code) for one in answer.context["changes"]] == [
        ("changed", "mood"),
        ("gone", "old"),
    ]
    back = desk.get(reverse("questionnaires:version", args=[found.pk, 1]) + "?with=2")
    assert [(one.sort, one.item.code) for one in back.context["changes"]] == [
        ("changed", "mood"),
        ("new", "old"),
    ]
    assert desk.get(reverse("questionnaires:version", args=[found.pk, 3])).status_code == 404


def test_name_and_smallest_group_change_and_the_use_is_fixed_by_publication(desk: Client) -> None:
    found = make_version(question("a")).questionnaire
    url = reverse("questionnaires:change", args=[found.pk])
    seen = desk.get(url).context["form"]["seen"].value()
    fields = {"seen": seen, "name": "New name", "use": "assessment", "min_cell": "9"}
    assert desk.post(url, fields).status_code == 302
    found.refresh_from_db()
    assert (found.name, found.min_cell) == ("New name", 9)
    refused = desk.post(url, fields | {"use": "quiz"})
    assert refused.status_code == 422
    assert "is fixed since its first version was published" in refused.content.decode()


def test_the_second_of_two_who_rename_sees_what_the_first_wrote(desk: Client) -> None:
    found = make_version(question("a")).questionnaire
    url = reverse("questionnaires:change", args=[found.pk])
    page = desk.get(url)
    seen = page.context["form"]["seen"].value()
    Questionnaire.objects.filter(pk=found.pk).update(name="First", min_cell=7)
    fields = {"seen": seen, "name": "Second", "use": "assessment", "min_cell": "5"}
    answer = desk.post(url, fields)
    assert answer.status_code == 422
    assert [(clash.theirs, clash.mine) for clash in answer.context["clashes"]] == [("First", "Second")]
    again = {
        "seen": answer.context["form"]["seen"].value(),
        "name": "Second",
        "use": "assessment",
        "min_cell": "7",
    }
    assert desk.post(url, again).status_code == 302
    found.refresh_from_db()
    assert (found.name, found.min_cell) == ("Second", 7)
    assert marks(facts_of(found)) != marks({"name": "First"})


def test_the_page_names_the_newest_waves_with_their_version(desk: Client) -> None:
    version = make_version(question("a"))
    assert "Nobody was asked yet." in desk.get(version.questionnaire.get_absolute_url()).content.decode()
    wave, _invited = opened(version, make_people(6))
    make_wave(version)
    answer = desk.get(version.questionnaire.get_absolute_url())
    assert [(one.step, one.version.number) for one in answer.context["waves"]] == [
        ("planned", 1),
        ("open", 1),
    ]
    assert wave.name in answer.content.decode()


def test_a_draft_is_begun_once(desk: Client) -> None:
    found = make_version(question("a")).questionnaire
    url = reverse("questionnaires:draft", args=[found.pk])
    places = {desk.post(url).headers["Location"] for _time in range(2)}
    draft = found.versions.draft().get()
    assert places == {reverse("questionnaires:edit", args=[draft.pk])}
    assert draft.number == 2


def test_the_valid_version_is_retired_once(desk: Client) -> None:
    found = make_version(question("a")).questionnaire
    url = reverse("questionnaires:retire", args=[found.pk])
    desk.post(url)
    assert not found.versions.published().exists()
    assert "There is no valid version." in desk.post(url, follow=True).content.decode()


def test_who_may_only_see_finds_no_button(client: Client, sofia: User) -> None:
    client.force_login(sofia)
    found = make_version(question("a")).questionnaire
    body = client.get(found.get_absolute_url()).content.decode()
    assert "Write a new version" not in body
    assert "Name and use" not in body
    assert client.get(reverse("questionnaires:change", args=[found.pk])).status_code == 403


def test_the_page_asks_twelve_times_at_most_however_many_questions(
    desk: Client, django_assert_max_num_queries: object
) -> None:
    few = make_version(question("a")).questionnaire
    many = make_version(*(question(f"q{number}") for number in range(40))).questionnaire
    for found in (few, many):
        with django_assert_max_num_queries(12):  # type: ignore[operator]
            desk.get(found.get_absolute_url())
    with django_assert_max_num_queries(12):  # type: ignore[operator]
        desk.get(LIST)
