"""From a cell to a value, by the written rules of `cxm.kit.numbers`; whatever they do not cover is refused by
name.

What one text cannot tell is decided once for the whole file, from its other rows or by the person: whether
`1.234` is a thousand and whether 03/04/2026 is in April. Times without offset are local; an hour that the
change to summer time skips is refused, one that the change back repeats means its first pass.
"""

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from decimal import Decimal

from django.utils.translation import gettext as _

from cxm.kit.numbers import DateError, NumberError, parse_date, parse_decimal
from cxm.kit.sheets.shapes import Cell

SHOWN = 60  # characters of a refused value that are repeated in the message
TRUE = {"ja", "j", "yes", "y", "true", "wahr", "1", "x", "✓", "✔"}
FALSE = {"nein", "n", "no", "false", "falsch", "0", "-"}
SECONDS_A_DAY = 86_400
_PROOF = {
    ",": re.compile(r"[+-]?\d*,(?:\d{1,2}|\d{4,})|[+-]?\d{1,3}(?:\.\d{3})+,\d+", re.ASCII),
    ".": re.compile(r"[+-]?\d*\.(?:\d{1,2}|\d{4,})|[+-]?\d{1,3}(?:,\d{3})+\.\d+", re.ASCII),
}
_SLASH = re.compile(r"(\d{1,2})/(\d{1,2})/(\d{2}|\d{4})", re.ASCII)
_TIME = re.compile(
    r"(\d{1,2}):(\d{2})(?::(\d{2})(?:[.,]\d{1,9})?)?\s*(Z|[+-]\d{2}:?\d{2})?(?:\s*Uhr)?", re.ASCII
)
_T = re.compile(r"(?<=\d)T(?=\d)")


class BadValueError(ValueError):
    """A cell that does not hold what its column needs; the message is for the person who made the list."""


@dataclass(frozen=True)
class Reading:
    """How the texts of one file are meant."""

    decimal: str = ","
    day_first: bool = True
    zone: tzinfo = UTC


def find_decimal(texts: Iterable[str], default: str) -> str:
    """The decimal sign that most figures of the file prove; `1.234` alone proves nothing."""
    proofs = dict.fromkeys(_PROOF, 0)
    for written in texts:
        for sign, proof in _PROOF.items():
            proofs[sign] += bool(proof.fullmatch(written.strip(" €%")))
    if proofs[","] == proofs["."]:
        return default
    return "," if proofs[","] > proofs["."] else "."


def find_day_first(texts: Iterable[str], default: bool) -> bool:
    """Whether 03/04/2026 is in April: decided by dates of the file that can be read one way only."""
    pairs = [
        (int(found[1]), int(found[2])) for written in texts if (found := _SLASH.fullmatch(written.strip()))
    ]
    first, second = any(a > 12 for a, _b in pairs), any(b > 12 for _a, b in pairs)
    return default if first == second else first


def shown(cell: Cell) -> str:
    """The refused value as it is repeated in a message."""
    text = str(cell)
    return text if len(text) <= SHOWN else text[: SHOWN - 1] + "…"


def text(cell: Cell, reading: Reading) -> str:
    """Text in normal form (NFC) without blanks at its ends; figures of a workbook as they look (5, not 5.0)."""
    if isinstance(cell, str):
        return cell.strip() if cell.isascii() else unicodedata.normalize("NFC", cell).strip()
    if isinstance(cell, bool):
        return _("yes") if cell else _("no")
    if isinstance(cell, datetime):
        return cell.isoformat(" ", "minutes")
    if isinstance(cell, date | time):
        return cell.isoformat()
    return str(int(cell)) if float(cell).is_integer() else repr(cell)


def number(cell: Cell, reading: Reading) -> Decimal:
    """An exact decimal, never NaN or infinite."""
    if isinstance(cell, bool) or not isinstance(cell, str | int | float):
        raise BadValueError(_("“{value}” is not a number.").format(value=shown(cell)))
    try:
        return parse_decimal(cell, "de" if reading.decimal == "," else "en")
    except NumberError as error:
        raise BadValueError(f"{error} (“{shown(cell)}”)") from error


def whole(cell: Cell, reading: Reading) -> int:
    """A number without decimals (3,0 is one)."""
    value = number(cell, reading)
    if value != value.to_integral_value():
        raise BadValueError(_("“{value}” is not a whole number.").format(value=shown(cell)))
    return int(value)


def yes_no(cell: Cell, reading: Reading) -> bool:
    """Ja or nein, yes or no, x, 1 or 0."""
    if isinstance(cell, bool):
        return cell
    word = text(cell, reading).casefold()
    if word in TRUE | FALSE:
        return word in TRUE
    raise BadValueError(_("“{value}” is neither yes nor no.").format(value=shown(cell)))


def day(cell: Cell, reading: Reading) -> date:
    """A date, from a date cell, a day number of a workbook or the usual ways of writing."""
    if isinstance(cell, bool | time):
        raise BadValueError(_("“{value}” is not a date.").format(value=shown(cell)))
    try:
        return parse_date(cell, "de" if reading.day_first else "en")
    except DateError as error:
        if error.reason == "ambiguous" and (found := _SLASH.fullmatch(str(cell).strip())):
            return parse_date(f"{found[2]}.{found[1]}.{found[3]}")
        raise BadValueError(f"{error} (“{shown(cell)}”)") from error


def moment(cell: Cell, reading: Reading) -> datetime:
    """A point in time in UTC; a date alone is its first minute in the zone of the file."""
    if isinstance(cell, datetime):
        return _in_zone(cell, cell, reading)
    if isinstance(cell, str):
        raw = cell.strip()
        spaced = _T.sub(" ", raw)
        head, gap, tail = spaced.rpartition(" ") if ":" in spaced else (spaced, "", "")
        while gap and not _TIME.fullmatch(tail) and " " in head:  # "12:30 Uhr", "12:30 +02:00"
            head, gap, more = head.rpartition(" ")
            tail = f"{more} {tail}"
        clock = _written_time(tail, raw) if tail else (time(), None)
        at = day(head.rstrip(","), reading)
        local = datetime.combine(at, clock[0])
        return (
            (local - clock[1]).replace(tzinfo=UTC) if clock[1] is not None else _in_zone(local, cell, reading)
        )
    if isinstance(cell, float):
        seconds = round((cell - int(cell)) * SECONDS_A_DAY)
        return _in_zone(
            datetime.combine(day(cell, reading), time()) + timedelta(seconds=seconds), cell, reading
        )
    return _in_zone(datetime.combine(day(cell, reading), time()), cell, reading)


def _written_time(written: str, raw: str) -> tuple[time, timedelta | None]:
    found = _TIME.fullmatch(written)
    if not found:
        raise BadValueError(_("“{value}” is not a date with a time.").format(value=shown(raw)))
    try:
        clock = time(int(found[1]), int(found[2]), int(found[3] or 0))
    except ValueError as error:
        raise BadValueError(_("The time of “{value}” does not exist.").format(value=shown(raw))) from error
    if not found[4]:
        return clock, None
    if found[4] == "Z":
        return clock, timedelta()
    hours, minutes = int(found[4][1:3]), int(found[4][-2:])
    if hours > 14 or minutes > 59:
        raise BadValueError(_("The time of “{value}” does not exist.").format(value=shown(raw)))
    return clock, timedelta(hours=hours, minutes=minutes) * (-1 if found[4][0] == "-" else 1)


def _in_zone(local: datetime, cell: Cell, reading: Reading) -> datetime:
    day(local, reading)  # refuses far years
    aware = local if local.tzinfo else local.replace(tzinfo=reading.zone, fold=0)
    point = aware.astimezone(UTC)
    if not local.tzinfo and point.astimezone(reading.zone).replace(tzinfo=None) != local:
        raise BadValueError(
            _("The time “{value}” does not exist: the clocks were set forward.").format(value=shown(cell))
        )
    return point
