"""What the generated classes of calls have in common."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Iterator, Mapping
from typing import Any, Protocol, TypeVar

from .caller import Caller
from .flow import Flow
from .generated import models
from .operation import Operation
from .pages import next_page

T = TypeVar("T")
R = TypeVar("R", bound="Resource")
A = TypeVar("A", bound="AsyncResource")


class Run(Protocol):
    """Does what a flow says."""

    def __call__(self, flow: Flow[T]) -> T: ...


class RunAsync(Protocol):
    """Does what a flow says, without blocking."""

    def __call__(self, flow: Flow[T]) -> Awaitable[T]: ...


class Resource:
    """Calls that block."""

    def __init__(self, caller: Caller, run: Run) -> None:
        self._caller = caller
        self._run = run

    @classmethod
    def _beside(cls: type[R], other: Resource) -> R:
        return cls(other._caller, other._run)

    def _call(
        self,
        operation: Operation[T],
        path: Mapping[str, str] | None = None,
        query: Mapping[str, Any] | None = None,
        body: Mapping[str, Any] | None = None,
    ) -> T:
        return self._run(self._caller.call(operation, path, query, body))

    def _each(
        self,
        operation: Operation[Any],
        entries: str,
        query: Mapping[str, Any],
        path: Mapping[str, str] | None = None,
    ) -> Iterator[Any]:
        asked: Mapping[str, Any] | None = query
        while asked is not None:
            page = self._call(operation, path, asked)
            yield from getattr(page, entries)
            asked = next_page(asked, page, entries)

    def _refresh(self) -> models.TokensBody:
        return self._run(self._caller.session.refresh_now())

    def _sign_out(self) -> None:
        self._run(self._caller.session.sign_out())


class AsyncResource:
    """Calls to await."""

    def __init__(self, caller: Caller, run: RunAsync) -> None:
        self._caller = caller
        self._run = run

    @classmethod
    def _beside(cls: type[A], other: AsyncResource) -> A:
        return cls(other._caller, other._run)

    async def _call(
        self,
        operation: Operation[T],
        path: Mapping[str, str] | None = None,
        query: Mapping[str, Any] | None = None,
        body: Mapping[str, Any] | None = None,
    ) -> T:
        return await self._run(self._caller.call(operation, path, query, body))

    async def _each(
        self,
        operation: Operation[Any],
        entries: str,
        query: Mapping[str, Any],
        path: Mapping[str, str] | None = None,
    ) -> AsyncIterator[Any]:
        asked: Mapping[str, Any] | None = query
        while asked is not None:
            page = await self._call(operation, path, asked)
            for entry in getattr(page, entries):
                yield entry
            asked = next_page(asked, page, entries)

    async def _refresh(self) -> models.TokensBody:
        return await self._run(self._caller.session.refresh_now())

    async def _sign_out(self) -> None:
        await self._run(self._caller.session.sign_out())
