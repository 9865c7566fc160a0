"""Checks of arguments: each raises a ValueError that names the argument, so that no NaN ever enters a
figure.
"""

from math import isfinite


def check_count(name: str, value: int, least: int = 0) -> None:
    """Refuse anything but a whole number of at least `least`."""
    if not isinstance(value, int):
        raise ValueError(f"{name} must be a whole number, not {value!r}")
    if value < least:
        raise ValueError(f"{name} must be at least {least}, not {value}")


def check_part(name: str, value: int, whole_name: str, whole: int) -> None:
    """Refuse a count below 0 or above the whole that it is part of."""
    check_count(name, value)
    if value > whole:
        raise ValueError(f"{name} must not be above {whole_name} ({whole}), not {value}")


def check_number(name: str, value: float, least: float | None = None) -> None:
    """Refuse NaN, the infinities and, where given, values below `least`."""
    if not isfinite(value):
        raise ValueError(f"{name} must be a finite number, not {value!r}")
    if least is not None and value < least:
        raise ValueError(f"{name} must be at least {least}, not {value!r}")


def check_open(name: str, value: float, low: float = 0.0, high: float = 1.0) -> None:
    """Refuse a value outside the open range (low, high); both ends are refused too."""
    if not low < value < high:
        raise ValueError(f"{name} must lie between {low:g} and {high:g}, not {value!r}")
