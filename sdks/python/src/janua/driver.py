"""Does what flows say: with threads or with tasks, over httpx."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.cookiejar import CookieJar, DefaultCookiePolicy
from typing import Any, TypeVar

import anyio
import httpx

from .errors import NetworkError, TimeoutError, UnexpectedResponseError
from .flow import Acquire, Answer, Flow, Request, Sleep, Step

T = TypeVar("T")
MAX_ANSWER = 256 * 1024 * 1024


def no_cookies() -> CookieJar:
    """Tokens say who asks; a cookie of one person must not travel with the call of another."""
    return CookieJar(DefaultCookiePolicy(allowed_domains=[]))


@contextmanager
def network_errors(timeout: float) -> Iterator[None]:
    """Raises what httpx raises as errors of this library."""
    try:
        yield
    except httpx.TimeoutException as error:
        raise too_slow(timeout) from error
    except httpx.DecodingError as error:
        raise UnexpectedResponseError(f"The answer cannot be unpacked: {error}", code="UNEXPECTED_RESPONSE") from error
    except httpx.HTTPError as error:
        raise NetworkError(
            f"Janua could not be reached: {error or type(error).__name__}",
            code="NETWORK_ERROR",
            help="Is the server running, and is base_url its address?",
        ) from error


def too_slow(timeout: float) -> TimeoutError:
    return TimeoutError(f"No answer within {timeout:g} seconds", code="TIMEOUT", help="The option timeout allows more.")


class Collector:
    """Puts an answer together, and gives up on one that does not end."""

    def __init__(self, timeout: float) -> None:
        self._timeout = timeout
        self._deadline = time.monotonic() + timeout
        self._parts: list[bytes] = []
        self._size = 0

    def add(self, part: bytes) -> None:
        self._parts.append(part)
        self._size += len(part)
        if time.monotonic() > self._deadline:
            raise too_slow(self._timeout)
        if self._size > MAX_ANSWER:
            raise UnexpectedResponseError("The answer does not end", code="UNEXPECTED_RESPONSE")

    def answer(self, response: httpx.Response) -> Answer:
        return Answer(response.status_code, dict(response.headers), b"".join(self._parts))


class ThreadDriver:
    """Runs flows in the thread that calls."""

    def __init__(self, client: httpx.Client, timeout: float, sleep: Callable[[float], None] = time.sleep) -> None:
        self._client = client
        self._timeout = timeout
        self._sleep = sleep
        self._lock = threading.Lock()

    def __call__(self, flow: Flow[T]) -> T:
        try:
            step = next(flow)
            while True:
                try:
                    result = self._do(step)
                except BaseException as error:
                    step = flow.throw(error)
                else:
                    step = flow.send(result)
        except StopIteration as end:
            value: T = end.value
            return value

    def _do(self, step: Step) -> Any:
        if isinstance(step, Request):
            return self._send(step)
        if isinstance(step, Sleep):
            return self._sleep(step.seconds)
        return self._lock.acquire() if isinstance(step, Acquire) else self._lock.release()

    def _send(self, request: Request) -> Answer:
        collector = Collector(self._timeout)
        with (
            network_errors(self._timeout),
            self._client.stream(
                request.method,
                request.url,
                headers=dict(request.headers),
                content=request.body,
                timeout=self._timeout,
                follow_redirects=False,
            ) as response,
        ):
            for part in response.iter_bytes():
                collector.add(part)
            return collector.answer(response)


class TaskDriver:
    """Runs flows in the task that awaits, under asyncio or trio."""

    def __init__(self, client: httpx.AsyncClient, timeout: float, sleep: Callable[[float], Any] = anyio.sleep) -> None:
        self._client = client
        self._timeout = timeout
        self._sleep = sleep
        self._lock = anyio.Lock()

    async def __call__(self, flow: Flow[T]) -> T:
        try:
            step = next(flow)
            while True:
                try:
                    result = await self._do(step)
                except BaseException as error:
                    step = flow.throw(error)
                else:
                    step = flow.send(result)
        except StopIteration as end:
            value: T = end.value
            return value

    async def _do(self, step: Step) -> Any:
        if isinstance(step, Request):
            return await self._send(step)
        if isinstance(step, Sleep):
            return await self._sleep(step.seconds)
        return await self._lock.acquire() if isinstance(step, Acquire) else self._lock.release()

    async def _send(self, request: Request) -> Answer:
        collector = Collector(self._timeout)
        with network_errors(self._timeout):
            with anyio.move_on_after(self._timeout):
                async with self._client.stream(
                    request.method,
                    request.url,
                    headers=dict(request.headers),
                    content=request.body,
                    timeout=self._timeout,
                    follow_redirects=False,
                ) as response:
                    async for part in response.aiter_bytes():
                        collector.add(part)
                    return collector.answer(response)
            raise too_slow(self._timeout)
