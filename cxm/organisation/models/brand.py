"""Vision, brand core and brand promises in versions, and who has read them."""

from collections.abc import Sequence
from typing import ClassVar, Self

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models.functions import Now
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from cxm.accounts.models import Language, User
from cxm.kit.history import track_history
from cxm.kit.versions import append_only, published_is_final
from cxm.organisation.models.people import Person
from cxm.organisation.permissions import EDIT_BRAND

LANGUAGES: tuple[str, ...] = (Language.DE, Language.EN)


def spoken(languages: Sequence[str]) -> str:
    """The language in which a text is shown: the reader's if it is there, else the one that is."""
    wanted = (get_language() or "")[:2]
    return wanted if wanted in languages or not languages else languages[0]


class BrandVersionQuerySet(models.QuerySet["BrandVersion"]):
    """Reads of the brand's versions."""

    def visible_to(self, user: User) -> Self:
        """Published versions for everybody, the draft for who writes it."""
        if not user.is_active:
            return self.none()
        return self if user.may(EDIT_BRAND) else self.published()

    def published(self) -> Self:
        """Published versions, newest first; the newest is the valid one."""
        return self.exclude(published_at=None).order_by("-version")

    def draft(self) -> Self:
        """The version being written, at most one."""
        return self.filter(published_at=None)


@track_history("revision", "asked_at", "asked_revision")
class BrandVersion(models.Model):
    """One version of what the company stands for. A draft until the sponsor publishes it; then it never changes."""

    TEXTS = ("vision", "core")

    version = models.PositiveSmallIntegerField(_("Version"), unique=True, editable=False)
    vision_de = models.TextField(_("Vision (German)"), max_length=2000, blank=True)
    vision_en = models.TextField(_("Vision (English)"), max_length=2000, blank=True)
    core_de = models.TextField(_("Brand core (German)"), max_length=2000, blank=True)
    core_en = models.TextField(_("Brand core (English)"), max_length=2000, blank=True)
    change_note_de = models.CharField(_("What is new (German)"), max_length=300, blank=True)
    change_note_en = models.CharField(_("What is new (English)"), max_length=300, blank=True)
    revision = models.PositiveIntegerField(default=1, editable=False)  # of the draft, counted up by each save
    # When the sponsor was asked to publish, and for which revision: asked once for the same words.
    asked_at = models.DateTimeField(null=True, editable=False)
    asked_revision = models.PositiveIntegerField(null=True, editable=False)
    # PROTECT: who published a valid text stays known.
    published_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        related_name="+",
        editable=False,
        verbose_name=_("Published by"),
    )
    published_at = models.DateTimeField(_("Published on"), null=True, editable=False)
    created_at = models.DateTimeField(db_default=Now(), editable=False)

    objects = BrandVersionQuerySet.as_manager()

    class Meta:
        ordering = ("-version",)
        constraints: ClassVar = [
            # One draft at a time: of two people who begin at once both write the same.
            models.UniqueConstraint(
                models.Case(models.When(published_at=None, then=models.Value(1))),
                name="organisation_brandversion_one_draft",
            ),
            models.CheckConstraint(
                condition=models.Q(published_at=None, published_by=None)
                | models.Q(published_at__isnull=False, published_by__isnull=False),
                name="organisation_brandversion_by_somebody",
            ),
        ]
        triggers: ClassVar = [published_is_final()]

    def __str__(self) -> str:
        return str(_("Vision and brand, version %(n)s")) % {"n": self.version}

    def get_absolute_url(self) -> str:
        if self.published_at is None:
            return reverse("organisation:brand_edit")
        return reverse("organisation:brand_version", args=[self.version])

    @property
    def languages(self) -> list[str]:
        """The languages in which there is a vision."""
        return [code for code in LANGUAGES if getattr(self, f"vision_{code}")]

    @property
    def spoken(self) -> str:
        """The language in which this reader sees the texts."""
        return spoken(self.languages)

    @property
    def vision(self) -> str:
        """The vision in the reader's language."""
        return str(getattr(self, f"vision_{self.spoken}", ""))

    @property
    def core(self) -> str:
        """The brand core in the reader's language."""
        return str(getattr(self, f"core_{self.spoken}", ""))

    @property
    def change_note(self) -> str:
        """What is new, in the reader's language if it is there."""
        return str(getattr(self, f"change_note_{self.spoken}", ""))


# FOR SHARE waits for a publication that is under way, so that nothing slips in beside it. NEW or OLD may be null.
ONLY_IN_DRAFT = """
PERFORM FROM organisation_brandversion WHERE id IN (OLD.version_id, NEW.version_id) FOR SHARE;
IF EXISTS (
  SELECT FROM organisation_brandversion
  WHERE id IN (OLD.version_id, NEW.version_id) AND published_at IS NOT NULL
) THEN
  RAISE EXCEPTION 'the promises of a published version never change'
    USING ERRCODE = 'check_violation', CONSTRAINT = 'organisation_brandpromise_final';
END IF;
RETURN COALESCE(NEW, OLD);
"""


@track_history()
class BrandPromise(models.Model):
    """One promise of a version. Its code stays the same over versions, so that standards may refer to it."""

    version = models.ForeignKey(BrandVersion, models.CASCADE, related_name="promises")
    code = models.CharField(max_length=12, editable=False)
    position = models.PositiveSmallIntegerField(editable=False)
    text_de = models.TextField(_("Promise (German)"), max_length=500, blank=True)
    text_en = models.TextField(_("Promise (English)"), max_length=500, blank=True)

    class Meta:
        ordering = ("version", "position")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["version", "code"], name="organisation_brandpromise_code"),
            models.UniqueConstraint(
                fields=["version", "position"],
                name="organisation_brandpromise_position",
                deferrable=models.Deferrable.DEFERRED,
            ),
        ]
        triggers: ClassVar = [
            pgtrigger.Trigger(
                name="only_in_draft",
                when=pgtrigger.Before,
                operation=pgtrigger.Insert | pgtrigger.Update | pgtrigger.Delete,
                func=ONLY_IN_DRAFT,
            )
        ]

    def __str__(self) -> str:
        return f"{self.code}: {self.text}"

    @property
    def languages(self) -> list[str]:
        """The languages in which there is a text."""
        return [code for code in LANGUAGES if getattr(self, f"text_{code}")]

    @property
    def text(self) -> str:
        """The promise in the reader's language."""
        return str(getattr(self, f"text_{spoken(self.languages)}", ""))


# What is confirmed was published: nobody has read and understood a draft.
ONLY_PUBLISHED = """
IF NOT EXISTS (SELECT FROM organisation_brandversion WHERE id = NEW.version_id AND published_at IS NOT NULL) THEN
  RAISE EXCEPTION 'version % is not published', NEW.version_id
    USING ERRCODE = 'check_violation', CONSTRAINT = '{name}';
END IF;
RETURN NEW;
"""


def only_published(name: str) -> pgtrigger.Trigger:
    """A row may refer to a published version only."""
    return pgtrigger.Trigger(
        name="only_published",
        when=pgtrigger.Before,
        operation=pgtrigger.Insert,
        func=ONLY_PUBLISHED.replace("{name}", name),
    )


class BrandConfirmation(models.Model):
    """Somebody has read and understood a version; once, and for good."""

    # PROTECT: a confirmation is a record; who has left stays in the list of people.
    version = models.ForeignKey(BrandVersion, models.PROTECT, related_name="confirmations")
    person = models.ForeignKey(Person, models.PROTECT, related_name="brand_confirmations")
    confirmed_at = models.DateTimeField(_("Confirmed on"), db_default=Now(), editable=False)

    class Meta:
        ordering = ("id",)
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["version", "person"], name="organisation_brandconfirmation_once")
        ]
        triggers: ClassVar = [append_only(), only_published("organisation_brandconfirmation_published")]

    def __str__(self) -> str:
        return f"{self.person}: {self.version}"


class BrandReminder(models.Model):
    """Somebody was reminded to read a version; at most twice. `batch` is one press of the button."""

    MOST = 2

    version = models.ForeignKey(
        BrandVersion, models.PROTECT, related_name="reminders"
    )  # see BrandConfirmation
    person = models.ForeignKey(Person, models.CASCADE, related_name="+")
    number = models.PositiveSmallIntegerField()
    batch = models.UUIDField()
    sent_at = models.DateTimeField(db_default=Now(), editable=False)

    class Meta:
        ordering = ("id",)
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["version", "person", "number"], name="organisation_brandreminder_once"
            ),
            models.CheckConstraint(
                condition=models.Q(number__gte=1, number__lte=2), name="organisation_brandreminder_twice"
            ),
        ]
        indexes: ClassVar = [models.Index(fields=["batch"], name="organisation_reminder_batch")]
        triggers: ClassVar = [only_published("organisation_brandreminder_published")]

    def __str__(self) -> str:
        return f"{self.person}: {self.version} ({self.number})"
