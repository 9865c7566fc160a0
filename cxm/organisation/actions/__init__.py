"""Every write of this room."""

from cxm.organisation.actions.absences import record_absence, remove_absence
from cxm.organisation.actions.company import change_company, set_up_company
from cxm.organisation.actions.people import (
    PersonFields,
    change_person,
    create_person,
    delete_person,
    dismiss_sponsor,
    link_account,
    move_people,
    name_sponsor,
    record_leaving,
    see_off,
    unlink_account,
    withdraw_leaving,
)
from cxm.organisation.actions.units import change_unit, create_unit, dissolve_unit

__all__ = [
    "PersonFields",
    "change_company",
    "change_person",
    "change_unit",
    "create_person",
    "create_unit",
    "delete_person",
    "dismiss_sponsor",
    "dissolve_unit",
    "link_account",
    "move_people",
    "name_sponsor",
    "record_absence",
    "record_leaving",
    "remove_absence",
    "see_off",
    "set_up_company",
    "unlink_account",
    "withdraw_leaving",
]
