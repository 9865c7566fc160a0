"""Save what the rules of the model allow; what others did meanwhile is a message, not an error page."""

from django.core.exceptions import ValidationError
from django.db import IntegrityError, models, transaction
from django.utils.translation import gettext_lazy as _


def save_checked(thing: models.Model) -> None:
    """Check all rules of the model and save. Raises ValidationError also where the database refuses it."""
    thing.full_clean()
    try:
        with transaction.atomic():
            thing.save()
    except IntegrityError:
        thing.full_clean()  # whatever came between is visible by now, and has a message of its own
        raise ValidationError(_("Somebody changed this at the same time. Please try again.")) from None
