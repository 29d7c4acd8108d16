"""What is known of an operation before it is called."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Generic, TypeVar

T_co = TypeVar("T_co", covariant=True)


class Redirect:
    """Marks operations that answer with an address to go to."""


@dataclass(frozen=True, kw_only=True)
class Operation(Generic[T_co]):
    """A method at a path, and what it answers."""

    method: str
    path: str
    answer: Any = Any
    """The type of the answer, as `decode` reads it."""
    secured: bool = True
    """Whether it wants to know who asks."""
    form: bool = False
    """Whether its body is a form and not JSON."""
    keeps: str = ""
    """What of its answer the client keeps: `tokens`, `access_token` or nothing."""
