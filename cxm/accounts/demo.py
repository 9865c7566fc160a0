"""The cast of the demo: one person for each role, all with the same password."""

from allauth.account.models import EmailAddress
from django.conf import settings
from django.contrib.auth.hashers import make_password
from django.utils.translation import gettext as _
from django.utils.translation import override

from cxm.accounts.choices import DEMO_DOMAIN
from cxm.accounts.models import Language, User
from cxm.kit.access import Role
from cxm.kit.demo import World

PASSWORD = "hainbuch-demo"  # of the demo only; the page for it exists nowhere else

CAST = (
    ("mia", "Mia Meyer", (Role.CX_MANAGER,)),
    ("sofia", "Sofia Sander", (Role.SPONSOR,)),
    ("otto", "Otto Özdemir", (Role.OWNER, Role.EMPLOYEE)),
    ("emil", "Emil Ernst", (Role.EMPLOYEE,)),
    ("karla", "Karla Kraus", (Role.AGENT, Role.EMPLOYEE)),
    ("gregor", "Gregor Grau", (Role.APPROVER,)),
    ("lara", "Lara Lindt", (Role.LOYALTY_MANAGER,)),
    ("dario", "Dario Dorn", (Role.DATA_STEWARD,)),
    ("ada", "Ada Adler", (Role.ADMIN,)),
)


def load(world: World) -> None:
    """Make the users; `world.things["users"]` holds them by first name."""
    hashed = make_password(PASSWORD)  # once: a good hash is slow on purpose
    users = User.objects.bulk_create(
        User(
            email=f"{key}@{DEMO_DOMAIN}",
            name=name,
            roles=[*roles],
            language=Language.DE,
            password=hashed,
        )
        for key, name, roles in CAST
    )
    EmailAddress.objects.bulk_create(  # two-factor sign-in asks for a proven address
        EmailAddress(user=user, email=user.email, verified=True, primary=True) for user in users
    )
    world.things["users"] = {key: user for (key, _name, _roles), user in zip(CAST, users, strict=True)}
    with override(
        settings.LANGUAGE_CODE
    ):  # the company is German, its terminal speaks as the installation does
        greeting = _("Demo company %(company)s; the password of all is %(password)s:")
        world.greeting.append(greeting % {"company": "Hainbuch Möbel", "password": PASSWORD})
        world.greeting += [
            f"  {user.email:<26} {user.name}, {', '.join(str(Role(role).label) for role in user.roles)}"
            for user in users
        ]
