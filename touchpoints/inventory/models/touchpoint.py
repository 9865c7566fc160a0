"""The touchpoint itself: one record, whatever maps and figures show it."""

from datetime import date
from typing import Any, ClassVar, Self

from django.contrib.postgres.expressions import ArraySubquery
from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import TrigramSimilarity
from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models.functions import Coalesce, JSONObject, Lower, Now
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from cxm.accounts.models import User
from cxm.kit.fields import SortKey, sort_key
from cxm.kit.history import track_history
from touchpoints.inventory.choices import (
    Evidence,
    Feeling,
    Importance,
    Kind,
    Maturity,
    Ownership,
    Part,
    Status,
    Verdict,
)
from touchpoints.inventory.models.landscape import Channel, ContentItem, Phase, System
from touchpoints.inventory.models.responsibility import Responsibility
from touchpoints.inventory.permissions import EDIT, EDIT_OWN


def _linked(rows: models.QuerySet[Any], back: str, name: str = "") -> ArraySubquery:
    """The linked rows as JSON; `back` leads to the touchpoint, `name` is the field if all languages share one."""
    names = {"name_de": name or "name_de", "name_en": name or "name_en"}
    return ArraySubquery(
        rows.filter(**{back: models.OuterRef("pk")}).values(_json=JSONObject(id="pk", **names))
    )


class TouchpointQuerySet(models.QuerySet["Touchpoint"]):
    """Reads of touchpoints; all stack on one another."""

    def visible_to(self, user: User) -> Self:
        """Everybody who is signed in sees all touchpoints; that nothing is hidden is the point of the inventory."""
        return self.all() if user.is_active else self.none()

    def current(self) -> Self:
        """Not archived and not merged into another one."""
        return self.filter(is_archived=False, duplicate_of=None)

    def live(self) -> Self:
        """Those that customers meet now: current, and active or being replaced."""
        return self.current().filter(status__in=(Status.ACTIVE, Status.PHASING_OUT))

    def with_owner(self, at: date | None = None) -> Self:
        """Adds `owner_id` and `owner_name` of who is accountable on that day (None if nobody is)."""
        accountable = (
            Responsibility.objects.on(at)
            .filter(touchpoint=models.OuterRef("pk"), part=Part.ACCOUNTABLE)
            .order_by()
        )
        return self.annotate(
            owner_id=models.Subquery(accountable.values("person")[:1]),
            owner_name=models.Subquery(accountable.values("person__name")[:1]),
        )

    def with_accountable(self, at: date | None = None) -> Self:
        """Adds the relation `accountable` to the responsibility of that day, one row at most, to sort and filter by."""
        on = models.Q(responsibilities__during__contains=at or timezone.localdate())
        held = models.Q(responsibilities__part=Part.ACCOUNTABLE)
        return self.annotate(accountable=models.FilteredRelation("responsibilities", condition=held & on))

    def orphaned(self, at: date | None = None) -> Self:
        """Live touchpoints for which nobody who still works here is accountable on that day."""
        answered = (
            Responsibility.objects.on(at)
            .by_present_people(at)
            .filter(touchpoint=models.OuterRef("pk"), part=Part.ACCOUNTABLE)
        )
        return self.live().filter(~models.Exists(answered))

    def answered_for_by(self, user: User, at: date | None = None) -> Self:
        """Touchpoints at which the user plays any part on that day, himself or as the deputy of somebody absent."""
        mine = Responsibility.objects.on(at).of_user(user, at).filter(touchpoint=models.OuterRef("pk"))
        return self.filter(models.Exists(mine))

    def editable_by(self, user: User, at: date | None = None) -> Self:
        """All for those who may edit all; for others those they are accountable, responsible or deputy for."""
        if user.may(EDIT):
            return self.all()
        if not user.may(EDIT_OWN):
            return self.none()
        acting = (Part.ACCOUNTABLE, Part.RESPONSIBLE, Part.DEPUTY)
        mine = (
            Responsibility.objects.on(at)
            .of_user(user, at)
            .filter(touchpoint=models.OuterRef("pk"), part__in=acting)
        )
        return self.filter(models.Exists(mine))

    def with_links(self) -> Self:
        """Adds what is linked as lists of {id, name_de, name_en}, `linked_` and the field's name; no further query."""
        return self.annotate(
            linked_further_phases=_linked(Phase.objects.order_by("position"), "further_touchpoints"),
            linked_systems=_linked(System.objects.order_by("name_sort"), "touchpoints", "name"),
            linked_contents=_linked(ContentItem.objects.order_by("name_sort"), "touchpoints", "title"),
            linked_hands_over_to=_linked(self.model.objects.current(), "taken_over_from", "name"),
            linked_taken_over_from=_linked(self.model.objects.current(), "hands_over_to", "name"),
            linked_duplicates=_linked(self.model.objects.order_by("name_sort"), "duplicate_of", "name"),
        )

    def due_for_review(self, at: date | None = None) -> Self:
        """Live touchpoints whose next review is due by that day, the longest overdue first."""
        return (
            self.live()
            .filter(next_review_on__lte=at or timezone.localdate())
            .order_by("next_review_on", "id")
        )

    def similar_to(self, name: str) -> Self:
        """Current touchpoints whose name is spelt alike (trigram similarity of at least 0.4), the closest first."""
        return (
            self.current()
            .annotate(similarity=TrigramSimilarity("name_sort", sort_key(name)))
            .filter(similarity__gte=0.4)
            .order_by("-similarity", "id")
        )


@track_history()
class Touchpoint(models.Model):
    """A place where customer and company meet."""

    FLAGS: ClassVar[dict[str, str]] = {  # flag: where its reason is written
        "is_moment_of_truth": "moment_reason",
        "is_pain_point": "pain_reason",
        "is_best_practice": "practice_reason",
    }
    EXPLAINED: ClassVar[dict[str, str]] = {**FLAGS, "improved_on": "improved_note"}  # what says nothing alone
    REVIEW_DAYS, REVIEW_DAYS_OF_TRUTH = 180, 90

    # Identity
    code = models.CharField(
        _("Code"),
        max_length=20,
        unique=True,
        db_default=models.Func(function="inventory_next_code"),
        error_messages={"unique": _("There is a touchpoint with this code already.")},
    )
    name = models.CharField(_("Name"), max_length=200)
    description = models.TextField(_("What happens here, seen by the customer"), blank=True)
    status = models.CharField(_("Status"), max_length=12, choices=Status, default=Status.ACTIVE)
    tags = ArrayField(models.CharField(max_length=40), default=list, blank=True, verbose_name=_("Tags"))
    # PROTECT: the record that absorbed this one must stay.
    duplicate_of = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="duplicates", editable=False
    )
    is_archived = models.BooleanField(default=False, editable=False)

    # Place. PROTECT: phases and channels are archived, or their touchpoints moved, before they go.
    phase = models.ForeignKey(
        Phase,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="touchpoints",
        verbose_name=_("Phase"),
        limit_choices_to={"model__is_default": True},
    )
    further_phases = models.ManyToManyField(
        Phase,
        blank=True,
        related_name="further_touchpoints",
        verbose_name=_("Further phases"),
        limit_choices_to={"model__is_default": True},
    )
    channel = models.ForeignKey(
        Channel, models.PROTECT, null=True, blank=True, related_name="touchpoints", verbose_name=_("Channel")
    )
    kind = models.CharField(_("Kind"), max_length=10, choices=Kind, blank=True)
    is_direct = models.BooleanField(_("Direct contact"), default=True)
    ownership = models.CharField(_("Owned, paid or earned"), max_length=10, choices=Ownership, blank=True)
    market = models.CharField(_("Market"), max_length=60, blank=True)
    languages = ArrayField(
        models.CharField(max_length=5), default=list, blank=True, verbose_name=_("Languages")
    )
    opening_hours = models.CharField(_("Opening hours"), max_length=120, blank=True)

    # Weight
    contacts_per_month = models.PositiveIntegerField(_("Contacts per month"), null=True, blank=True)
    importance_customer = models.SmallIntegerField(
        _("Importance to customers"), choices=Importance, null=True, blank=True
    )
    importance_company = models.SmallIntegerField(
        _("Importance to us"), choices=Importance, null=True, blank=True
    )
    is_moment_of_truth = models.BooleanField(_("Moment of truth"), default=False)
    moment_reason = models.TextField(_("Why it is a moment of truth"), blank=True)
    is_pain_point = models.BooleanField(_("Pain point"), default=False)
    pain_reason = models.TextField(_("Why it is a pain point"), blank=True)
    is_best_practice = models.BooleanField(_("Best practice"), default=False)
    practice_reason = models.TextField(_("Why it is best practice"), blank=True)

    # Customer side
    customer_goal = models.TextField(_("What customers want to achieve here"), blank=True)
    expectation = models.TextField(_("What customers expect"), blank=True)
    customer_questions = models.TextField(_("What customers ask"), blank=True)
    feeling = models.SmallIntegerField(_("Feeling today"), choices=Feeling, null=True, blank=True)
    target_feeling = models.SmallIntegerField(_("Feeling we want"), choices=Feeling, null=True, blank=True)
    verdict = models.CharField(_("Verdict"), max_length=12, choices=Verdict, blank=True)
    audience = models.CharField(_("Personas and segments concerned"), max_length=200, blank=True)

    # Process, systems, content (what should happen is in the standard)
    process_url = models.URLField(_("Process documentation"), blank=True)
    hands_over_to = models.ManyToManyField(
        "self", symmetrical=False, blank=True, related_name="taken_over_from", verbose_name=_("Hands over to")
    )
    data_shown = models.TextField(_("Customer data shown here"), blank=True)
    data_captured = models.TextField(_("Customer data captured here"), blank=True)
    consent_needed = models.BooleanField(
        _("Consent needed for the data captured"), null=True, blank=True
    )  # None: nobody has looked yet
    risks = models.TextField(_("Risks"), blank=True)
    systems = models.ManyToManyField(
        System, blank=True, related_name="touchpoints", verbose_name=_("Systems")
    )
    contents = models.ManyToManyField(
        ContentItem, blank=True, related_name="touchpoints", verbose_name=_("Content")
    )

    # Evidence
    evidence = models.SmallIntegerField(_("Evidence"), choices=Evidence, default=Evidence.ASSUMPTION)
    evidence_on = models.DateField(_("Last evidence on"), null=True, blank=True)
    evidence_note = models.TextField(_("What the evidence is"), blank=True)

    # Care
    review_every = models.PositiveSmallIntegerField(
        _("Review every … days"),
        default=REVIEW_DAYS,
        validators=[MinValueValidator(7), MaxValueValidator(1500)],
    )
    last_reviewed_on = models.DateField(_("Last reviewed on"), null=True, blank=True)
    trained_on = models.DateField(_("Staff trained on"), null=True, blank=True)
    measured_on = models.DateField(
        null=True, editable=False
    )  # written by the room `kpis`: day of the newest measurement
    improved_on = models.DateField(_("Improved on"), null=True, blank=True)
    improved_note = models.TextField(_("What was improved, and by whom"), blank=True)
    maturity = models.SmallIntegerField(
        _("Maturity"), choices=Maturity, default=Maturity.RECORDED, editable=False
    )
    completeness = models.PositiveSmallIntegerField(_("Completeness"), default=0, editable=False)  # per cent
    recorded_on = models.DateField(default=timezone.localdate, editable=False)
    revision = models.PositiveIntegerField(
        default=1, editable=False
    )  # two editors at once: the second is told
    changed_at = models.DateTimeField(db_default=Now(), editable=False)

    # Generated
    name_sort = SortKey("name")
    search_key = SortKey("code", "name")
    next_review_on = models.GeneratedField(
        expression=models.ExpressionWrapper(
            Coalesce("last_reviewed_on", "recorded_on") + models.F("review_every"),
            output_field=models.DateField(),
        ),
        output_field=models.DateField(),
        db_persist=True,
    )

    objects = TouchpointQuerySet.as_manager()

    class Meta:
        ordering = ("name_sort", "id")
        indexes: ClassVar = [
            models.Index(fields=["name_sort", "id"], name="inventory_touchpoint_sort"),
            # Everything that maps and boards count, so that they need not read the wide rows.
            models.Index(
                fields=["phase", "channel"],
                include=[
                    "id",
                    "status",
                    "next_review_on",
                    "is_moment_of_truth",
                    "is_pain_point",
                    "is_archived",
                    "duplicate_of",
                ],
                condition=models.Q(is_archived=False, duplicate_of=None),
                name="inventory_touchpoint_in_use",
            ),
            models.Index(fields=["next_review_on", "id"], name="inventory_touchpoint_review"),
            models.Index(Lower("name"), name="inventory_touchpoint_lname"),
            GinIndex(fields=["search_key"], name="inventory_touchpoint_search", opclasses=["gin_trgm_ops"]),
            GinIndex(fields=["tags"], name="inventory_touchpoint_tags"),
        ]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=~models.Q(duplicate_of=models.F("id")),
                name="inventory_touchpoint_not_own_duplicate",
            ),
            models.CheckConstraint(
                condition=models.Q(is_moment_of_truth=False) | ~models.Q(moment_reason=""),
                name="inventory_touchpoint_moment",
                violation_error_message=_("Say why this is a moment of truth."),
            ),
            models.CheckConstraint(
                condition=models.Q(is_pain_point=False) | ~models.Q(pain_reason=""),
                name="inventory_touchpoint_pain",
                violation_error_message=_("Say why this is a pain point."),
            ),
            models.CheckConstraint(
                condition=models.Q(is_best_practice=False) | ~models.Q(practice_reason=""),
                name="inventory_touchpoint_practice",
                violation_error_message=_("Say why this is best practice."),
            ),
            models.CheckConstraint(
                condition=models.Q(improved_on=None) | ~models.Q(improved_note=""),
                name="inventory_touchpoint_improved",
                violation_error_message=_("Say what was improved."),
            ),
            models.CheckConstraint(
                condition=models.Q(feeling=None) | models.Q(feeling__range=(-2, 2)),
                name="inventory_touchpoint_feeling",
            ),
            models.CheckConstraint(
                condition=models.Q(target_feeling=None) | models.Q(target_feeling__range=(-2, 2)),
                name="inventory_touchpoint_target_feeling",
            ),
            models.CheckConstraint(
                condition=models.Q(importance_customer=None) | models.Q(importance_customer__range=(1, 5)),
                name="inventory_touchpoint_importance",
            ),
            models.CheckConstraint(
                condition=models.Q(importance_company=None) | models.Q(importance_company__range=(1, 5)),
                name="inventory_touchpoint_importance_company",
            ),
            models.CheckConstraint(
                condition=models.Q(evidence__range=(0, 4)), name="inventory_touchpoint_evidence"
            ),
            models.CheckConstraint(
                condition=models.Q(review_every__range=(7, 1500)), name="inventory_touchpoint_rhythm"
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("inventory:touchpoint", args=[self.pk])

    def is_review_due(self, at: date | None = None) -> bool:
        """Whether its review is due on that day."""
        return bool(self.next_review_on <= (at or timezone.localdate()))

    def clean(self) -> None:
        """Tags are trimmed, unique and sorted; a flag needs its reason, an improvement its words."""
        self.tags = sorted(
            {str(tag).strip() for tag in self.tags} - {""}, key=lambda tag: str(tag).casefold()
        )
        missing = {
            reason: _("Say why.") if flag in self.FLAGS else _("Say what was improved.")
            for flag, reason in self.EXPLAINED.items()
            if getattr(self, flag) and not getattr(self, reason).strip()
        }
        if missing:
            raise ValidationError(missing)

    def field_text(self, name: str) -> Any:
        """A field's value for reading: the label of a choice, else the value itself."""
        display = getattr(self, f"get_{name}_display", None)
        return display() if display else getattr(self, name)
