"""Vision and brand are written together, published by the sponsor, and never changed after that."""

from threading import Barrier, Thread
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.core.management import call_command
from django.db import DatabaseError, connection, transaction

from cxm.accounts.models import User
from cxm.audit.actions import deliver_next
from cxm.audit.models import Entry
from cxm.notices.models import KindWish, Notice
from cxm.organisation.actions import (
    PromiseText,
    ask_to_publish,
    change_brand_draft,
    confirm_brand,
    discard_brand_draft,
    draft_brand,
    publish_brand,
)
from cxm.organisation.models import BrandConfirmation, BrandPromise, BrandReminder, BrandVersion, Person
from tests.cast import signed_in
from tests.cxm.organisation.brand import PAGE, form_data, published, worded

DRAFT = f"{PAGE}draft/"


def deliver() -> None:
    """Let every listener hear what it is owed."""
    while deliver_next():
        pass


def test_a_manager_writes_asks_and_the_sponsor_publishes(mia: User, sofia: User, emil: User) -> None:
    answer: Any = signed_in(mia).post(DRAFT, form_data(worded(), ask="1"))
    assert answer.url == PAGE
    draft = BrandVersion.objects.get()
    assert (draft.version, draft.vision_de, draft.published_at) == (1, "Besser wohnen", None)
    deliver()
    asked = Notice.objects.get(user=sofia)
    assert (asked.kind, asked.url) == ("organisation.brand_asked", DRAFT)
    answer = signed_in(sofia).post(f"{DRAFT}publish/", {"revision": draft.revision})
    assert answer.url == PAGE
    draft.refresh_from_db()
    assert (draft.published_by, draft.published_at is not None) == (sofia, True)
    deliver()
    told = Notice.objects.filter(kind="organisation.brand_published").values_list("user", flat=True)
    assert set(told) == {mia.pk, emil.pk}
    page = signed_in(emil).get(PAGE).content.decode()
    assert all(text in page for text in ("Living better", "Honest", "We come on time.", "P1"))


def test_asking_twice_for_the_same_words_asks_once(mia: User, sofia: User) -> None:
    draft = written(mia)
    assert ask_to_publish(actor=mia, version=draft) is True
    assert ask_to_publish(actor=mia, version=draft) is False
    change_brand_draft(actor=mia, version=draft, fields={"core_de": "Ehrlich und nah"}, promises=worded()[1])
    assert ask_to_publish(actor=mia, version=draft) is True
    deliver()
    assert Notice.objects.filter(user=sofia).count() == 2


def written(user: User) -> BrandVersion:
    """A complete draft."""
    fields, promises = worded()
    draft = draft_brand(actor=user)
    return change_brand_draft(actor=user, version=draft, fields=fields, promises=promises)


@pytest.mark.parametrize("who", ["mia", "otto", "emil"])
def test_only_the_sponsor_publishes(who: str, mia: User, request: Any) -> None:
    draft = written(mia)
    user = request.getfixturevalue(who)
    answer = signed_in(user).post(f"{DRAFT}publish/", {"revision": draft.revision})
    assert answer.status_code == 403
    signed_in(mia).post(DRAFT, form_data(worded(), revision=draft.revision, publish="1"))
    assert not BrandVersion.objects.published().exists()


def test_who_does_not_write_sees_no_draft(mia: User, sofia: User, emil: User) -> None:
    published(sofia)
    draft = draft_brand(actor=mia)
    change_brand_draft(actor=mia, version=draft, fields={"vision_en": "Secret so far"}, promises=worded()[1])
    client = signed_in(emil)
    assert client.get(DRAFT).status_code == 403
    assert "being written" not in client.get(PAGE).content.decode()
    assert client.get(f"{PAGE}versions/2/").status_code == 404
    assert not BrandVersion.objects.visible_to(emil).filter(pk=draft.pk).exists()
    assert "Version 2 is being written" in signed_in(mia).get(PAGE).content.decode()


def test_looking_at_the_form_leaves_no_trace(mia: User) -> None:
    assert signed_in(mia).get(DRAFT).status_code == 200
    assert not BrandVersion.objects.exists()


def test_what_is_missing_stands_at_its_field_and_nothing_is_lost(sofia: User) -> None:
    fields, promises = worded()
    fields["core_en"] = ""
    promises = [promises[0], promises[1]._replace(text_de="")]
    answer = signed_in(sofia).post(DRAFT, form_data((fields, promises), publish="1"))
    assert answer.status_code == 422
    assert list(answer.context["form"].errors) == ["core_en"]
    assert list(answer.context["rows"].errors[1]) == ["text_de"]
    assert BrandVersion.objects.get().vision_de == "Besser wohnen"
    assert not BrandVersion.objects.published().exists()


def test_one_language_is_enough_if_it_is_the_companys(sofia: User) -> None:
    draft = draft_brand(actor=sofia)
    fields = {"vision_de": "Besser wohnen", "core_de": "Ehrlich"}
    change_brand_draft(actor=sofia, version=draft, fields=fields, promises=[PromiseText("Wir kommen.")])
    publish_brand(actor=sofia, version=draft)
    page = signed_in(sofia).get(PAGE).content.decode()
    assert '<div lang="de">' in page
    assert "Wir kommen." in page


def test_a_brand_without_promises_is_not_published(sofia: User) -> None:
    draft = draft_brand(actor=sofia)
    fields = {"vision_de": "Besser wohnen", "core_de": "Ehrlich"}
    change_brand_draft(actor=sofia, version=draft, fields=fields, promises=[])
    with pytest.raises(ValidationError, match="at least one promise"):
        publish_brand(actor=sofia, version=draft)


def test_the_same_words_are_no_new_version(sofia: User) -> None:
    published(sofia)
    with pytest.raises(ValidationError, match="Nothing has changed since version 1"):
        publish_brand(actor=sofia, version=draft_brand(actor=sofia))


def test_a_promise_keeps_its_code_over_versions_wherever_it_stands(sofia: User) -> None:
    published(sofia)
    draft = draft_brand(actor=sofia)
    _one, two = draft.promises.all()
    rows = [PromiseText("Neu.", "New."), PromiseText(two.text_de, two.text_en, two.code)]
    change_brand_draft(actor=sofia, version=draft, fields={}, promises=rows)
    assert list(draft.promises.values_list("code", "text_en")) == [("P3", "New."), ("P2", "We listen.")]
    publish_brand(actor=sofia, version=draft)
    page = signed_in(sofia).get(f"{PAGE}versions/2/").content.decode()
    assert "<ins>New.</ins>" in page
    assert "<del>We come on time.</del>" in page
    assert [p.code for p in BrandVersion.objects.get(version=1).promises.all()] == ["P1", "P2"]


def test_versions_are_compared_word_by_word(sofia: User) -> None:
    published(sofia)
    draft = draft_brand(actor=sofia)
    fields = {"vision_de": "Besser wohnen", "vision_en": "Living much better"}
    change_brand_draft(actor=sofia, version=draft, fields=fields, promises=worded()[1])
    publish_brand(actor=sofia, version=draft)
    client = signed_in(sofia)
    assert "<ins>much </ins>" in client.get(f"{PAGE}versions/2/").content.decode()
    assert "<del>much </del>" in client.get(f"{PAGE}versions/1/?with=2").content.decode()
    for odd in ("9", "x", "²", "-1", "1" * 30):
        assert "<ins>" not in client.get(f"{PAGE}versions/1/?with={odd}").content.decode()


def test_rows_are_added_moved_and_taken_without_saving(mia: User) -> None:
    client = signed_in(mia)
    fields, promises = worded()
    for press, expected in (
        ("add", ["We come on time.", "We listen.", ""]),
        ("down-0", ["We listen.", "We come on time."]),
        ("up-1", ["We listen.", "We come on time."]),
        ("take-0", ["We listen."]),
        ("up-77", ["We come on time.", "We listen."]),
        ("nonsense", ["We come on time.", "We listen."]),
    ):
        answer = client.post(DRAFT, form_data((fields, promises), row=press))
        assert [row["text_en"].value() or "" for row in answer.context["rows"]] == expected, press
        assert answer.context["form"]["vision_de"].value() == "Besser wohnen"
    assert not BrandVersion.objects.exists()


def test_of_two_tabs_the_second_is_told_and_loses_nothing(mia: User, sofia: User) -> None:
    draft = written(mia)
    seen = draft.revision
    fields, promises = worded()
    first = signed_in(mia).post(DRAFT, form_data((fields | {"core_en": "Open"}, promises), revision=seen))
    assert first.status_code == 302
    mine = fields | {"core_en": "Bold"}
    second = signed_in(sofia).post(DRAFT, form_data((mine, promises), revision=seen))
    page = second.content.decode()
    assert second.status_code == 422
    assert second.context["form"]["core_en"].value() == "Bold"
    assert "<del>Open</del>" in page
    assert "<ins>Bold</ins>" in page
    draft.refresh_from_db()
    assert draft.core_en == "Open"
    newest = second.context["form"]["revision"].value()
    assert signed_in(sofia).post(DRAFT, form_data((mine, promises), revision=newest)).status_code == 302
    draft.refresh_from_db()
    assert draft.core_en == "Bold"


def test_nobody_publishes_words_he_has_not_seen(mia: User, sofia: User) -> None:
    draft = written(mia)
    seen = draft.revision
    change_brand_draft(actor=mia, version=draft, fields={"core_de": "Anders"}, promises=worded()[1])
    signed_in(sofia).post(f"{DRAFT}publish/", {"revision": seen})
    assert not BrandVersion.objects.published().exists()


def test_a_double_click_publishes_once(mia: User, sofia: User) -> None:
    draft = written(mia)
    client = signed_in(sofia)
    first = client.post(f"{DRAFT}publish/", {"revision": draft.revision})
    second = client.post(f"{DRAFT}publish/", {"revision": draft.revision})
    assert (first.status_code, second.status_code) == (302, 404)
    assert Entry.objects.filter(verb="organisation.brand.published").count() == 1


def test_a_discarded_draft_is_gone_and_noted(mia: User) -> None:
    draft = written(mia)
    assert signed_in(mia).post(f"{DRAFT}discard/").status_code == 302
    assert not BrandVersion.objects.exists()
    assert Entry.objects.latest("id").verb == "organisation.brand.discarded"
    with pytest.raises(ValidationError, match="meanwhile"):
        discard_brand_draft(actor=mia, version=draft)


def test_strange_texts_are_shown_as_text(sofia: User) -> None:
    fields, promises = worded()
    bad = "<script>alert(1)</script>"
    answer = signed_in(sofia).post(
        DRAFT, form_data((fields | {"vision_en": bad}, [promises[0]._replace(text_en=bad)]), publish="1")
    )
    assert answer.status_code == 302
    page = signed_in(sofia).get(PAGE).content.decode()
    assert bad not in page
    assert page.count("&lt;script&gt;") >= 2


def test_texts_that_are_too_long_or_too_many_are_refused_at_the_form(mia: User) -> None:
    fields, promises = worded()
    client = signed_in(mia)
    long = client.post(DRAFT, form_data((fields | {"vision_de": "x" * 1_000_000}, promises)))
    assert (long.status_code, list(long.context["form"].errors)) == (422, ["vision_de"])
    many = client.post(DRAFT, form_data((fields, [PromiseText("a", "b")] * 22)))
    assert many.status_code == 422
    assert "20" in str(many.context["rows"].non_form_errors())
    assert client.post(DRAFT, {"vision_de": "x"}).status_code == 422
    assert not BrandVersion.objects.exists()  # not even begun


WRITES = (
    "update organisation_brandversion set vision_de = 'x'",
    "update organisation_brandversion set published_at = null, published_by_id = null",
    "delete from organisation_brandversion",
    "update organisation_brandpromise set text_de = 'x'",
    "update organisation_brandpromise set position = position + 7",
    "update organisation_brandpromise set version_id = (select id from organisation_brandversion where version = 2)"
    " where version_id = (select id from organisation_brandversion where version = 1)",
    "delete from organisation_brandpromise where version_id ="
    " (select id from organisation_brandversion where version = 1)",
    "insert into organisation_brandpromise (version_id, code, position, text_de, text_en)"
    " select id, 'P9', 9, 'x', 'x' from organisation_brandversion where version = 1",
    "update organisation_brandconfirmation set confirmed_at = now()",
    "delete from organisation_brandconfirmation",
    "insert into organisation_brandconfirmation (version_id, person_id)"
    " select v.id, p.id from organisation_brandversion v, organisation_person p where v.version = 2",
    "insert into organisation_brandconfirmation (version_id, person_id)"
    " select version_id, person_id from organisation_brandconfirmation",
    "insert into organisation_brandreminder (version_id, person_id, number, batch)"
    " select v.id, p.id, 3, gen_random_uuid() from organisation_brandversion v, organisation_person p"
    " where v.version = 1",
    "insert into organisation_brandversion (version, vision_de, vision_en, core_de, core_en, change_note_de,"
    " change_note_en, revision) values (7, '', '', '', '', '', '', 1)",
)


@pytest.mark.parametrize("sql", WRITES)
def test_the_database_refuses_to_change_what_was_published(sql: str, sofia: User) -> None:
    version = published(sofia)
    confirm_brand(actor=sofia, version=version)
    draft_brand(actor=sofia)
    before = snapshot()
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(sql)
    assert snapshot() == before


def snapshot() -> list[Any]:
    """Every row of the brand."""
    models: tuple[Any, ...] = (BrandVersion, BrandPromise, BrandConfirmation, BrandReminder)
    return [list(model.objects.order_by("pk").values()) for model in models]


@pytest.mark.django_db(transaction=True)
def test_of_two_who_begin_at_once_both_write_the_same_draft(mia: User, sofia: User) -> None:
    start, found = Barrier(2), []

    def begin(user: User) -> None:
        start.wait(10)
        try:
            found.append(draft_brand(actor=user).pk)
        finally:
            connection.close()

    threads = [Thread(target=begin, args=[user]) for user in (mia, sofia)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(found) == 2
    assert set(found) == {BrandVersion.objects.get().pk}


def test_a_muted_kind_stays_silent_and_the_rest_comes_in_one_insert(
    sofia: User, mia: User, emil: User, django_assert_max_num_queries: Any
) -> None:
    KindWish.objects.create(user=emil, kind="organisation.brand_published", wanted=False)
    gone = User.objects.create_user("gone@example.org", name="Gone", language="de")
    Person.objects.create(name="Gone", user=gone, left_on="2020-01-01")
    for n in range(30):
        user = User.objects.create_user(f"u{n}@example.org", name=f"U {n}", language="de")
        Person.objects.create(name=f"U {n}", user=user)
    published(sofia)
    with django_assert_max_num_queries(16):  # the same for any number of people
        deliver()
    told = Notice.objects.filter(kind="organisation.brand_published")
    assert told.count() == 31
    assert not told.filter(user__in=[emil, gone, sofia]).exists()
    assert told.get(user=mia).text.startswith("Vision and brand have a new version (1)")


def test_the_history_tells_who_wrote_and_published(mia: User, sofia: User, emil: User) -> None:
    draft = written(mia)
    publish_brand(actor=sofia, version=draft)
    page = signed_in(emil).get(f"/history/about/organisation.brandversion/{draft.pk}/").content.decode()
    assert "Sofia Sander</" in page or "Sofia Sander published" in page
    verbs = [entry.verb for entry in Entry.objects.about(draft).events()]
    assert verbs == [f"organisation.brand.{name}" for name in ("published", "changed", "drafted")]


def test_the_demo_has_two_versions_and_seventy_percent(db: None) -> None:
    call_command("demo", verbosity=0)
    assert list(BrandVersion.objects.published().values_list("version", flat=True)) == [2, 1]
    valid = BrandVersion.objects.published()[0]
    share = valid.confirmations.count() / Person.objects.present().count()
    assert 0.68 <= share <= 0.72
    assert not valid.confirmations.filter(person__user__email__startswith="emil@").exists()
