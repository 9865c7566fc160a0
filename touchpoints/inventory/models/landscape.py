"""What touchpoints stand on: phase models, channels, systems with their interfaces, content."""

from datetime import date, timedelta
from typing import ClassVar, Self

from django.db import models
from django.db.models.functions import Lower
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from cxm.accounts.models import Language, User
from cxm.kit.fields import SortKey
from cxm.kit.history import track_history
from cxm.organisation.models import Absence, Person
from touchpoints.inventory.choices import Kind, Ownership
from touchpoints.inventory.permissions import MANAGE, MANAGE_OWN


def looked_after_by(user: User, at: date | None = None) -> models.Q:
    """Which rows with an `owner` the user may change: all, or those that he, or somebody absent for whom he stands
    in, looks after."""
    if user.may(MANAGE):
        return models.Q()
    if not user.may(MANAGE_OWN):
        return models.Q(pk__in=())
    away = Absence.objects.filter(during__contains=at or timezone.localdate(), deputy__user=user)
    return models.Q(owner__user=user) | models.Q(owner__in=away.values("person"))


class Bilingual(models.Model):
    """A thing with a German and an English name; an empty English name falls back to the German one."""

    name_de = models.CharField(_("Name (German)"), max_length=120)
    name_en = models.CharField(_("Name (English)"), max_length=120, blank=True)

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return self.name

    @property
    def name(self) -> str:
        """The name in the reader's language."""
        return self.name_de if get_language() == "de" else self.name_en or self.name_de


class PhaseModelQuerySet(models.QuerySet["PhaseModel"]):
    """Reads of phase models."""

    def visible_to(self, user: User) -> Self:
        """Everybody who is signed in sees the phase models."""
        return self.all() if user.is_active else self.none()


@track_history()
class PhaseModel(Bilingual):
    """A way to cut the customer's life into phases. The default one carries the data; others are views on it."""

    code = models.SlugField(_("Code"), max_length=40, unique=True)
    description = models.TextField(_("Description"), blank=True)
    is_default = models.BooleanField(_("Default"), default=False, editable=False)

    objects = PhaseModelQuerySet.as_manager()

    class Meta:
        ordering = ("-is_default", "id")
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["is_default"],
                condition=models.Q(is_default=True),
                name="inventory_phasemodel_one_default",
            )
        ]

    def get_absolute_url(self) -> str:
        return reverse("inventory:phase_model", args=[self.pk])


class PhaseQuerySet(models.QuerySet["Phase"]):
    """Reads of phases."""

    def default(self) -> Self:
        """The phases of the default model, in order: where touchpoints and figures are placed."""
        return self.filter(model__is_default=True).order_by("position")

    def own(self) -> Self:
        """The phases of all other models."""
        return self.filter(model__is_default=False).order_by("model", "position")


@track_history()
class Phase(Bilingual):
    """One stretch of the customer's way. A phase of another model covers one or more default phases."""

    # PROTECT: touchpoints hang on phases; a model is emptied first.
    model = models.ForeignKey(
        PhaseModel, models.PROTECT, related_name="phases", verbose_name=_("Phase model")
    )
    code = models.SlugField(_("Code"), max_length=40)
    position = models.PositiveSmallIntegerField(_("Position"))
    customer_question = models.CharField(_("What the customer asks himself"), max_length=200, blank=True)
    customer_question_en = models.CharField(_("The same in English"), max_length=200, blank=True)
    description = models.TextField(_("Description"), blank=True)
    covers = models.ManyToManyField(
        "self",
        symmetrical=False,
        blank=True,
        related_name="covered_by",
        verbose_name=_("Covers the phases"),
        limit_choices_to={"model__is_default": True},
    )

    objects = PhaseQuerySet.as_manager()

    class Meta:
        ordering = ("model", "position")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["model", "code"], name="inventory_phase_code"),
            models.UniqueConstraint(
                fields=["model", "position"],
                name="inventory_phase_position",
                deferrable=models.Deferrable.DEFERRED,
            ),
        ]

    def get_absolute_url(self) -> str:
        """The page of its figures, which default phases have; one of another model stands on its model's page."""
        return reverse("dashboards:phase", args=[self.code])

    @property
    def question(self) -> str:
        """The customer's question in the reader's language."""
        return (
            self.customer_question
            if get_language() == "de"
            else self.customer_question_en or self.customer_question
        )


class ChannelQuerySet(models.QuerySet["Channel"]):
    """Reads of channels."""

    def visible_to(self, user: User) -> Self:
        """Everybody who is signed in sees the channels."""
        return self.all() if user.is_active else self.none()

    def current(self) -> Self:
        """Not archived: those that can be chosen."""
        return self.filter(is_archived=False)


@track_history()
class Channel(Bilingual):
    """A way of meeting: website, shop, telephone, branch, parcel."""

    code = models.SlugField(_("Code"), max_length=40, unique=True)
    kind = models.CharField(_("Kind"), max_length=10, choices=Kind, default=Kind.DIGITAL)
    ownership = models.CharField(
        _("Owned, paid or earned"), max_length=10, choices=Ownership, default=Ownership.OWNED
    )
    position = models.PositiveSmallIntegerField(_("Position"), default=0)
    is_archived = models.BooleanField(_("Archived"), default=False)

    objects = ChannelQuerySet.as_manager()

    class Meta:
        ordering = ("position", "id")

    def get_absolute_url(self) -> str:
        return reverse("inventory:channel", args=[self.pk])


class SystemKind(models.TextChoices):
    """What a system is for."""

    CRM = "crm", _("CRM")
    CTI = "cti", _("Telephony (CTI)")
    SHOP = "shop", _("Shop")
    ERP = "erp", _("ERP")
    CMS = "cms", _("Website (CMS)")
    MAM = "mam", _("Media assets (MAM)")
    MARKETING = "marketing", _("Marketing automation")
    SERVICE = "service", _("Service desk")
    ANALYTICS = "analytics", _("Analytics")
    OTHER = "other", _("Other")


class SystemQuerySet(models.QuerySet["System"]):
    """Reads of systems."""

    def visible_to(self, user: User) -> Self:
        """Everybody who is signed in sees the systems."""
        return self.all() if user.is_active else self.none()

    def editable_by(self, user: User) -> Self:
        """All for those who maintain the landscape; for others those they look after."""
        return self.filter(looked_after_by(user))

    def current(self) -> Self:
        """Not archived."""
        return self.filter(is_archived=False)

    def idle(self) -> Self:
        """Current systems that serve no current touchpoint."""
        served = System.touchpoints.through.objects.filter(
            system=models.OuterRef("pk"), touchpoint__is_archived=False, touchpoint__duplicate_of=None
        )
        return self.current().filter(~models.Exists(served))


@track_history()
class System(models.Model):
    """A software system that serves touchpoints."""

    name = models.CharField(_("Name"), max_length=120)
    kind = models.CharField(_("Kind"), max_length=12, choices=SystemKind, default=SystemKind.OTHER)
    vendor = models.CharField(_("Vendor"), max_length=120, blank=True)
    url = models.URLField(_("Address"), blank=True)
    description = models.TextField(_("Description"), blank=True)
    # SET_NULL: a system without owner is shown as a gap.
    owner = models.ForeignKey(
        Person, models.SET_NULL, null=True, blank=True, related_name="systems", verbose_name=_("Owner")
    )
    is_archived = models.BooleanField(_("Archived"), default=False)
    name_sort = SortKey("name")

    objects = SystemQuerySet.as_manager()

    class Meta:
        ordering = ("name_sort", "id")
        constraints: ClassVar = [
            models.UniqueConstraint(
                Lower("name"),
                name="inventory_system_name",
                violation_error_message=_("There is a system of this name already."),
            )
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("inventory:system", args=[self.pk])


class InterfaceState(models.TextChoices):
    """Whether information flows."""

    WORKS = "works", _("Works")
    MANUAL = "manual", _("By hand")
    PLANNED = "planned", _("Planned")
    BROKEN = "broken", _("Broken")
    MISSING = "missing", _("Missing")


@track_history()
class Interface(models.Model):
    """Information that flows, or should, from one system to another."""

    source = models.ForeignKey(System, models.CASCADE, related_name="sends", verbose_name=_("From"))
    target = models.ForeignKey(System, models.CASCADE, related_name="receives", verbose_name=_("To"))
    carries = models.CharField(_("What flows"), max_length=200)
    technique = models.CharField(_("How"), max_length=120, blank=True)
    state = models.CharField(_("State"), max_length=10, choices=InterfaceState, default=InterfaceState.WORKS)

    class Meta:
        ordering = ("source", "target", "id")
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=~models.Q(source=models.F("target")),
                name="inventory_interface_two_systems",
                violation_error_message=_("An interface joins two different systems."),
            )
        ]

    def __str__(self) -> str:
        return f"{self.source} → {self.target}: {self.carries}"


class ContentKind(models.TextChoices):
    """The form of a piece of content."""

    TEXT = "text", _("Text")
    MAIL = "mail", _("E-mail")
    VIDEO = "video", _("Video")
    IMAGE = "image", _("Picture")
    FORM = "form", _("Form")
    TEMPLATE = "template", _("Template")
    SCRIPT = "script", _("Conversation guide")
    PRINT = "print", pgettext_lazy("on paper", "Print")


class ContentQuerySet(models.QuerySet["ContentItem"]):
    """Reads of content."""

    def current(self) -> Self:
        """Not archived."""
        return self.filter(is_archived=False)

    def expired(self, at: date | None = None) -> Self:
        """What was valid until a day before that one (today by default)."""
        return self.current().filter(expires_on__lt=at or timezone.localdate())

    def expiring(self, days: int = 30, at: date | None = None) -> Self:
        """What is still valid on that day and runs out within so many days."""
        day = at or timezone.localdate()
        return self.current().filter(expires_on__range=(day, day + timedelta(days=days)))

    def unused(self) -> Self:
        """Current content that no current touchpoint uses."""
        used = ContentItem.touchpoints.through.objects.filter(
            contentitem=models.OuterRef("pk"), touchpoint__is_archived=False, touchpoint__duplicate_of=None
        )
        return self.current().filter(~models.Exists(used))

    def visible_to(self, user: User) -> Self:
        """Everybody who is signed in sees the content list."""
        return self.all() if user.is_active else self.none()

    def editable_by(self, user: User) -> Self:
        """All for those who maintain the landscape; for others what they look after."""
        return self.filter(looked_after_by(user))


@track_history()
class ContentItem(models.Model):
    """A piece of content that touchpoints need: who keeps it, and until when it is true."""

    title = models.CharField(_("Title"), max_length=200)
    kind = models.CharField(_("Kind"), max_length=10, choices=ContentKind, default=ContentKind.TEXT)
    language = models.CharField(_("Language"), max_length=2, choices=Language, default=Language.DE)
    url = models.URLField(_("Where it lies"), blank=True)
    description = models.TextField(_("Description"), blank=True)
    owner = models.ForeignKey(
        Person, models.SET_NULL, null=True, blank=True, related_name="contents", verbose_name=_("Owner")
    )
    expires_on = models.DateField(_("Valid until"), null=True, blank=True)
    phases = models.ManyToManyField(Phase, blank=True, related_name="contents", verbose_name=_("Phases"))
    is_archived = models.BooleanField(_("Archived"), default=False)
    name_sort = SortKey("title")

    objects = ContentQuerySet.as_manager()

    class Meta:
        ordering = ("name_sort", "id")
        indexes: ClassVar = [models.Index(fields=["expires_on"], name="inventory_content_expiry")]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("inventory:content", args=[self.pk])

    def is_expired(self, at: date | None = None) -> bool:
        """Whether the last day of its validity lies before that day."""
        return self.expires_on is not None and self.expires_on < (at or timezone.localdate())
