"""What people say about a touchpoint, what they attach, and when they looked after it."""

from typing import ClassVar, Self

from django.conf import settings
from django.db import models
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from touchpoints.inventory.models.touchpoint import Touchpoint


class CommentQuerySet(models.QuerySet["Comment"]):
    """Reads of comments."""

    def shown(self) -> Self:
        """Not taken back."""
        return self.filter(removed_at=None)


class Comment(models.Model):
    """A remark; people named with @ get a notice."""

    touchpoint = models.ForeignKey(Touchpoint, models.CASCADE, related_name="comments")
    author = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")  # said is said
    text = models.TextField(_("Comment"), max_length=5000)
    mentions = models.ManyToManyField(settings.AUTH_USER_MODEL, blank=True, related_name="+")
    created_at = models.DateTimeField(db_default=Now(), editable=False)
    edited_at = models.DateTimeField(null=True, editable=False)
    removed_at = models.DateTimeField(null=True, editable=False)

    objects = CommentQuerySet.as_manager()

    class Meta:
        ordering = ("id",)

    def __str__(self) -> str:
        return self.text[:60]


class Attachment(models.Model):
    """A file, checked by its content when it came."""

    touchpoint = models.ForeignKey(Touchpoint, models.CASCADE, related_name="attachments")
    file = models.FileField(upload_to="attachments/%Y/%m")
    name = models.CharField(_("File name"), max_length=200)
    content_type = models.CharField(max_length=100)
    size = models.PositiveIntegerField()  # bytes
    uploaded_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    uploaded_at = models.DateTimeField(db_default=Now(), editable=False)

    class Meta:
        ordering = ("id",)

    def __str__(self) -> str:
        return self.name


class Review(models.Model):
    """Somebody looked after the touchpoint on a day and found it so."""

    touchpoint = models.ForeignKey(Touchpoint, models.CASCADE, related_name="reviews")
    on = models.DateField(_("Day"))
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    note = models.TextField(_("What was found"), blank=True)

    class Meta:
        ordering: ClassVar = ("-on", "-id")

    def __str__(self) -> str:
        return f"{self.touchpoint}: {self.on}"
