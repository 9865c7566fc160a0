"""Words of the libraries whose German is missing or says "Du"; named here, they come into our own catalogue."""

from django.utils.translation import gettext_noop as _

BORROWED = (
    # Django
    _("- Select an option -"),
    # django-allauth: errors and messages that can reach a person here; its pages and mails have our own words
    _("You cannot remove your primary email address."),
    _("You cannot remove your primary email address (%(email)s)."),
    _("Please type your current password."),
    _("You cannot add more than %d email addresses."),
    _("Your primary email address must be verified."),
    _("Be patient, you are sending too many requests."),
    _("Too many failed login attempts. Try again later."),
    _("Please select only one."),
    _("The new value must be different from the current one."),
    _("You must type the same password each time."),
    _("You must type the same email each time."),
    _(
        "An account already exists with this email address. Please sign in to that account first, then connect "
        "your %s account."
    ),
    _("Your account has no password set up."),
    _("Your account has no verified email address."),
    _("Do you really want to remove the selected email address?"),
    _("You have confirmed %(email)s."),
    _("You have signed out."),
    _("Please Confirm Your Email Address"),
    _("Verify Your Email Address"),
    _("Use a security key"),
    _("Use your password"),
    _("Use authenticator app or code"),
)
