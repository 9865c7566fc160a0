"""Fetches the signed-in user with the cells of the rights matrix that concern him: one query for both."""

from typing import Any

from allauth.account.auth_backends import AuthenticationBackend

from cxm.accounts.models import User


class Backend(AuthenticationBackend):  # type: ignore[misc]  # untyped library
    """allauth's, but for the query that every request makes, and for who may enter."""

    def user_can_authenticate(self, user: Any) -> bool:
        """Asked at sign-in and at each request."""
        return bool(user.may_enter)

    def get_user(self, user_id: int) -> User | None:
        """The user of a session, if he may still sign in."""
        user = User.objects.with_grants().filter(pk=user_id).first()
        return user if user and self.user_can_authenticate(user) else None
