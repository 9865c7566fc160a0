"""Lists of people: from the personnel system, from Excel, as they are."""

import re
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from cxm.accounts.actions import reactivate_user
from cxm.accounts.models import User
from cxm.kit.importers import (
    IMPORTERS,
    Context,
    DoneRow,
    Draft,
    Field,
    Importer,
    Offer,
    Offered,
    Option,
    Progress,
    Reasons,
    UndoRefusedError,
    Verdict,
    step,
)
from cxm.kit.sheets import BadValueError, Cell, Reading, values
from cxm.organisation.actions import (
    PersonFields,
    change_person,
    create_person,
    create_unit,
    name_sponsor,
    record_leaving,
    remove_people,
    remove_units,
    withdraw_leaving,
)
from cxm.organisation.models import Person, Unit
from cxm.organisation.names import name_key, read_name
from cxm.organisation.permissions import IMPORT
from cxm.organisation.trees import flat, unit_tree

A_DAY = timedelta(days=1)
TEXTS = ("email", "phone", "position")


def email(cell: Cell, reading: Reading) -> str:
    """An e-mail address in lower case."""
    text = values.text(cell, reading).lower().removeprefix("mailto:")
    try:
        validate_email(text)
    except ValidationError:
        raise BadValueError(
            _now("“{value}” is not an e-mail address.").format(value=values.shown(cell))
        ) from None
    return text


END_OF_TIME = re.compile(r"\s*(31\.12\.9999|9999-12-31|9999/12/31|31/12/9999|12/31/9999|99991231)\b.*")


def last_day(cell: Cell, reading: Reading) -> Any:
    """A day. The end of time, as personnel systems write it for who stays, is none."""
    return None if END_OF_TIME.fullmatch(str(cell)) else values.day(cell, reading)


def unit_options() -> list[Option]:
    """All units; one that shares its name with another goes by its path."""
    nodes = flat(unit_tree())
    by_id = {node.unit.pk: node.unit for node in nodes}
    doubles: dict[str, int] = defaultdict(int)
    for node in nodes:
        doubles[name_key(node.unit.name)] += 1
    options = []
    for node in nodes:
        path, above = [node.unit.name], node.unit.parent_id
        while above:
            path.insert(0, by_id[above].name)
            above = by_id[above].parent_id
        spelled = tuple(sign.join(path) for sign in (" / ", " > ", " - ", "/"))
        alone = doubles[name_key(node.unit.name)] == 1
        label = node.unit.name if alone else spelled[0]
        options.append(
            Option(str(node.unit.pk), label, (*spelled, node.unit.code) if node.unit.code else spelled)
        )
    return options


@dataclass
class Directory:
    """Everybody who is known, found by e-mail or by name."""

    by_email: dict[str, Person] = field(default_factory=dict)
    by_name: dict[str, list[Person]] = field(default_factory=lambda: defaultdict(list))

    @classmethod
    def of(cls, people: Iterable[Person]) -> "Directory":
        """The directory of these people."""
        directory = cls()
        for person in people:
            if person.email:
                directory.by_email[person.email.lower()] = person
            directory.by_name[name_key(person.name)].append(person)
        return directory

    def find(self, text: str) -> list[Person]:
        """Who may be meant by an e-mail address or a name."""
        if found := self.by_email.get(text.strip().lower()):
            return [found]
        return self.by_name.get(name_key(read_name(text).name), [])


class PersonImporter(Importer):
    """People by e-mail, else by name. Units may be made on the way, leads may stand in the same list."""

    code = "people"
    label = _("People")
    description = _("Names with e-mail, unit, position, lead; who is known already is brought up to date.")
    permission = IMPORT
    icon = "users"
    list_url = "organisation:people"
    chunk_size = 20_000  # leads are looked up among all rows
    fields = (
        Field("name", _("Name"), max_length=150, aliases=(
            "Name, Vorname", "Mitarbeiter", "Mitarbeiterin", "Mitarbeitende", "Person", "Vollständiger Name",
            "Ansprechpartner", "Employee", "Full name", "Contact")),
        Field("first_name", _("First name"), aliases=("Vorname", "Rufname", "Given name")),
        Field("last_name", _("Last name"), aliases=("Nachname", "Familienname", "Zuname", "Surname", "Family name")),
        Field("email", _("E-mail"), parse=email, unique=True, max_length=254, aliases=(
            "Mail", "E-Mail-Adresse", "Mailadresse", "Email address")),
        Field("position", _("Position"), max_length=150, aliases=(
            "Funktion", "Stelle", "Tätigkeit", "Aufgabe", "Stellenbezeichnung", "Job title", "Title", "Role")),
        Field("unit", _("Unit"), options=unit_options, offers=(Offer("make", _("Add this unit")),), aliases=(
            "Abteilung", "Bereich", "Team", "Organisationseinheit", "OE", "Einheit", "Department", "Division")),
        Field("lead", _("Lead"), aliases=(
            "Vorgesetzter", "Vorgesetzte", "Führungskraft", "Leitung", "Chef", "Manager", "Supervisor", "Reports to")),
        Field("phone", _("Phone"), max_length=40, aliases=(
            "Telefon", "Tel.", "Telefonnummer", "Durchwahl", "Mobil", "Handy", "Mobile", "Extension")),
        Field("joined_on", _("Joined on"), parse=values.day, aliases=(
            "Eintritt", "Eintrittsdatum", "Eingetreten am", "Beginn", "Start date", "Hire date")),
        Field("last_day", _("Last day"), parse=last_day, aliases=(
            "Austritt", "Austrittsdatum", "Ausgeschieden am", "Letzter Tag", "Ende", "End date", "Leaving date")),
    )  # fmt: skip

    def check(self, drafts: Sequence[Draft], context: Context) -> None:
        """Who of the list is known, and who leads whom; three queries."""
        directory = Directory.of(Person.objects.select_related("lead", "unit"))
        units: dict[str, Any] = {
            name_key(offered.text): offered
            for draft in drafts
            if isinstance(offered := draft.values.get("unit"), Offered)
        }
        units |= {name_key(str(option.label)): option.value for option in unit_options()}
        for number, draft in enumerate(drafts):
            context.progress(number, len(drafts))
            self._name(draft, units)
            if draft.values.get("name"):
                self._known(draft, directory)
                self._lead(draft, directory)
            self._dates(draft)

    def _name(self, draft: Draft, units: dict[str, Any]) -> None:
        """Put the name together and into order; a unit in brackets beside it counts if no other is given."""
        first, last = draft.values.get("first_name"), draft.values.get("last_name")
        written = read_name(draft.values.get("name") or " ".join(part for part in (first, last) if part))
        if first and draft.values.get("name") and not last:
            written = read_name(
                f"{first} {draft.values['name']}"
            )  # a column "Name" beside "Vorname" is the surname
        if not written.name:
            draft.wrong(_("Without a name nobody can be added."), "name")
            return
        draft.values["name"] = written.name
        if written.beside and not draft.values.get("unit"):
            found = units.get(name_key(written.beside))
            if found:
                draft.values["unit"] = found
            else:
                draft.hint(_("What stands in brackets beside the name is no unit; it is left out."), "name")

    def _known(self, draft: Draft, directory: Directory) -> None:
        """Find the person by e-mail, else by name where that is not ambiguous."""
        address, name = draft.values.get("email"), draft.values["name"]
        person = directory.by_email.get(address) if address else None
        if person is None:
            same = directory.by_name.get(name_key(name), [])
            free = [one for one in same if not (address and one.email)]
            if len(free) > 1:
                draft.wrong(
                    _("There are several people of this name; their e-mail says who is meant."), "name"
                )
                return
            person = free[0] if free else None
            if same and not free:
                draft.hint(
                    _("There is somebody of this name with another e-mail; this one is added."), "name"
                )
        if person is None:
            if not address:
                draft.keys["name"] = name_key(name)
            return
        old = snapshot(person)
        draft.matches(person, old={code: old[code] for code in OLD} | {
            "lead": person.lead.name if person.lead else None,
            "unit": str(person.unit_id) if person.unit_id else None,
            "joined_on": person.joined_on,
            "last_day": person.left_on - A_DAY if person.left_on else None,
        })  # fmt: skip

    def _lead(self, draft: Draft, directory: Directory) -> None:
        """A lead who is known goes by his name; one who is not may still come with this list."""
        if not (text := draft.values.get("lead")):
            return
        found = directory.find(text)
        if len(found) == 1:
            draft.values["lead"] = found[0].name
        elif found:
            draft.wrong(_("There are several people of this name; their e-mail says who is meant."), "lead")
        else:
            draft.hint(
                _("Not known yet; is found if the person stands in this list, else stays empty."), "lead"
            )

    def _dates(self, draft: Draft) -> None:
        joined, last = draft.values.get("joined_on"), draft.values.get("last_day")
        if joined and last and last < joined:
            draft.wrong(_("The last day lies before the first."), "last_day")

    def apply(self, run: Any, drafts: Sequence[Draft], progress: Progress) -> None:
        """First the people, then who leads them, since a lead may stand further down."""
        super().apply(run, drafts, step(progress, 0, 0.7))
        directory = Directory.of(Person.objects.all())
        leading = step(progress, 0.7, 1)
        for number, draft in enumerate(drafts):
            leading(number, len(drafts))
            if draft.applied and draft.target and "lead" in self.wanted(draft):
                person = Person.objects.get(pk=draft.target.pk)
                found = directory.find(draft.values["lead"]) if draft.values["lead"] else []
                try:
                    with transaction.atomic():
                        person = change_person(
                            actor=run.user, person=person, lead=found[0] if found else None
                        )
                except ValidationError as error:
                    draft.hint(error.messages[0], "lead")
                draft.memo["after"] = snapshot(person)

    @staticmethod
    def wanted(draft: Draft) -> dict[str, Any]:
        """The values that the row brings."""
        given = draft.changed if draft.old else draft.values
        return {code: value for code, value in given.items() if draft.old or value not in (None, "")}

    def apply_row(self, run: Any, draft: Draft) -> None:
        """Add a person, or bring one up to date."""
        wanted = self.wanted(draft)
        fields: PersonFields = {}
        for code in ("name", *TEXTS):
            if code in wanted:
                fields[code] = wanted[code] or ""  # type: ignore[literal-required]  # the four texts
        if "unit" in wanted:
            fields["unit"] = self._unit(run, draft, wanted["unit"])
        if "joined_on" in wanted:
            fields["joined_on"] = wanted["joined_on"]
        if draft.target is None:
            person = create_person(actor=run.user, **fields)
        else:
            person = Person.objects.get(pk=draft.target.pk)
            draft.memo["before"] = snapshot(person)
            person = change_person(actor=run.user, person=person, **fields)
        if wanted.get("last_day"):
            draft.memo["sponsor"] = person.is_sponsor
            was_open = User.objects.active().filter(person=person).first()
            person = record_leaving(actor=run.user, person=person, left_on=wanted["last_day"] + A_DAY)
            if was_open and not User.objects.active().filter(pk=was_open.pk).exists():
                draft.memo["account_closed"] = was_open.pk
        elif "last_day" in wanted:
            person = withdraw_leaving(actor=run.user, person=person)
        draft.made(person)
        draft.memo["after"] = snapshot(person)

    @staticmethod
    def _unit(run: Any, draft: Draft, value: Any) -> Unit | None:
        """The unit of a row; one that was agreed to be added is made by the first row that names it."""
        if value is None:
            return None
        if not isinstance(value, Offered):
            return Unit.objects.filter(pk=value).first()
        name = value.text.strip()[:150]
        unit = Unit.objects.filter(name__iexact=name, parent=None).first()
        if unit is None:
            unit = create_unit(actor=run.user, name=name)
            draft.memo["unit_made"] = unit.pk
        return unit

    def people(self, run: Any) -> Iterable[int]:
        """Who is new."""
        return run.rows.filter(applied=True, verdict=Verdict.NEW).values_list("target_pk", flat=True)  # type: ignore[no-any-return]

    def undo(self, run: Any, rows: Sequence[DoneRow]) -> Reasons:
        """Put back what was changed, delete who was added; refused where somebody has changed them since.

        Who is in use elsewhere by now stays, and so do units; says which, and why. Locks the people.
        """
        actor: User = run.actor or run.user
        people = Person.objects.select_for_update(of=("self",)).in_bulk([done.target.pk for done in rows])
        refuse_changed(rows, people)
        for done in rows:
            if done.verdict != Verdict.NEW:
                put_back(actor, done, people[done.target.pk])
        new = {done.target.pk: done.memo["after"]["user"] for done in rows if done.verdict == Verdict.NEW}
        added = list(Person.objects.filter(pk__in=new).order_by("-pk"))
        made = [done.memo["unit_made"] for done in rows if "unit_made" in done.memo]
        return [
            *remove_people(actor=actor, people=added, accounts=new),
            *remove_units(actor=actor, ids=made),
        ]


OLD = ("name", *TEXTS)
OWN: dict[str, Any] = {"user": None}
"""What undo leaves alone, so that it does not matter who changed it: an account is its owner's."""


def snapshot(person: Person) -> dict[str, Any]:
    """A person as JSON, to see later whether anything has changed."""
    return {
        "name": person.name,
        "email": person.email or None,
        "phone": person.phone or None,
        "position": person.position or None,
        "unit": person.unit_id,
        "lead": person.lead_id,
        "user": person.user_id,
        "joined_on": person.joined_on.isoformat() if person.joined_on else None,
        "left_on": person.left_on.isoformat() if person.left_on else None,
    }


def refuse_changed(rows: Sequence[DoneRow], people: dict[int, Person]) -> None:
    """Raise UndoRefusedError for people who are gone or were changed after the import."""
    reasons: list[tuple[str, Any]] = []
    for done in rows:
        person = people.get(done.target.pk)
        if person is None:
            reasons.append((done.target.label, _("Was deleted since.")))
        elif snapshot(person) | OWN != done.memo["after"] | OWN:
            reasons.append((person.name, _("Was changed since.")))
    if reasons:
        raise UndoRefusedError(reasons)


def put_back(actor: User, done: DoneRow, person: Person) -> None:
    """Make one person what he was."""
    before = done.memo["before"]
    fields: PersonFields = {code: before[code] or "" for code in OLD}  # type: ignore[assignment]  # the four texts
    fields["unit"] = Unit.objects.filter(pk=before["unit"]).first()
    fields["lead"] = Person.objects.filter(pk=before["lead"]).first()
    fields["joined_on"] = values_day(before["joined_on"])
    person = change_person(actor=actor, person=person, **fields)
    if left_on := values_day(before["left_on"]):
        person = record_leaving(actor=actor, person=person, left_on=left_on)
    elif person.left_on:
        person = withdraw_leaving(actor=actor, person=person)
    for user in User.objects.filter(pk=done.memo.get("account_closed")):
        reactivate_user(actor=actor, user=user)
    if (
        done.memo.get("sponsor")
        and person.is_present()
        and not Person.objects.filter(is_sponsor=True).exists()
    ):
        name_sponsor(actor=actor, person=person)


def values_day(iso: str | None) -> Any:
    """A day of a snapshot."""
    return Person._meta.get_field("joined_on").to_python(iso) if iso else None


IMPORTERS.register(PersonImporter())
