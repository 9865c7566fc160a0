"""People and units for other systems."""

from datetime import date, datetime
from typing import Annotated, Any

from django.core.exceptions import ValidationError
from django.db.models import Model, QuerySet
from django.http import Http404
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from ninja import Body, Field, Path, Query, Schema, Status

from cxm.audit.actions import record
from cxm.kit.api import BIGGEST, ApiRequest, Input, Number, Page, PageQuery, Ref, Router, page_of
from cxm.kit.fields import sort_key
from cxm.organisation.actions import (
    change_person,
    change_unit,
    create_person,
    create_unit,
    record_leaving,
    withdraw_leaving,
)
from cxm.organisation.choices import PEOPLE_LISTED, PERSON_READ
from cxm.organisation.models import BrandPromise, BrandVersion, Person, Unit
from cxm.organisation.permissions import EDIT, READ_BRAND, VIEW
from cxm.organisation.support import support_of

router = Router(tags=["People and units"])


class UnitOut(Schema):
    """A unit; `parent` is the number of the unit that it is part of."""

    id: int
    name: str
    code: str
    parent: int | None = Field(None, alias="parent_id")


class UnitIn(Input):
    """A new unit."""

    name: str = Field(min_length=1, max_length=150, examples=["Customer service"])
    code: str = Field("", max_length=30, examples=["4711"])
    parent: int | None = Field(None, ge=1, le=BIGGEST)


class UnitPatch(Input):
    """What changes of a unit; what is left out stays."""

    name: str = Field("", min_length=1, max_length=150)
    code: str = Field("", max_length=30)
    parent: int | None = Field(None, ge=1, le=BIGGEST)


class PersonOut(Schema):
    """Somebody who works here. `left_on` is the first day without the person."""

    id: int
    name: str
    email: str
    phone: str
    position: str
    unit: Ref | None
    lead: Ref | None
    is_sponsor: bool
    joined_on: date | None
    left_on: date | None


class PersonIn(Input):
    """A new person."""

    name: str = Field(min_length=1, max_length=150, examples=["Otto Özdemir"])
    email: str = Field("", max_length=254, examples=["otto@example.org"])
    phone: str = Field("", max_length=40)
    position: str = Field("", max_length=150)
    unit: int | None = Field(None, ge=1, le=BIGGEST)
    lead: int | None = Field(None, ge=1, le=BIGGEST)
    joined_on: date | None = None


class PersonPatch(Input):
    """What changes of a person; what is left out stays."""

    name: str = Field("", min_length=1, max_length=150)
    email: str = Field("", max_length=254)
    phone: str = Field("", max_length=40)
    position: str = Field("", max_length=150)
    unit: int | None = Field(None, ge=1, le=BIGGEST)
    lead: int | None = Field(None, ge=1, le=BIGGEST)
    joined_on: date | None = None
    left_on: date | None = Field(None, description="First day without the person; null if the person stays.")


class PeopleQuery(PageQuery):
    """Which people."""

    q: str = Field("", max_length=200, description="Part of name, e-mail or position.")
    unit: int | None = Field(None, ge=1, le=BIGGEST, description="Who works in this unit or below it.")
    gone: bool = Field(False, description="Also who has left.")


SmallNumber = Annotated[int, Field(ge=1, le=2**15 - 1)]


def named[M: Model](rows: QuerySet[M], pk: int | None, field: str) -> M | None:
    """The object that a field of the request names; an unknown one is an error of that field."""
    if pk is None:
        return None
    found = rows.filter(pk=pk).first()
    if found is None:
        raise ValidationError({field: _("There is no such entry.")})
    return found


def people_of(request: ApiRequest) -> QuerySet[Person]:
    """People with what an answer tells of them."""
    return Person.objects.visible_to(request.user).select_related("unit", "lead")


@router.get("/units", response=Page[UnitOut], permission=VIEW)
def list_units(request: ApiRequest, at: Query[PageQuery]) -> Any:
    """All units."""
    return page_of(Unit.objects.visible_to(request.user), at)


@router.get("/units/{int:pk}", response=UnitOut, permission=VIEW)
def get_unit(request: ApiRequest, pk: Path[Number]) -> Any:
    """One unit."""
    return get_object_or_404(Unit.objects.visible_to(request.user), pk=pk)


@router.post("/units", response={201: UnitOut}, permission=EDIT)
def add_unit(request: ApiRequest, data: Body[UnitIn]) -> Any:
    """Add a unit."""
    parent = named(Unit.objects.visible_to(request.user), data.parent, "parent")
    return Status(201, create_unit(actor=request.user, name=data.name, code=data.code, parent=parent))


@router.patch("/units/{int:pk}", response=UnitOut, permission=EDIT)
def edit_unit(request: ApiRequest, pk: Path[Number], data: Body[UnitPatch]) -> Any:
    """Rename a unit, or move it with everything below it."""
    unit = get_object_or_404(Unit.objects.visible_to(request.user), pk=pk)
    given = data.dict(exclude_unset=True)
    parent = named(Unit.objects.visible_to(request.user), given.get("parent", unit.parent_id), "parent")
    fields = {"name": unit.name, "code": unit.code, **given, "parent": parent}
    return change_unit(actor=request.user, unit=unit, **fields)


@router.get("/people", response=Page[PersonOut], permission=VIEW)
def list_people(request: ApiRequest, at: Query[PeopleQuery]) -> Any:
    """People who work here or are coming; with `gone` also who has left. That the list was read is recorded."""
    people = Person.objects.visible_to(request.user)
    people = people if at.gone else people.present()
    people = people.in_unit(at.unit) if at.unit else people
    for word in sort_key(at.q.replace("\x00", "")).split():
        people = people.filter(search_key__contains=word)
    page = page_of(people.select_related("unit", "lead"), at)
    record(PEOPLE_LISTED, actor=request.user, data={"count": len(page["items"]), "q": at.q})
    return page


@router.get("/people/{int:pk}", response=PersonOut, permission=VIEW)
def get_person(request: ApiRequest, pk: Path[Number]) -> Any:
    """One person. That the entry was read is recorded."""
    person = get_object_or_404(people_of(request), pk=pk)
    if person.user_id != request.user.pk:
        record(PERSON_READ, actor=request.user, target=person)
    return person


@router.post("/people", response={201: PersonOut}, permission=EDIT)
def add_person(request: ApiRequest, data: Body[PersonIn]) -> Any:
    """Add a person."""
    return Status(201, create_person(actor=request.user, **with_objects(request, data.dict())))


@router.patch("/people/{int:pk}", response=PersonOut, permission=EDIT)
def edit_person(request: ApiRequest, pk: Path[Number], data: Body[PersonPatch]) -> Any:
    """Change what is known of a person, or note the last day."""
    person = get_object_or_404(people_of(request), pk=pk)
    given = data.dict(exclude_unset=True)
    leaving = "left_on" in given
    left_on = given.pop("left_on", None)
    person = change_person(actor=request.user, person=person, **with_objects(request, given))
    if leaving and left_on:
        person = record_leaving(actor=request.user, person=person, left_on=left_on)
    elif leaving:
        person = withdraw_leaving(actor=request.user, person=person)
    return person


class PromiseOut(Schema):
    """A brand promise. Its code stays the same over versions."""

    code: str
    position: int
    text_de: str
    text_en: str


class BrandOut(Schema):
    """A published version of vision and brand."""

    version: int
    vision_de: str
    vision_en: str
    core_de: str
    core_en: str
    change_note_de: str
    change_note_en: str
    published_at: datetime
    promises: list[PromiseOut]

    @staticmethod
    def resolve_promises(found: BrandVersion) -> list[BrandPromise]:
        """The promises in their order."""
        return list(found.promises.all())


class SupportOut(Schema):
    """The support of a unit with those below; `unit` is null for the whole company."""

    unit: Ref | None
    lead: Ref | None
    confirmed: int
    people: int = Field(alias="n")


def published() -> QuerySet[BrandVersion]:
    """Versions that everybody may read, with their promises."""
    return BrandVersion.objects.published().prefetch_related("promises")


@router.get("/brand", response=BrandOut, permission=READ_BRAND)
def get_brand(request: ApiRequest) -> Any:
    """The valid version of vision and brand."""
    found = published().first()
    if found is None:
        raise Http404
    return found


@router.get("/brand/versions", response=Page[BrandOut], permission=READ_BRAND)
def list_brand_versions(request: ApiRequest, at: Query[PageQuery]) -> Any:
    """All published versions."""
    return page_of(published(), at)


@router.get("/brand/versions/{int:version}", response=BrandOut, permission=READ_BRAND)
def get_brand_version(request: ApiRequest, version: Path[SmallNumber]) -> Any:
    """One published version."""
    return get_object_or_404(published(), version=version)


@router.get("/brand/support", response=list[SupportOut], permission=READ_BRAND)
def list_brand_support(request: ApiRequest) -> Any:
    """How many people of each unit have confirmed the valid version; units too small for a figure are left out."""
    valid = BrandVersion.objects.published().first()
    return support_of(valid).lines if valid else []


def with_objects(request: ApiRequest, given: dict[str, Any]) -> Any:
    """The fields of a request with unit and lead as objects."""
    if "unit" in given:
        given["unit"] = named(Unit.objects.visible_to(request.user), given["unit"], "unit")
    if "lead" in given:
        given["lead"] = named(Person.objects.visible_to(request.user), given["lead"], "lead")
    return given
