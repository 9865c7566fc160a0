"""The HTTP API, composed of the rooms' routers (`api.py` in each room)."""

from ninja import NinjaAPI

api = NinjaAPI(title="cxm", version="1.0.0", docs_url=None, openapi_url="openapi.json", urls_namespace="api")
