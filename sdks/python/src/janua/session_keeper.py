"""Keeps somebody signed in: where tokens are, when they are due, and that only one refresh is under way."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any, Literal

from .errors import AuthenticationError, JanuaError
from .flow import Acquire, Flow, Release
from .generated import models, operations
from .settings import Settings
from .tokens import KeptTokens, kept, lifetime, parse_kept

Consequence = Literal["refresh", "signed_out", "tell"]


def after_refusal(error: JanuaError) -> Consequence:
    """What a refused call leads to."""
    if error.status == 401 and error.code in ("TOKEN_EXPIRED", "TOKEN_INVALID"):
        return "refresh"
    if error.status == 401 and error.code in ("TOKEN_REVOKED", "SESSION_EXPIRED"):
        return "signed_out"
    return "tell"


def ends_session(error: JanuaError) -> bool:
    """Whether a refresh that failed means that the session is over; a proxy's word does not count."""
    return error.status == 401 and error.code != "UNEXPECTED_RESPONSE"


class SessionKeeper:
    """The session of one client. Its methods are flows where they need the network."""

    def __init__(
        self,
        settings: Settings,
        send: Callable[..., Flow[Any]],
        clock: Callable[[], float] = time.time,
    ) -> None:
        self._settings = settings
        self._send = send
        self._clock = clock
        self._attempts = 0
        self._last_failure: tuple[str, JanuaError] | None = None

    def tokens(self) -> KeptTokens | None:
        """The tokens that are kept now."""
        return parse_kept(self._settings.token_storage.get_item(self._settings.storage_key))

    def keep(self, tokens: models.TokensBody) -> KeptTokens:
        """Somebody is signed in."""
        return self._put(kept(tokens, self._clock()))

    def keep_access_token(self, token: str, expires_in: int) -> None:
        """The same session got another access token."""
        now = self.tokens()
        if now:
            self._put(now.with_access_token(token, expires_in, self._clock()))

    def _put(self, tokens: KeptTokens) -> KeptTokens:
        self._settings.token_storage.set_item(self._settings.storage_key, tokens.text())
        return tokens

    def forget(self) -> None:
        """Nobody is signed in any more."""
        self._settings.token_storage.remove_item(self._settings.storage_key)

    def forget_if_still(self, access_token: str) -> None:
        """Forgets that session, and not one that has begun meanwhile."""
        now = self.tokens()
        if now and now.access_token == access_token:
            self.forget()

    def secret(self) -> Flow[str | None]:
        """What the next call shows: a fresh access token, else the API key."""
        tokens = self.tokens()
        if not tokens:
            return self._settings.api_key
        if self._settings.auto_refresh:
            lives = lifetime(tokens, self._settings.refresh_threshold)
            if self._clock() >= lives.due_at:
                try:
                    tokens = yield from self.renew(tokens.access_token)
                except JanuaError as error:
                    # Ahead of time a refresh is a favour; the token that is there still counts.
                    if ends_session(error) or self._clock() >= lives.expires_at:
                        raise
        return tokens.access_token

    def renew(self, seen: str) -> Flow[KeptTokens]:
        """Tokens other than the ones with the access token that was seen; from one refresh, whoever asks meanwhile."""
        attempts = self._attempts
        yield Acquire()
        try:
            now = self.tokens()
            if now is None:
                raise self._last_error(seen) or not_signed_in()
            if now.access_token != seen:
                return now
            if attempts != self._attempts and (error := self._last_error(seen)):
                raise error
            return (yield from self._refresh(now))
        finally:
            yield Release()

    def _last_error(self, seen: str) -> JanuaError | None:
        return self._last_failure[1] if self._last_failure and self._last_failure[0] == seen else None

    def _refresh(self, now: KeptTokens) -> Flow[KeptTokens]:
        try:
            fresh: models.TokensBody = yield from self._send(
                operations.AUTH_REFRESH, body={"refresh_token": now.refresh_token}
            )
        except JanuaError as error:
            self._attempts += 1
            self._last_failure = (now.access_token, error)
            if ends_session(error):
                self.forget_if_still(now.access_token)
            raise
        self._attempts += 1
        self._last_failure = None
        return self.keep(fresh)

    def refresh_now(self) -> Flow[models.TokensBody]:
        """New tokens, even where the old ones would do; those of somebody else's refresh that is under way count."""
        tokens = self.tokens()
        if not tokens:
            raise not_signed_in()
        fresh = yield from self.renew(tokens.access_token)
        return models.TokensBody(
            access_token=fresh.access_token,
            refresh_token=fresh.refresh_token,
            token_type=fresh.token_type,
            expires_in=fresh.expires_in,
        )

    def sign_out(self) -> Flow[None]:
        """Ends the session at the server, and here in any case."""
        tokens = self.tokens()
        if not tokens:
            return
        try:
            yield from self._send(
                operations.AUTH_SIGN_OUT, secret=tokens.access_token, body={"refresh_token": tokens.refresh_token}
            )
        except AuthenticationError:
            pass  # It was over already.
        finally:
            self.forget_if_still(tokens.access_token)


def not_signed_in() -> AuthenticationError:
    """Nobody is signed in, so there is nothing to refresh."""
    return AuthenticationError(
        "Nobody is signed in with this client",
        code="NOT_AUTHENTICATED",
        help="Call client.auth.sign_in first; an API key needs no refresh.",
    )
