"""What is recorded of the company and its people."""

from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy

from cxm.audit.choices import Verb

COMPANY_SET_UP = Verb("organisation.company.set_up", _("{actor} set up {label}"))
COMPANY_CHANGED = Verb("organisation.company.changed", _("{actor} changed the company settings"))

UNIT_CREATED = Verb("organisation.unit.created", _("{actor} added the unit {label}"))
UNIT_CHANGED = Verb("organisation.unit.changed", _("{actor} changed the unit {label}"))
UNIT_MOVED = Verb("organisation.unit.moved", _("{actor} moved the unit {label} below {parent}"))
UNIT_DISSOLVED = Verb(
    "organisation.unit.dissolved", _("{actor} dissolved the unit {label}; its people went to {into}")
)

PERSON_CREATED = Verb("organisation.person.created", _("{actor} added {label}"))
PERSON_CHANGED = Verb("organisation.person.changed", _("{actor} changed the entry of {label}"))
PERSON_DELETED = Verb("organisation.person.deleted", _("{actor} deleted the entry of {label}"))
PERSON_READ = Verb("organisation.person.read", _("{actor} opened the entry of {label}"), about_people=True)
PEOPLE_EXPORTED = Verb(
    "organisation.people.exported", _("{actor} exported the list of people ({count})"), about_people=True
)
PEOPLE_LISTED = Verb(
    "organisation.people.listed",
    _("{actor} read the list of people through the API ({count})"),
    about_people=True,
)
PERSON_MOVED = Verb("organisation.person.moved", _("{actor} moved {label} to {unit}"))
PERSON_LEAVES = Verb("organisation.person.leaves", _("{label} leaves the company on {left_on}"))
"""Data: left_on (ISO day, the first day without the person). Heard by whoever gives people tasks."""
PERSON_STAYS = Verb("organisation.person.stays", _("{label} does not leave the company after all"))
ACCOUNT_LINKED = Verb("organisation.person.linked", _("{label} is linked to the account {account}"))
ACCOUNT_UNLINKED = Verb("organisation.person.unlinked", _("{label} is no longer linked to an account"))
SPONSOR_NAMED = Verb("organisation.sponsor.named", _("{actor} made {label} executive sponsor"))
SPONSOR_GONE = Verb("organisation.sponsor.gone", _("{label} is no longer executive sponsor"))

ABSENCE_RECORDED = Verb("organisation.absence.recorded", _("{label} is away from {since} to {until}"))
"""Data: absence (id), since and until (ISO days, both away), deputy (id of the person or null)."""
ABSENCE_REMOVED = Verb("organisation.absence.removed", _("An absence of {label} was removed"))

BRAND_DRAFTED = Verb("organisation.brand.drafted", _("{actor} began version {version} of vision and brand"))
BRAND_CHANGED = Verb("organisation.brand.changed", _("{actor} changed the draft of version {version}"))
BRAND_DISCARDED = Verb("organisation.brand.discarded", _("{actor} discarded the draft of version {version}"))
BRAND_ASKED = Verb(
    "organisation.brand.asked",
    _("{actor} asked the sponsor to publish version {version} of vision and brand"),
)
BRAND_PUBLISHED = Verb(
    "organisation.brand.published", _("{actor} published version {version} of vision and brand")
)
"""Data: version (its number). Heard by whoever tells people."""
BRAND_CONFIRMED = Verb(
    "organisation.brand.confirmed", _("{label} has read and confirmed version {version} of vision and brand")
)
"""About the person, not the version: who has read it is not for everybody."""
BRAND_REMINDED = Verb(
    "organisation.brand.reminded",
    ngettext_lazy(
        "{actor} reminded {n} person to read version {version} of vision and brand",
        "{actor} reminded {n} people to read version {version} of vision and brand",
    ),
    counts="n",
)
"""Data: version (its number), n, batch of the reminders."""
