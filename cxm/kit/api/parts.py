"""Small pieces that the APIs of many rooms are made of."""

from typing import Annotated

from ninja import Field, Schema

BIGGEST = 2**63 - 1
"""The largest id: 64 bits."""
Number = Annotated[int, Field(ge=1, le=BIGGEST)]
"""An id."""


class Ref(Schema):
    """A thing by number and name."""

    id: int
    name: str
