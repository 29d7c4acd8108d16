"""Calls as generators that say what is to be done next, so that threads and tasks share one description of them."""

from __future__ import annotations

from collections.abc import Generator, Mapping
from dataclasses import dataclass, field
from typing import Any, TypeAlias, TypeVar

T = TypeVar("T")


@dataclass(frozen=True)
class Request:
    """To be sent; comes back as an `Answer`, or is raised as a `NetworkError`."""

    method: str
    url: str
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes | None = None


@dataclass(frozen=True)
class Answer:
    """What came back; names of headers in lower case."""

    status: int
    headers: Mapping[str, str]
    body: bytes


@dataclass(frozen=True)
class Sleep:
    """To be waited for."""

    seconds: float


@dataclass(frozen=True)
class Acquire:
    """Waits until nobody else refreshes."""


@dataclass(frozen=True)
class Release:
    """Lets others refresh."""


Step: TypeAlias = Request | Sleep | Acquire | Release
Flow: TypeAlias = Generator[Step, Any, T]
