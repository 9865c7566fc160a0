"""An import, its rows, and what is remembered for the next one."""

from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar, Self

from django.conf import settings
from django.db import models
from django.db.models.functions import Now
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from cxm.imports.choices import BUSY, OPEN, State
from cxm.imports.storage import ImportStorage, random_name
from cxm.kit.fields import SortKey
from cxm.kit.importers import IMPORTERS, BulkImporter, Importer, Problem, Target, Verdict
from cxm.kit.sheets import Limits, Options, Reading

if TYPE_CHECKING:
    from cxm.accounts.models import User


class ImportRunQuerySet(models.QuerySet["ImportRun"]):
    """Reads of imports."""

    def visible_to(self, user: "User") -> Self:
        """Imports of the kinds that this person may import himself."""
        codes = [importer.code for importer in IMPORTERS if user.may(importer.permission)]
        return self.filter(importer__in=codes)

    def busy(self) -> Self:
        """What a worker has or should have."""
        return self.filter(state__in=BUSY)

    def expired(self) -> Self:
        """Whose file has been kept long enough."""
        kept = timedelta(days=settings.IMPORT_RETENTION_DAYS)
        return self.exclude(file="").exclude(state__in=BUSY).filter(created_at__lt=timezone.now() - kept)

    def same_file(self, run: "ImportRun") -> Self:
        """Earlier imports of the same bytes that are in force, newest first."""
        same = self.filter(importer=run.importer, sha256=run.sha256, state=State.DONE)
        return same.exclude(pk=run.pk).select_related("user").order_by("-pk")


class ImportRun(models.Model):
    """One list on its way in. `state` is the truth of the job; the broker only rings for it."""

    importer = models.CharField(max_length=40, editable=False)
    state = models.CharField(max_length=10, choices=State, default=State.UPLOADED)
    # PROTECT: people leave by deactivation; who imported what stays known.
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+"
    )  # who (last) started it
    undone_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    file = models.FileField(storage=ImportStorage(), upload_to=random_name, blank=True, max_length=120)
    name = models.CharField(_("File"), max_length=150)
    size = models.PositiveBigIntegerField()  # bytes
    sha256 = models.CharField(max_length=64)
    found = models.JSONField(default=dict)  # how the file is understood, see detection.Found
    options = models.JSONField(default=dict)  # what the person knows better
    mapping = models.JSONField(default=dict)  # code of a field -> place of its column, from 0
    decisions = models.JSONField(default=dict)  # code of a field -> text as compared -> what it means
    settings = models.JSONField(default=dict)  # answers to the importer's own questions
    clear_empty = models.BooleanField(_("Empty cells delete what is there"), default=False)
    only_good = models.BooleanField(default=False)  # wrong rows are left out instead of stopping everything
    restage = models.BooleanField(default=True)  # the next check reads the file again
    counts = models.JSONField(default=dict)
    unknown = models.JSONField(default=dict)  # code of a field -> [[text, rows, suggestion]]
    kinds = models.JSONField(default=list)  # bulk: problems by kind, [field, message, count, first rows]
    preview = models.JSONField(default=list)  # bulk: the first rows, [number, cells]
    refusals = models.JSONField(
        default=list
    )  # [label, reason]: why undo was refused, or what stayed when it was done
    failure = models.TextField(blank=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    created_at = models.DateTimeField(db_default=Now(), editable=False)
    state_since = models.DateTimeField(db_default=Now())
    finished_at = models.DateTimeField(null=True)
    name_sort = SortKey("name")

    objects = ImportRunQuerySet.as_manager()

    class Meta:
        ordering = ("-id",)
        indexes: ClassVar = [
            models.Index(fields=["importer", "-id"], name="imports_run_importer"),
            models.Index(
                fields=["state_since"], condition=models.Q(state__in=[*BUSY]), name="imports_run_busy"
            ),
        ]
        constraints: ClassVar = [
            models.CheckConstraint(condition=models.Q(state__in=State.values), name="imports_run_state"),
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("imports:run", args=[self.pk])

    @cached_property
    def kind(self) -> Importer:
        """How lists of this kind come in."""
        return IMPORTERS[self.importer]

    @property
    def bulk(self) -> BulkImporter | None:
        """The importer, if it is one of very long lists (and has not been dropped since)."""
        importer = IMPORTERS.get(self.importer)
        return importer if isinstance(importer, BulkImporter) else None

    @property
    def actor(self) -> "User":
        """Who is behind what the worker does now."""
        return self.undone_by if self.undone_by and self.state in (State.UNDOING, State.UNDONE) else self.user

    @property
    def is_busy(self) -> bool:
        """A worker has it, or should."""
        return self.state in BUSY

    @property
    def is_open(self) -> bool:
        """It waits for a person."""
        return self.state in OPEN

    @property
    def can_undo(self) -> bool:
        """Done, and what undo needs is still kept."""
        return self.state == State.DONE and (self.kind.bulk or bool(self.file))

    @property
    def path(self) -> Path:
        """The stored file."""
        return Path(self.file.path)

    @property
    def limits(self) -> Limits:
        """What a list of this kind may cost."""
        most = settings.IMPORT_MAX_BULK_BYTES if self.kind.bulk else settings.IMPORT_MAX_BYTES
        return Limits(bytes=most, rows=self.kind.max_rows)

    @property
    def sheet_options(self) -> Options:
        """What the file is read with: as understood at upload, so that it is not searched again."""
        names = ("encoding", "delimiter", "sheet", "header_row")
        return Options(
            **{name: self.found.get(name) for name in names if self.found.get(name) not in (None, "")}
        )

    @property
    def reading(self) -> Reading:
        """How numbers and dates of this file are meant."""
        return Reading(self.found["decimal"], self.found["day_first"], self.user.zone)

    def count(self, name: str) -> int:
        """One of the counts; 0 before there is any."""
        return int(self.counts.get(name, 0))


class ImportRowQuerySet(models.QuerySet["ImportRow"]):
    """Reads of rows."""

    def wrong(self) -> Self:
        """Rows that cannot come in as they are."""
        return self.filter(verdict=Verdict.WRONG)

    def coming(self) -> Self:
        """Rows that would come in now."""
        return self.filter(included=True).exclude(verdict=Verdict.WRONG)


class ImportRow(models.Model):
    """A row of a list in its preview; afterwards what it has made. Of very long lists only the wrong rows."""

    run = models.ForeignKey(ImportRun, models.CASCADE, related_name="rows")
    number = models.PositiveIntegerField()  # in the file, from 1
    cells = models.JSONField(default=dict)  # code of a field -> cell as in the file, or as corrected
    corrected = models.JSONField(default=list)  # codes of the fields that were corrected here
    flaw = models.TextField(blank=True)  # of the row as a whole, e.g. too many cells
    problems = models.JSONField(default=list)  # [message, field, hint]
    unknown = models.JSONField(default=dict)  # code of a field -> texts that are none of its values
    meant = models.JSONField(default=dict)  # code of a field -> how its text was understood, if not literally
    keys = models.JSONField(default=dict)  # code of a unique field -> value as compared
    verdict = models.CharField(
        max_length=9, choices=[(v.value, v.value) for v in Verdict], default=Verdict.NEW
    )
    included = models.BooleanField(default=True)
    changes = models.JSONField(default=dict)  # code of a field -> [before, after] as shown
    target_pk = models.BigIntegerField(null=True)
    target_label = models.CharField(max_length=200, blank=True)
    target_url = models.CharField(max_length=300, blank=True)
    memo = models.JSONField(default=dict)  # what the importer needs for undo
    applied = models.BooleanField(default=False)

    objects = ImportRowQuerySet.as_manager()

    class Meta:
        ordering = ("number",)
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["run", "number"], name="imports_row_number"),
        ]
        indexes: ClassVar = [models.Index(fields=["run", "verdict", "number"], name="imports_row_verdict")]

    def __str__(self) -> str:
        return f"{self.run_id}: {self.number}"

    @property
    def issues(self) -> list[Problem]:
        """What is wrong with it."""
        return [Problem(message, field, hint) for message, field, hint in self.problems]

    @property
    def target(self) -> Target | None:
        """The thing it is about."""
        if self.target_pk is None:
            return None
        return Target(self.target_pk, self.target_label, self.target_url)


class ColumnMemory(models.Model):
    """How the columns of a list with this header were assigned last time."""

    importer = models.CharField(max_length=40)
    signature = models.CharField(max_length=64)  # SHA-256 of the headings as compared
    mapping = models.JSONField(default=dict)
    options: Any = models.JSONField(default=dict)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["importer", "signature"], name="imports_columnmemory_once"),
        ]

    def __str__(self) -> str:
        return f"{self.importer} {self.signature[:8]}"


class ValueMemory(models.Model):
    """What a word of foreign lists means here, e.g. "Kaufphase" in the field phase."""

    importer = models.CharField(max_length=40)
    field = models.CharField(max_length=60)
    text = models.CharField(max_length=200)  # as compared
    decision = models.JSONField(default=dict)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["importer", "field", "text"], name="imports_valuememory_once"),
        ]

    def __str__(self) -> str:
        return f"{self.importer} {self.field} {self.text}"


class JobProgress(models.Model):
    """How far the worker is. Written on a second connection that commits at once, while the work itself is still in
    its one transaction; hence no foreign key, which would wait for the locked run."""

    run = models.BigIntegerField(primary_key=True)
    done = models.BigIntegerField(default=0)
    total = models.BigIntegerField(default=0)
    at = models.DateTimeField(db_default=Now())

    def __str__(self) -> str:
        return f"{self.run}: {self.done}/{self.total}"
