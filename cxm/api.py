"""The HTTP API, composed of the rooms' routers (`api.py` in each room)."""

from cxm.accounts.door import AccountsDoor
from cxm.accounts.views.api_docs import api_docs
from cxm.kit.api import CxmAPI

api = CxmAPI(door=AccountsDoor(), page=api_docs, title="cxm", version="1.0.0", urls_namespace="api")

for prefix, router in (
    ("accounts", "cxm.accounts.api.router"),
    ("organisation", "cxm.organisation.api.router"),
    ("imports", "cxm.imports.api.router"),
    ("notices", "cxm.notices.api.router"),
    ("audit", "cxm.audit.api.router"),
    ("inventory", "touchpoints.inventory.api.router"),
    ("inventory", "touchpoints.inventory.api_landscape.router"),
    ("kpis", "touchpoints.kpis.api.router"),
    ("dashboards", "touchpoints.dashboards.api.router"),
    ("questionnaires", "surveys.questionnaires.api.router"),
    ("questionnaires", "surveys.questionnaires.api_waves.router"),
    ("training", "surveys.training.api.router"),
):
    api.add_router(prefix, router)
