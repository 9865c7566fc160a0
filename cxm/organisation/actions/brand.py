"""Vision, brand core and promises: a draft that is written together, versions that never change."""

from collections.abc import Sequence
from typing import NamedTuple

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.db.models import IntegerField, Max
from django.db.models.functions import Cast, Substr
from django.utils import timezone
from django.utils.translation import gettext as _

from cxm.accounts.models import User
from cxm.audit.actions import record
from cxm.organisation.choices import (
    BRAND_ASKED,
    BRAND_CHANGED,
    BRAND_DISCARDED,
    BRAND_DRAFTED,
    BRAND_PUBLISHED,
)
from cxm.organisation.models import BrandPromise, BrandVersion, Company
from cxm.organisation.models.brand import LANGUAGES

FIELDS = tuple(f"{name}_{code}" for name in (*BrandVersion.TEXTS, "change_note") for code in LANGUAGES)
COMPARED = tuple(f"{name}_{code}" for name in BrandVersion.TEXTS for code in LANGUAGES)
MOST_PROMISES = 20


class PromiseText(NamedTuple):
    """A promise as it is written; without a code it is a new one."""

    text_de: str = ""
    text_en: str = ""
    code: str = ""


@transaction.atomic
def draft_brand(*, actor: User) -> BrandVersion:
    """The draft: the open one, else a new one with the words of the valid version. Of two at once both get the same."""
    if draft := BrandVersion.objects.draft().first():
        return draft
    valid = BrandVersion.objects.published().first()
    words = {name: getattr(valid, name) for name in COMPARED} if valid else {}
    try:
        with transaction.atomic():
            draft = BrandVersion.objects.create(version=valid.version + 1 if valid else 1, **words)
            BrandPromise.objects.bulk_create(
                BrandPromise(
                    version=draft, code=p.code, position=p.position, text_de=p.text_de, text_en=p.text_en
                )
                for p in (valid.promises.all() if valid else ())
            )
    except IntegrityError:  # somebody began at the same moment
        return BrandVersion.objects.draft().get()
    record(BRAND_DRAFTED, actor=actor, target=draft, data={"version": draft.version})
    return draft


@transaction.atomic
def change_brand_draft(
    *,
    actor: User,
    version: BrandVersion,
    fields: dict[str, str],
    promises: Sequence[PromiseText],
    expected_revision: int | None = None,
) -> BrandVersion:
    """Write the words and the promises in their order. Locks the draft; refuses to write over what was not seen."""
    draft = _locked(version)
    changed = [name for name in FIELDS if name in fields and getattr(draft, name) != tidy_lines(fields[name])]
    kept = list(draft.promises.all())
    wanted = _coded(promises)
    if [(p.text_de, p.text_en, p.code) for p in kept] != wanted:
        changed.append("promises")
    if not changed:
        return draft
    if expected_revision is not None and draft.revision != expected_revision:
        raise ValidationError(_("Somebody has changed the draft meanwhile."), code="changed")
    for name in changed:
        if name != "promises":
            setattr(draft, name, tidy_lines(fields[name]))
    draft.revision += 1
    draft.full_clean(exclude={"published_by"})
    draft.save()
    if "promises" in changed:
        _write(draft, kept, wanted)
    data = {"fields": sorted(changed), "revision": draft.revision, "version": draft.version}
    record(BRAND_CHANGED, actor=actor, target=draft, data=data)
    return draft


def tidy_lines(text: str) -> str:
    """A text without space around it, with line ends of one kind."""
    return text.replace("\r\n", "\n").strip()


def _coded(promises: Sequence[PromiseText]) -> list[PromiseText]:
    """The promises that say something, each with a code of its own: its old one, or the next that never was."""
    said = [
        PromiseText(tidy_lines(one.text_de), tidy_lines(one.text_en), one.code)
        for one in promises
        if one.text_de.strip() or one.text_en.strip()
    ]
    if len(said) > MOST_PROMISES:
        raise ValidationError(
            {"promises": _("At most %(n)s promises: nobody remembers more.") % {"n": MOST_PROMISES}}
        )
    known = set(
        BrandPromise.objects.filter(code__in=[one.code for one in said]).values_list("code", flat=True)
    )
    newest = BrandPromise.objects.aggregate(n=Max(Cast(Substr("code", 2), IntegerField())))["n"] or 0
    given: set[str] = set()
    coded = []
    for one in said:
        code = one.code
        if code not in known or code in given:
            newest += 1
            code = f"P{newest}"
        given.add(code)
        coded.append(one._replace(code=code))
    return coded


def _write(draft: BrandVersion, kept: list[BrandPromise], wanted: list[PromiseText]) -> None:
    """Bring the rows of the draft to what is wanted; positions are checked at the end of the transaction."""
    rows = {promise.code: promise for promise in kept}
    draft.promises.exclude(code__in=[one.code for one in wanted]).delete()
    for position, one in enumerate(wanted, 1):
        row = rows.get(one.code) or BrandPromise(version=draft, code=one.code)
        row.position, row.text_de, row.text_en = position, one.text_de, one.text_en
        row.full_clean(validate_unique=False, validate_constraints=False)
        row.save()


def missing_words(draft: BrandVersion) -> dict[str, str]:
    """What a draft lacks for being published, by field; promises as "promises-0-text_de"."""
    promises = list(draft.promises.all())
    company = Company.objects.first()
    needed = {company.language if company else LANGUAGES[0]}
    needed |= {name[-2:] for name in COMPARED if getattr(draft, name)}
    needed |= {code for promise in promises for code in promise.languages}
    missing = {}
    for code in sorted(needed):
        for name in BrandVersion.TEXTS:
            if not getattr(draft, f"{name}_{code}"):
                missing[f"{name}_{code}"] = _("Without this nothing can be published.")
        for number, promise in enumerate(promises):
            if not getattr(promise, f"text_{code}"):
                missing[f"promises-{number}-text_{code}"] = _("This promise is missing in one language.")
    if not promises:
        missing["promises"] = _("Write down at least one promise.")
    return missing


def _ready(version: BrandVersion, expected_revision: int | None) -> BrandVersion:
    """The locked draft, if it can be published as it was read; else a ValidationError by field."""
    draft = _locked(version)
    if expected_revision is not None and draft.revision != expected_revision:
        raise ValidationError(
            _("Somebody has changed the draft meanwhile. Please read it again."), code="changed"
        )
    if missing := missing_words(draft):
        raise ValidationError(missing)
    valid = BrandVersion.objects.published().first()
    if valid and words_of(valid) == words_of(draft):
        raise ValidationError(
            _("Nothing has changed since version %(version)s.") % {"version": valid.version}
        )
    return draft


def words_of(version: BrandVersion) -> tuple[object, ...]:
    """All that a version says."""
    promises = tuple(version.promises.values_list("code", "text_de", "text_en"))
    return (*(getattr(version, name) for name in COMPARED), promises)


@transaction.atomic
def ask_to_publish(*, actor: User, version: BrandVersion, expected_revision: int | None = None) -> bool:
    """Ask the sponsor to publish the draft as it is; False if he was asked for these very words. Locks the draft."""
    draft = _ready(version, expected_revision)
    if draft.asked_revision == draft.revision:
        return False
    draft.asked_at, draft.asked_revision = timezone.now(), draft.revision
    draft.save(update_fields=["asked_at", "asked_revision"])
    record(
        BRAND_ASKED,
        actor=actor,
        target=draft,
        data={"version": draft.version, "revision": draft.revision},
    )
    return True


@transaction.atomic
def publish_brand(
    *, actor: User, version: BrandVersion, expected_revision: int | None = None
) -> BrandVersion:
    """Make the draft valid for good; raises ValidationError by field if it is not ready. Locks the draft."""
    draft = _ready(version, expected_revision)
    draft.published_at, draft.published_by = timezone.now(), actor
    draft.save(update_fields=["published_at", "published_by"])
    record(BRAND_PUBLISHED, actor=actor, target=draft, data={"version": draft.version})
    return draft


@transaction.atomic
def discard_brand_draft(*, actor: User, version: BrandVersion) -> None:
    """Throw the draft away; the field history keeps its words. Locks the draft."""
    draft = _locked(version)
    record(BRAND_DISCARDED, actor=actor, target=draft, data={"version": draft.version})
    draft.delete()


def _locked(version: BrandVersion) -> BrandVersion:
    """The draft as it is now; a ValidationError if it is none any more."""
    draft = BrandVersion.objects.draft().select_for_update().filter(pk=version.pk).first()
    if draft is None:
        raise ValidationError(_("This draft was published or discarded meanwhile."), code="gone")
    return draft
