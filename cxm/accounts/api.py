"""Who calls, for other systems."""

from typing import Any

from ninja import Schema

from cxm.accounts.models import User
from cxm.accounts.permissions import PROFILE
from cxm.kit.api import ApiRequest, Router

router = Router(tags=["Account"])


class MeOut(Schema):
    """The account for which a key acts. `permissions` are codes of rights, as they stand at each operation."""

    id: int
    name: str
    email: str
    roles: list[str]
    language: str
    time_zone: str
    permissions: list[str]

    @staticmethod
    def resolve_permissions(user: User) -> list[str]:
        """All rights of its roles."""
        return sorted(user.permission_codes)


@router.get("/me", response=MeOut, permission=PROFILE)
def me(request: ApiRequest) -> Any:
    """The account that calls, and what it may do."""
    return request.user
