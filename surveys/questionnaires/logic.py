"""Which questions are shown: conditions on earlier answers, and the proof before publishing that all can be reached.

A question is shown if all of its conditions hold. A condition names an earlier question by its code and says
`{"of": code, "choices": [codes]}`, `{"of": code, "from": low, "to": high}` (either end may be missing) or
`{"of": code, "answered": true}`. What is not shown counts as not answered.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from surveys.questionnaires.choices import CHOOSING, Kind
from surveys.questionnaires.sheet import Item, Sheet

UNKNOWN = "unknown"
"""What stands in a draft for “don't know”."""

type Answers = Mapping[str, Any]
"""What somebody has answered so far, by the code of the question: see `models.Draft`."""


@dataclass(frozen=True)
class Condition:
    """One condition, read."""

    of: str
    choices: frozenset[str] | None = None
    low: int | None = None
    high: int | None = None

    @classmethod
    def read(cls, raw: Mapping[str, Any]) -> "Condition":
        """From its JSON form. Raises ValueError if that says nothing."""
        if not isinstance(raw.get("of"), str) or not {"choices", "from", "to", "answered"} & set(raw):
            raise ValueError(f"no condition: {raw!r}")
        choices = raw.get("choices")
        return cls(raw["of"], None if choices is None else frozenset(choices), raw.get("from"), raw.get("to"))

    def holds(self, value: Any) -> bool:
        """Whether an answer fulfils it; “don't know” fulfils no condition but that of being answered."""
        if value in (None, "", []):
            return False
        if self.choices is not None:
            given = value if isinstance(value, list) else [value]
            return bool(self.choices & set(map(str, given)))
        if self.low is None and self.high is None:
            return True
        try:
            number = float(value)  # a step is a number, a number is kept as text
        except (TypeError, ValueError):
            return False
        return (self.low is None or number >= self.low) and (self.high is None or number <= self.high)


def conditions(item: Item) -> list[Condition]:
    """The conditions of a question."""
    return [Condition.read(raw) for raw in item.show_if]


def shown(sheet: Sheet, answers: Answers) -> list[Item]:
    """The questions that somebody with these answers sees, in order."""
    found: list[Item] = []
    counted: dict[str, Any] = {}
    for item in sheet.items:
        if all(condition.holds(counted.get(condition.of)) for condition in conditions(item)):
            found.append(item)
            counted[item.code] = answers.get(item.code)
    return found


@dataclass(frozen=True)
class Fault:
    """Why a version cannot be published: at which question, which sort, and what it is about."""

    item: Item
    code: str
    about: str = ""


def faults(sheet: Sheet) -> list[Fault]:
    """Conditions that name nothing that comes earlier, or that nobody can fulfil."""
    found: list[Fault] = []
    earlier: dict[str, Item] = {}
    needs: dict[str, dict[str, set[str] | tuple[float, float]]] = {}
    for item in sheet.items:
        own: dict[str, set[str] | tuple[float, float]] = {}
        wrong = False
        for condition in conditions(item):
            other = earlier.get(condition.of)
            if other is None:
                found.append(Fault(item, "not_earlier", condition.of))
                wrong = True
            elif not _fits(condition, other):
                found.append(Fault(item, "no_such_answer", condition.of))
                wrong = True
            else:
                _narrow(own, condition, other)
                for code, values in needs.get(condition.of, {}).items():
                    _narrow_to(own, code, values)
        if not wrong and any(_is_empty(values) for values in own.values()):
            found.append(Fault(item, "never_shown"))
        needs[item.code] = own
        earlier[item.code] = item
    return found


def _fits(condition: Condition, other: Item) -> bool:
    """Whether the other question can be answered in such a way at all."""
    if condition.choices is not None:
        return (
            other.kind in CHOOSING
            and bool(condition.choices)
            and condition.choices <= {o.code for o in other.options}
        )
    if condition.low is None and condition.high is None:
        return True
    return other.is_scale or other.kind == Kind.NUMBER


def _narrow(own: dict[str, set[str] | tuple[float, float]], condition: Condition, other: Item) -> None:
    if condition.choices is not None:
        # Of several choices two conditions can hold at once by two ticks; of one choice they cannot.
        if other.kind == Kind.SINGLE:
            _narrow_to(own, other.code, set(condition.choices))
    elif condition.low is not None or condition.high is not None:
        low = max(x for x in (condition.low, other.low, float("-inf")) if x is not None)
        high = min(x for x in (condition.high, other.high, float("inf")) if x is not None)
        _narrow_to(own, other.code, (low, high))


def _narrow_to(
    own: dict[str, set[str] | tuple[float, float]], code: str, values: set[str] | tuple[float, float]
) -> None:
    had = own.get(code)
    if isinstance(had, set) and isinstance(values, set):
        own[code] = had & values
    elif isinstance(had, tuple) and isinstance(values, tuple):
        own[code] = (max(had[0], values[0]), min(had[1], values[1]))
    else:
        own[code] = values


def _is_empty(values: set[str] | tuple[float, float]) -> bool:
    return not values if isinstance(values, set) else values[0] > values[1]


def answered(items: Iterable[Item], answers: Answers) -> int:
    """How many of these questions have an answer."""
    return sum(answers.get(item.code) not in (None, "", []) for item in items)
