"""Imports, for other systems: which there are, and how far they are. Lists are sent in on the pages."""

from datetime import datetime
from typing import Any

from django.shortcuts import get_object_or_404
from ninja import Field, Path, Query, Schema

from cxm.imports.choices import State
from cxm.imports.models import ImportRun, JobProgress
from cxm.imports.permissions import VIEW
from cxm.kit.api import ApiRequest, Number, Page, PageQuery, Router, page_of

router = Router(tags=["Imports"])


class RunOut(Schema):
    """An import. `counts` tells how many rows are new, changed, unchanged, wrong or left out."""

    id: int
    kind: str = Field(alias="importer")
    name: str
    state: State
    failure: str
    user: int = Field(alias="user_id", description="Number of the account that sent or started it.")
    counts: dict[str, int]
    created_at: datetime
    state_since: datetime
    finished_at: datetime | None


class ProgressOut(Schema):
    """How far the worker is; `total` is 0 while it is not known."""

    done: int
    total: int
    at: datetime


class OneRunOut(RunOut):
    """An import with the progress of the work that is being done."""

    progress: ProgressOut | None


class RunsQuery(PageQuery):
    """Which imports."""

    kind: str = Field("", max_length=40, pattern=r"^[a-z_]*$", examples=["touchpoints"])
    state: State | None = None


@router.get("/runs", response=Page[RunOut], permission=VIEW)
def list_runs(request: ApiRequest, at: Query[RunsQuery]) -> Any:
    """Imports of the kinds that one may import, in the order in which they were sent in."""
    runs = ImportRun.objects.visible_to(request.user)
    runs = runs.filter(importer=at.kind) if at.kind else runs
    return page_of(runs.filter(state=at.state) if at.state else runs, at)


@router.get("/runs/{int:pk}", response=OneRunOut, permission=VIEW)
def get_run(request: ApiRequest, pk: Path[Number]) -> Any:
    """One import and how far it is."""
    run = get_object_or_404(ImportRun.objects.visible_to(request.user), pk=pk)
    progress = JobProgress.objects.filter(run=run.pk).first() if run.is_busy else None
    run.progress = progress  # type: ignore[attr-defined]  # read by the answer
    return run
