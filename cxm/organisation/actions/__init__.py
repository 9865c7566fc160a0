"""Every write of this room."""

from cxm.organisation.actions.absences import record_absence, remove_absence
from cxm.organisation.actions.brand import (
    PromiseText,
    ask_to_publish,
    change_brand_draft,
    discard_brand_draft,
    draft_brand,
    publish_brand,
)
from cxm.organisation.actions.brand_reading import Reminded, confirm_brand, remind_readers
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
from cxm.organisation.actions.undoing import remove_people, remove_units
from cxm.organisation.actions.units import change_unit, create_unit, dissolve_unit

__all__ = [
    "PersonFields",
    "PromiseText",
    "Reminded",
    "ask_to_publish",
    "change_brand_draft",
    "change_company",
    "change_person",
    "change_unit",
    "confirm_brand",
    "create_person",
    "create_unit",
    "delete_person",
    "discard_brand_draft",
    "dismiss_sponsor",
    "dissolve_unit",
    "draft_brand",
    "link_account",
    "move_people",
    "name_sponsor",
    "publish_brand",
    "record_absence",
    "record_leaving",
    "remind_readers",
    "remove_absence",
    "remove_people",
    "remove_units",
    "see_off",
    "set_up_company",
    "unlink_account",
    "withdraw_leaving",
]
