"""Verifies access tokens on servers, by the keys that Janua publishes."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Sequence
from typing import Any

import anyio
import httpx
import jwt

from .caller import USER_AGENT
from .claims import Claims
from .driver import TaskDriver, ThreadDriver, no_cookies
from .errors import JanuaError, TokenError, error_from_answer, unexpected_answer
from .flow import Answer, Request
from .settings import clean_base_url

ALGORITHMS = ("RS256", "ES256", "EdDSA")
LEEWAY = 30
KEEP_KEYS = 300.0
SEARCH_PAUSE = 10.0


def refused(message: str, code: str = "TOKEN_INVALID") -> TokenError:
    """The error for a token that does not count."""
    return TokenError(message, code=code, error_class="TOKEN_ERROR", status=401)


class TokenRules:
    """Which tokens count, given the keys. Knows nothing of networks."""

    def __init__(
        self,
        base_url: str,
        *,
        issuer: str | None = None,
        audience: str = "janua",
        algorithms: Sequence[str] = ALGORITHMS,
        clock: Callable[[], float] = time.time,
    ) -> None:
        if any(name.startswith("HS") or name == "none" for name in algorithms):
            raise TypeError("a published key is no secret: HS256 and none cannot be verified by it")
        self.base_url = clean_base_url(base_url)
        self._issuer = issuer or self.base_url
        self._audience = audience
        self._algorithms = frozenset(algorithms)
        self._clock = clock
        self._keys: dict[str, jwt.PyJWK] = {}
        self._fetched_at = float("-inf")
        self._searched_at = float("-inf")

    def request(self) -> Request:
        """Asks for the keys."""
        headers = {"accept": "application/json", "user-agent": USER_AGENT}
        return Request("GET", f"{self.base_url}/.well-known/jwks.json", headers)

    def take(self, answer: Answer) -> None:
        """Keeps the keys of an answer."""
        if answer.status != 200:
            raise error_from_answer(answer.status, answer.headers, answer.body)
        try:
            listed = httpx.Response(200, content=answer.body).json()["keys"]
            self.take_keys(listed)
        except (ValueError, KeyError, TypeError) as error:
            raise unexpected_answer(answer.status, answer.headers, answer.body) from error

    def take_keys(self, listed: Sequence[dict[str, Any]]) -> None:
        """Keeps these keys; what cannot verify is passed over, as newer servers may list more."""
        keys = {}
        for one in listed:
            if (
                one.get("use", "sig") == "sig"
                and one.get("alg") in self._algorithms
                and isinstance(one.get("kid"), str)
            ):
                try:
                    keys[one["kid"]] = jwt.PyJWK(one)
                except jwt.PyJWTError:
                    continue
        self._keys = keys
        self._fetched_at = time.monotonic()

    def wants_keys(self, token: str) -> bool:
        """Whether keys are to be fetched before this token is judged: they are old, or do not have its own."""
        now = time.monotonic()
        if now - self._fetched_at > KEEP_KEYS:
            return True
        if self._header(token).get("kid") in self._keys or now - self._searched_at <= SEARCH_PAUSE:
            return False
        # Anybody can make up ids; what they cost is one request in ten seconds.
        self._searched_at = now
        return True

    def _header(self, token: str) -> dict[str, Any]:
        try:
            return dict(jwt.get_unverified_header(token))
        except (jwt.PyJWTError, ValueError) as error:
            raise refused("The token cannot be read") from error

    def judge(self, token: str) -> Claims:
        """The claims of a token that counts; raises TokenError for every other."""
        header = self._header(token)
        if str(header.get("typ", "")).lower().removeprefix("application/") != "at+jwt":
            raise refused("This is no access token")
        if "crit" in header:
            raise refused("The token wants something that is not understood here")
        key = self._keys.get(str(header.get("kid")))
        if key is None:
            raise refused("The token was signed by a key that is not known")
        try:
            claims = jwt.decode(
                token,
                key,
                algorithms=[key.algorithm_name],
                issuer=self._issuer,
                audience=self._audience,
                # Times are looked at below, by a clock that tests can set.
                options={
                    "require": ["exp", "sub", "iss", "aud"],
                    "verify_exp": False,
                    "verify_nbf": False,
                    "verify_iat": False,
                },
            )
        except (jwt.PyJWTError, ValueError) as error:
            raise refused(f"The token does not count: {error}") from error
        self._judge_times(claims)
        return Claims(claims)

    def _judge_times(self, claims: dict[str, Any]) -> None:
        now = self._clock()
        for name in ("exp", "nbf", "iat"):
            if name in claims and (isinstance(claims[name], bool) or not isinstance(claims[name], (int, float))):
                raise refused(f"{name} is no time")
        if now > claims["exp"] + LEEWAY:
            raise refused("The token has expired", "TOKEN_EXPIRED")
        if max(claims.get("nbf", 0), claims.get("iat", 0)) > now + LEEWAY:
            raise refused("The token is not valid yet")

    def may_go_on(self) -> bool:
        """Whether tokens can be judged although the keys could not be fetched just now; asks again in a while."""
        if self._keys:
            self._fetched_at = max(self._fetched_at, time.monotonic() - KEEP_KEYS + SEARCH_PAUSE)
        return bool(self._keys)


class TokenVerifier:
    """Verifies access tokens, blocking. Make one for the whole program; it may be shared by threads."""

    def __init__(
        self,
        base_url: str,
        *,
        issuer: str | None = None,
        audience: str = "janua",
        algorithms: Sequence[str] = ALGORITHMS,
        timeout: float = 10,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self.rules = TokenRules(base_url, issuer=issuer, audience=audience, algorithms=algorithms, clock=clock)
        self._http = httpx.Client(cookies=no_cookies())
        self._driver = ThreadDriver(self._http, timeout)
        self._lock = threading.Lock()

    def verify(self, token: str) -> Claims:
        """What the token says, if it counts; else raises TokenError. A session that was ended is noticed at `exp`."""
        with self._lock:
            if self.rules.wants_keys(token):
                self._fetch()
        return self.rules.judge(token)

    def _fetch(self) -> None:
        try:
            self.rules.take(self._driver._send(self.rules.request()))
        except JanuaError:
            if not self.rules.may_go_on():
                raise

    def close(self) -> None:
        """Closes the connection."""
        self._http.close()


class AsyncTokenVerifier:
    """Verifies access tokens, to await. Make one for the whole program; it belongs to one event loop."""

    def __init__(
        self,
        base_url: str,
        *,
        issuer: str | None = None,
        audience: str = "janua",
        algorithms: Sequence[str] = ALGORITHMS,
        timeout: float = 10,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self.rules = TokenRules(base_url, issuer=issuer, audience=audience, algorithms=algorithms, clock=clock)
        self._http = httpx.AsyncClient(cookies=no_cookies())
        self._driver = TaskDriver(self._http, timeout)
        self._lock = anyio.Lock()

    async def verify(self, token: str) -> Claims:
        """What the token says, if it counts; else raises TokenError. A session that was ended is noticed at `exp`."""
        async with self._lock:
            if self.rules.wants_keys(token):
                await self._fetch()
        return self.rules.judge(token)

    async def _fetch(self) -> None:
        try:
            self.rules.take(await self._driver._send(self.rules.request()))
        except JanuaError:
            if not self.rules.may_go_on():
                raise

    async def aclose(self) -> None:
        """Closes the connection."""
        await self._http.aclose()
