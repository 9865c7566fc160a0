"""The base of the HTTP API. A room's `api.py` declares a router; `cxm.api` puts them together.

    router = Router(tags=["People"])

    class PersonOut(Schema):
        id: int
        name: str

    class PersonIn(Input):
        name: str

    @router.get("/people", response=Page[PersonOut], permission=VIEW)
    def list_people(request: ApiRequest, at: Query[PageQuery]) -> Any:
        "All people, in the order in which they were added."
        return page_of(Person.objects.visible_to(request.user), at)

    @router.post("/people", response={201: PersonOut}, permission=EDIT)
    def add_person(request: ApiRequest, data: Body[PersonIn]) -> Any:
        "Add a person."
        return Status(201, create_person(actor=request.user, **data.dict()))

Every operation names its permission. Reading needs a key of scope "read", writing one of scope "write"; a writing
request may carry an `Idempotency-Key`. Errors are problem+json (RFC 9457): raise `Problem`, Django's `ValidationError`,
`Http404` or `PermissionDenied`. The first line of the docstring is the operation's summary, the rest its description.
"""

from cxm.kit.api.door import ApiRequest, Caller, Door
from cxm.kit.api.house import CxmAPI
from cxm.kit.api.paging import Page, PageQuery, page_of
from cxm.kit.api.parsing import Input
from cxm.kit.api.parts import BIGGEST, Number, Ref
from cxm.kit.api.problems import Problem
from cxm.kit.api.routing import Router

__all__ = [
    "BIGGEST",
    "ApiRequest",
    "Caller",
    "CxmAPI",
    "Door",
    "Input",
    "Number",
    "Page",
    "PageQuery",
    "Problem",
    "Ref",
    "Router",
    "page_of",
]
