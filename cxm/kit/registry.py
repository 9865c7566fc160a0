"""One small register on which every socket is built: upper rooms fill it, the lower room reads it."""

from collections.abc import Iterator
from typing import Protocol


class Coded(Protocol):
    """Anything with a code of its own."""

    @property
    def code(self) -> str:
        """Unique within its register."""
        ...


class Registry[T: Coded]:
    """Keeps registered things in the order of their registration; a code can be taken once only."""

    def __init__(self, kind: str) -> None:
        self.kind = kind
        self._items: dict[str, T] = {}

    def register(self, item: T) -> T:
        """Add `item`. Raises ValueError if its code is taken by something else."""
        if self._items.setdefault(item.code, item) is not item:
            raise ValueError(f"{self.kind} {item.code!r} is registered twice")
        return item

    def get(self, code: str) -> T | None:
        """The thing with this code, or None."""
        return self._items.get(code)

    def __getitem__(self, code: str) -> T:
        return self._items[code]

    def __contains__(self, code: str) -> bool:
        return code in self._items

    def __iter__(self) -> Iterator[T]:
        return iter(self._items.values())

    def __len__(self) -> int:
        return len(self._items)
