"""What happens between a call of a method and its answer, without doing any of it."""

from __future__ import annotations

import json
import platform
import time
from collections.abc import Callable, Mapping
from typing import Any, TypeVar
from urllib.parse import quote, urlencode

from .absent import ABSENT
from .decoding import DecodingError, decode, encode
from .errors import JanuaError, error_from_answer, unexpected_answer
from .flow import Answer, Flow, Request, Sleep
from .operation import Operation, Redirect
from .retry import delay_before_retry
from .session_keeper import SessionKeeper, after_refusal
from .settings import Settings

T = TypeVar("T")
VERSION = "1.0.0"
USER_AGENT = f"janua-python/{VERSION} Python/{platform.python_version()}"


class Caller:
    """Describes calls as flows: retries, credentials, refresh, and what becomes of the answer."""

    def __init__(self, settings: Settings, clock: Callable[[], float] = time.time) -> None:
        self.settings = settings
        self.session = SessionKeeper(settings, self._once, clock)

    def call(
        self,
        operation: Operation[T],
        path: Mapping[str, str] | None = None,
        query: Mapping[str, Any] | None = None,
        body: Mapping[str, Any] | None = None,
    ) -> Flow[T]:
        """The answer of an operation, refreshing once where that helps."""
        secret = (yield from self.session.secret()) if operation.secured else None
        try:
            answer = yield from self._once(operation, path, query, body, secret)
        except JanuaError as error:
            tokens = self.session.tokens()
            ours = secret is not None and secret != self.settings.api_key
            then = after_refusal(error) if ours else "tell"
            if then == "signed_out" and secret and tokens:
                self.session.forget_if_still(secret)
            if then != "refresh" or not self.settings.auto_refresh or not secret:
                raise
            fresh = yield from self.session.renew(secret)
            answer = yield from self._once(operation, path, query, body, fresh.access_token)
        self._keep(operation, answer)
        result: T = answer
        return result

    def _keep(self, operation: Operation[Any], answer: Any) -> None:
        if operation.keeps == "tokens" and answer.tokens is not None:
            self.session.keep(answer.tokens)
        elif operation.keeps == "access_token":
            self.session.keep_access_token(answer.access_token, answer.expires_in)

    def _once(
        self,
        operation: Operation[Any],
        path: Mapping[str, str] | None = None,
        query: Mapping[str, Any] | None = None,
        body: Mapping[str, Any] | None = None,
        secret: str | None = None,
    ) -> Flow[Any]:
        request = self.request(operation, path, query, body, secret)
        answer = yield from self._send_with_retries(request, operation.path)
        return read_answer(operation, answer)

    def request(
        self,
        operation: Operation[Any],
        path: Mapping[str, str] | None = None,
        query: Mapping[str, Any] | None = None,
        body: Mapping[str, Any] | None = None,
        secret: str | None = None,
    ) -> Request:
        """The request for an operation."""
        url = self.settings.base_url + operation.path
        for name, value in (path or {}).items():
            if not value or value in (".", ".."):
                raise ValueError(f"{name} must not be {value!r}")
            url = url.replace(f"{{{name}}}", quote(value, safe=""))
        asked = {name: value for name, value in (query or {}).items() if value is not None}
        if asked:
            url += "?" + urlencode(asked)
        headers = {"accept": "application/json, */*;q=0.1", "user-agent": USER_AGENT}
        if secret:
            headers["authorization"] = f"Bearer {secret}"
        content = None
        if body is not None:
            given = encode({name: value for name, value in body.items() if value is not ABSENT})
            if operation.form:
                headers["content-type"] = "application/x-www-form-urlencoded"
                content = urlencode({name: value for name, value in given.items() if value is not None}).encode()
            else:
                headers["content-type"] = "application/json"
                content = json.dumps(given, ensure_ascii=False).encode()
        return Request(operation.method, url, headers, content)

    def _send_with_retries(self, request: Request, path: str) -> Flow[Answer]:
        attempt = 0
        while True:
            answer: Answer = yield request
            if 200 <= answer.status < 400:
                return answer
            error = error_from_answer(answer.status, answer.headers, answer.body)
            delay = delay_before_retry(error, request.method, path, attempt)
            if delay is None or attempt >= self.settings.max_retries:
                raise error
            yield Sleep(delay)
            attempt += 1


def read_answer(operation: Operation[Any], answer: Answer) -> Any:
    """The body as the type of the operation."""
    if operation.answer is Redirect:
        if "location" in answer.headers:
            return answer.headers["location"]
        raise unexpected_answer(answer.status, answer.headers, answer.body, "Expected an address to go to")
    if operation.answer is None or answer.status == 204:
        return None
    if operation.answer is str:
        return answer.body.decode("utf-8", "replace")
    try:
        if answer.status >= 300:
            raise DecodingError("the answer leads elsewhere")
        told = json.loads(answer.body)
    except ValueError as error:
        raise unexpected_answer(answer.status, answer.headers, answer.body) from error
    try:
        return decode(operation.answer, told)
    except DecodingError as error:
        reason = f"The answer of {operation.method} {operation.path} is not what was promised: {error}"
        raise unexpected_answer(answer.status, answer.headers, answer.body, reason) from error
