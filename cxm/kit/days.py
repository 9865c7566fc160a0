"""Days that people mean: between 1900 and 2200. Beyond, it is a slip of the keyboard, and a day further none at all."""

from datetime import date
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.utils.translation import gettext_lazy as _

FIRST_DAY = date(1900, 1, 1)
LAST_DAY = date(2200, 1, 1)


class DayField(forms.DateField):
    """A day between 1900 and 2200."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.validators += [MinValueValidator(FIRST_DAY), MaxValueValidator(LAST_DAY)]


def refuse_odd_days(**days: date | None) -> None:
    """For actions, whoever calls them: raises ValidationError at the names of days that nobody means."""
    odd = [name for name, day in days.items() if day and not FIRST_DAY <= day <= LAST_DAY]
    if odd:
        raise ValidationError({name: [_("The year must lie between 1900 and 2200.")] for name in odd})
