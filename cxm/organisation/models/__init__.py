"""The tables of this room."""

from cxm.organisation.models.brand import (
    BrandConfirmation,
    BrandPromise,
    BrandReminder,
    BrandVersion,
    BrandVersionQuerySet,
)
from cxm.organisation.models.people import (
    Absence,
    Company,
    CompanyQuerySet,
    Person,
    PersonQuerySet,
    Unit,
    UnitQuerySet,
    company_language,
)

__all__ = [
    "Absence",
    "BrandConfirmation",
    "BrandPromise",
    "BrandReminder",
    "BrandVersion",
    "BrandVersionQuerySet",
    "Company",
    "CompanyQuerySet",
    "Person",
    "PersonQuerySet",
    "Unit",
    "UnitQuerySet",
    "company_language",
]
