"""Fields in which one types a name and gets offered what fits; without JavaScript the name alone is enough."""

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import ProhibitNullCharactersValidator
from django.db.models import Q, QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _

from cxm.kit.fields import sort_key
from cxm.organisation.models import Person
from touchpoints.inventory.models import ContentItem, Responsibility, System, Touchpoint

MOST_WORDS = 50  # things named in one field; words of one name
NAMED = 6  # candidates that an error names


_keepable = ProhibitNullCharactersValidator()  # looked for, such a text would be an error of the database


def label_of(person: Person) -> str:
    """The name, with what tells namesakes apart."""
    details = ", ".join(str(part) for part in (person.position, person.unit or "", person.email) if part)
    return f"{person.name} – {details}" if details else person.name


def holders() -> QuerySet[Person]:
    """Who plays a part today or later, also if he has left."""
    holding = Responsibility.objects.since().filter(touchpoint__in=Touchpoint.objects.current())
    return Person.objects.filter(pk__in=holding.values("person"))


class SearchInput(forms.TextInput):
    """A line of text with suggestions that the page `inventory:find` gives while one types."""

    template_name = "components/search_input.html"

    def __init__(self, kind: str) -> None:
        super().__init__({"autocomplete": "off"})
        self.kind = kind

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        """With the address of the suggestions."""
        context = super().get_context(name, value, attrs)
        context["find_url"] = f"{reverse('inventory:find', args=[self.kind])}?in={name}"
        return context


class PersonField(forms.CharField):
    """Somebody who works here: his name, with position and unit where others bear it, too; or his number."""

    def __init__(self, *, kind: str = "people", **kwargs: Any) -> None:
        super().__init__(max_length=500, widget=SearchInput(kind), **kwargs)
        self.queryset: QuerySet[Person] = Person.objects.none()

    def offer(self, *, at: date | None = None, also: int | None = None) -> None:
        """Take those who belong to the company on that day, and one more person if wanted."""
        present = Person.objects.present(at).values("pk")
        self.queryset = Person.objects.filter(Q(pk__in=present) | Q(pk=also))

    def prepare_value(self, value: Any) -> Any:
        """A person or his number is shown with his name."""
        if isinstance(value, Person):
            return label_of(value)
        found = self._numbered(value)
        return label_of(found) if found else value

    def to_python(self, value: Any) -> Any:
        text = super().to_python(value)
        _keepable(text)
        return self._found(text) if text else None

    def validate(self, value: Any) -> None:
        """Whoever was found is valid."""
        if self.required and value is None:
            raise ValidationError(self.error_messages["required"], code="required")

    def run_validators(self, value: Any) -> None:
        """None: the name was looked up."""

    def has_changed(self, initial: Any, data: Any) -> bool:
        """Whether somebody else is named."""
        return super().has_changed(self.prepare_value(initial), self.prepare_value(data))

    def _numbered(self, value: Any) -> Person | None:
        text = str(value or "")
        is_number = text.isascii() and text.isdigit() and len(text) < 19
        return self.queryset.select_related("unit").filter(pk=text).first() if is_number else None

    def _found(self, text: str) -> Person:
        if person := self._numbered(text):
            return person
        key = sort_key(text.partition(" – ")[0])
        rows = self.queryset.select_related("unit")
        for word in key.split()[:MOST_WORDS]:
            rows = rows.filter(name_sort__contains=word)
        fitting = list(rows.order_by("name_sort", "pk")[:500])
        for exact in (
            [person for person in fitting if " – " in text and label_of(person) == text],
            [person for person in fitting if person.name_sort == key],
            fitting,
        ):
            if len(exact) == 1:
                return exact[0]
            if exact:
                break
        raise ValidationError(_refusal(text, fitting), code="invalid_choice")


def _refusal(text: str, fitting: list[Person]) -> str:
    if not fitting:
        return _("Nobody of the name “%(name)s” is found here.") % {"name": text}
    names = "; ".join(f"{label_of(person)} ({person.pk})" for person in fitting[:NAMED])
    more = "; …" if len(fitting) > NAMED else ""
    words = _("Several people fit; write the number of the one you mean: %(names)s")
    return words % {"names": names + more}


class ThingsField(forms.CharField):
    """Several touchpoints, systems or pieces of content by name (touchpoints also by code), separated by semicolons."""

    NAMES: Mapping[str, tuple[str, ...]] = {
        "touchpoints": ("code", "name"),
        "systems": ("name",),
        "contents": ("title",),
    }

    def __init__(self, kind: str, **kwargs: Any) -> None:
        super().__init__(widget=SearchInput(kind), **kwargs)
        self.names = self.NAMES[kind]
        self.rows = KINDS[kind]

    def to_python(self, value: Any) -> Any:
        text = super().to_python(value) or ""
        _keepable(text)
        words = [word.strip() for word in text.split(";") if word.strip()]
        return self._found(words[:MOST_WORDS])

    def validate(self, value: Any) -> None:
        """Whatever was found is valid."""

    def run_validators(self, value: Any) -> None:
        """None: the words were looked up."""

    def _found(self, words: list[str]) -> list[Any]:
        """One query for all words."""
        if not words:
            return []
        asked = Q()
        for word in words:
            for name in self.names:
                asked |= Q(**{f"{name}__iexact": word})
        rows = list(self.rows().filter(asked))
        return [self._named(word, rows) for word in words]

    def _named(self, word: str, rows: Iterable[Any]) -> Any:
        wanted = word.upper()
        found = [row for row in rows if any(getattr(row, name).upper() == wanted for name in self.names)]
        if len(found) == 1:
            return found[0]
        if "code" in self.names:
            several = _("“%(word)s” is the name of several touchpoints; use the code.")
            text = several if found else _("There is no touchpoint “%(word)s”.")
        else:
            several = _("“%(word)s” is the name of several entries; give them different names first.")
            text = several if found else _("There is no entry “%(word)s”.")
        raise ValidationError(text % {"word": word})


KINDS: dict[str, Any] = {
    "people": Person.objects.present,
    "holders": holders,
    "touchpoints": Touchpoint.objects.current,
    "systems": System.objects.current,
    "contents": ContentItem.objects.current,
}
"""What may be looked for, by the word in the address."""
