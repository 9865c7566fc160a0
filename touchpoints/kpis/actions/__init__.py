"""Every write of this room."""

from touchpoints.kpis.actions.catalogue import sync_catalogue
from touchpoints.kpis.actions.measuring import measure, rebuild_sums, remove_measurement

__all__ = ["measure", "rebuild_sums", "remove_measurement", "sync_catalogue"]
