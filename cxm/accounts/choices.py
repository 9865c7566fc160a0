"""The fixed words of accounts, and what is recorded of them."""

from django.utils.translation import gettext_lazy as _

from cxm.audit.choices import Verb

DEMO_DOMAIN = "hainbuch.example"
"""Where the people of the demo have their e-mail; nobody else has: the name is reserved for examples."""

DEMO_CAST = ("mia", "sofia", "otto", "emil", "ada", "karla", "gregor", "lara", "dario")
"""Before the @ of the people whom the demo offers, in the order in which it offers them."""

ROOMS = {
    "house": _("cxm itself"),
    "accounts": _("Users and rights"),
    "organisation": _("People and units"),
    "imports": _("Imports"),
    "notices": _("Notices and mail"),
    "audit": _("History"),
    "inventory": _("Touchpoints"),
    "kpis": _("KPIs"),
    "dashboards": _("Dashboards"),
}
"""What the first part of a permission's code is called on the matrix page."""

USER_CREATED = Verb("accounts.user.created", _("{actor} made an account for {label}"))
USER_CHANGED = Verb("accounts.user.changed", _("{actor} changed the account of {label}"))
USER_READ = Verb("accounts.user.read", _("{actor} opened the account of {label}"), about_people=True)
USERS_EXPORTED = Verb(
    "accounts.users.exported", _("{actor} exported the list of users ({count})"), about_people=True
)
ROLES_CHANGED = Verb("accounts.user.roles_changed", _("{actor} changed the roles of {label}"))
USER_DEACTIVATED = Verb("accounts.user.deactivated", _("{actor} closed the account of {label}"))
USER_REACTIVATED = Verb("accounts.user.reactivated", _("{actor} opened the account of {label} again"))
TWO_FACTOR_RESET = Verb(
    "accounts.user.two_factor_reset", _("{actor} reset the second factor and passkeys of {label}")
)
PASSWORD_LINK_SENT = Verb(
    "accounts.user.password_link_sent", _("{actor} sent {label} a link to set a new password")
)
PASSWORD_CHANGED = Verb("accounts.user.password_changed", _("{label} has a new password"))
SIGNED_IN = Verb("accounts.user.signed_in", _("{actor} signed in"))
SIGNED_OUT = Verb("accounts.user.signed_out", _("{actor} signed out"))
SIGN_IN_FAILED = Verb("accounts.user.sign_in_failed", _("A sign-in as {label} failed"))

INVITED = Verb("accounts.invitation.sent", _("{actor} invited {label}"))
INVITATION_SENT_AGAIN = Verb("accounts.invitation.sent_again", _("{actor} invited {label} again"))
INVITATION_WITHDRAWN = Verb("accounts.invitation.withdrawn", _("{actor} withdrew the invitation of {label}"))
INVITATION_ACCEPTED = Verb("accounts.invitation.accepted", _("{label} accepted the invitation"))

GRANT_CHANGED = Verb("accounts.grant.changed", _("{actor} changed the right {label}"))
PROFILE_CHANGED = Verb("accounts.profile.changed", _("{actor} changed the own profile"))

KEY_CREATED = Verb("accounts.key.created", _("{actor} made the API key {label}"))
KEY_WITHDRAWN = Verb("accounts.key.withdrawn", _("{actor} withdrew the API key {label}"))

VIEW_SAVED = Verb("accounts.view.saved", _("{actor} saved the view {label}"))
VIEW_DELETED = Verb("accounts.view.deleted", _("{actor} deleted the view {label}"))
