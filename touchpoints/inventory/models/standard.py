"""What should happen at a touchpoint, in published versions that never change."""

import hashlib
import json
from typing import ClassVar, Self

from django.conf import settings
from django.db import models
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from cxm.kit.history import track_history
from cxm.kit.versions import published_is_final
from touchpoints.inventory.models.touchpoint import Touchpoint


class StandardQuerySet(models.QuerySet["Standard"]):
    """Reads of standards."""

    def published(self) -> Self:
        """Published versions, newest first."""
        return self.exclude(published_at=None).order_by("-version")

    def draft(self) -> Self:
        """The version being written, at most one per touchpoint."""
        return self.filter(published_at=None)


@track_history()
class Standard(models.Model):
    """One version of a touchpoint's standard: ideal experience, process, do and don't. A draft until published."""

    TEXTS = ("ideal_experience", "process", "dos", "donts", "brand_promise", "service_level", "delight")

    touchpoint = models.ForeignKey(Touchpoint, models.CASCADE, related_name="standards")
    version = models.PositiveSmallIntegerField()
    ideal_experience = models.TextField(_("Ideal experience"), blank=True)
    process = models.TextField(_("Process"), blank=True)
    dos = models.TextField(_("Do"), blank=True)
    donts = models.TextField(_("Don't"), blank=True)
    brand_promise = models.TextField(_("Brand promise kept here"), blank=True)
    service_level = models.CharField(_("Service level"), max_length=200, blank=True)
    delight = models.TextField(_("What surprises positively"), blank=True)
    change_note = models.CharField(_("What is new"), max_length=200, blank=True)
    is_material = models.BooleanField(_("People must learn the change"), default=True)
    published_at = models.DateTimeField(null=True, editable=False)
    published_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", editable=False
    )
    created_at = models.DateTimeField(db_default=Now(), editable=False)
    revision = models.PositiveIntegerField(default=1, editable=False)  # of the draft: see Touchpoint.revision

    objects = StandardQuerySet.as_manager()

    class Meta:
        ordering = ("touchpoint", "-version")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["touchpoint", "version"], name="inventory_standard_version"),
            models.UniqueConstraint(
                fields=["touchpoint"],
                condition=models.Q(published_at=None),
                name="inventory_standard_one_draft",
            ),
        ]
        triggers: ClassVar = [published_is_final()]

    def __str__(self) -> str:
        return f"{self.touchpoint} v{self.version}"

    @property
    def digest(self) -> str:
        """SHA-256 of the texts: what a certificate refers to."""
        return hashlib.sha256(json.dumps([getattr(self, t) for t in self.TEXTS]).encode()).hexdigest()
