"""Every write of this room."""

from touchpoints.kpis.actions.catalogue import sync_catalogue
from touchpoints.kpis.actions.managing import (
    add_note,
    change_kpi,
    choose_headlines,
    choose_kpis,
    correct_target,
    correct_version,
    define_kpi,
    end_target,
    remove_note,
    remove_target,
    remove_version,
    set_target,
    start_version,
)
from touchpoints.kpis.actions.measuring import measure, rebuild_sums, remove_measurement
from touchpoints.kpis.actions.watching import close_alarm, look_into_alarm, raise_alarms
from touchpoints.kpis.coding import Given
from touchpoints.kpis.facts import Fact

__all__ = [
    "Fact",
    "Given",
    "add_note",
    "change_kpi",
    "choose_headlines",
    "choose_kpis",
    "close_alarm",
    "correct_target",
    "correct_version",
    "define_kpi",
    "end_target",
    "look_into_alarm",
    "measure",
    "raise_alarms",
    "rebuild_sums",
    "remove_measurement",
    "remove_note",
    "remove_target",
    "remove_version",
    "set_target",
    "start_version",
    "sync_catalogue",
]
