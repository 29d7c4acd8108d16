"""The two clients: one that blocks, one to await."""

from __future__ import annotations

from collections.abc import Mapping
from types import TracebackType
from typing import Any

import httpx

from .caller import Caller
from .driver import TaskDriver, ThreadDriver, no_cookies
from .generated.async_resources import AsyncResources
from .generated.resources import Resources
from .operation import Operation
from .resource import AsyncResource, Resource
from .settings import settle
from .token_storage import TokenStorage


class JanuaClient(Resources):
    """Talks to Janua, blocking. May be shared by threads.

    Without `base_url` the variable JANUA_BASE_URL counts, else the server that `janua serve` starts on this machine.
    With `api_key` (or JANUA_API_KEY) calls are made by that key while nobody is signed in with this client.
    """

    def __init__(
        self,
        api_key: str | None = None,
        *,
        base_url: str | None = None,
        auto_refresh: bool = True,
        refresh_threshold: float = 300,
        token_storage: TokenStorage | None = None,
        storage_key: str = "janua_auth",
        timeout: float = 30,
        max_retries: int = 2,
        http_client: httpx.Client | None = None,
    ) -> None:
        settings = settle(
            base_url=base_url,
            api_key=api_key,
            auto_refresh=auto_refresh,
            refresh_threshold=refresh_threshold,
            token_storage=token_storage,
            storage_key=storage_key,
            timeout=timeout,
            max_retries=max_retries,
        )
        self._own = http_client is None
        self._http = http_client or httpx.Client(cookies=no_cookies())
        self._caller = Caller(settings)
        self._base = Resource(self._caller, ThreadDriver(self._http, settings.timeout))
        self._attach(self._base)

    @property
    def base_url(self) -> str:
        """The address of Janua, without a slash at its end."""
        return self._caller.settings.base_url

    @property
    def is_signed_in(self) -> bool:
        """Whether tokens of somebody are kept; whether they still count, the next call tells."""
        return self._caller.session.tokens() is not None

    def access_token(self) -> str | None:
        """An access token that is good for a while, refreshed if need be; the API key if nobody is signed in."""
        return self._base._run(self._caller.session.secret())

    def request(
        self,
        method: str,
        path: str,
        *,
        query: Mapping[str, Any] | None = None,
        body: Mapping[str, Any] | None = None,
    ) -> Any:
        """Any call, its answer as plain JSON: for what is newer than this library."""
        return self._base._call(Operation[Any](method=method.upper(), path=path), query=query, body=body)

    def close(self) -> None:
        """Closes the connections, if they are this client's own."""
        if self._own:
            self._http.close()

    def __enter__(self) -> JanuaClient:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


class AsyncJanuaClient(AsyncResources):
    """Talks to Janua, for asyncio and trio. May be shared by tasks of one event loop; set up as `JanuaClient` is."""

    def __init__(
        self,
        api_key: str | None = None,
        *,
        base_url: str | None = None,
        auto_refresh: bool = True,
        refresh_threshold: float = 300,
        token_storage: TokenStorage | None = None,
        storage_key: str = "janua_auth",
        timeout: float = 30,
        max_retries: int = 2,
        http_client: httpx.AsyncClient | None = None,
    ) -> None:
        settings = settle(
            base_url=base_url,
            api_key=api_key,
            auto_refresh=auto_refresh,
            refresh_threshold=refresh_threshold,
            token_storage=token_storage,
            storage_key=storage_key,
            timeout=timeout,
            max_retries=max_retries,
        )
        self._own = http_client is None
        self._http = http_client or httpx.AsyncClient(cookies=no_cookies())
        self._caller = Caller(settings)
        self._base = AsyncResource(self._caller, TaskDriver(self._http, settings.timeout))
        self._attach(self._base)

    @property
    def base_url(self) -> str:
        """The address of Janua, without a slash at its end."""
        return self._caller.settings.base_url

    @property
    def is_signed_in(self) -> bool:
        """Whether tokens of somebody are kept; whether they still count, the next call tells."""
        return self._caller.session.tokens() is not None

    async def access_token(self) -> str | None:
        """An access token that is good for a while, refreshed if need be; the API key if nobody is signed in."""
        return await self._base._run(self._caller.session.secret())

    async def request(
        self,
        method: str,
        path: str,
        *,
        query: Mapping[str, Any] | None = None,
        body: Mapping[str, Any] | None = None,
    ) -> Any:
        """Any call, its answer as plain JSON: for what is newer than this library."""
        return await self._base._call(Operation[Any](method=method.upper(), path=path), query=query, body=body)

    async def aclose(self) -> None:
        """Closes the connections, if they are this client's own."""
        if self._own:
            await self._http.aclose()

    async def __aenter__(self) -> AsyncJanuaClient:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.aclose()
