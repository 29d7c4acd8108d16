"""Everything that a call of this library raises by itself."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime, timezone
from email.utils import parsedate_to_datetime
from typing import Any


class JanuaError(Exception):
    """Above all errors of this library; raised itself for answers that have no class of their own."""

    def __init__(
        self,
        message: str,
        *,
        code: str = "UNKNOWN",
        error_class: str | None = None,
        status: int = 0,
        request_id: str | None = None,
        details: Mapping[str, Any] | None = None,
        help: str | None = None,
        retry_after: float | None = None,
    ) -> None:
        super().__init__(message)
        self.message = message
        self.code = code
        """The most specific reason, to switch on: `INVALID_CREDENTIALS`, `TOKEN_EXPIRED` …"""
        self.error_class = error_class or code
        """The class that the server named: `AUTHENTICATION_ERROR` …"""
        self.status = status
        """The HTTP status, or 0 when no answer came."""
        self.request_id = request_id
        """What the server's log knows this call by."""
        self.details: dict[str, Any] = dict(details or {})
        """What else the server told: `field`, `reason`, `errors`, `locked_until` …"""
        self.help = help
        """The name of the trouble in Janua's guide (`JD-…`), or a sentence that says what to do."""
        self.retry_after = retry_after
        """After how many seconds it is worth trying again."""

    @property
    def error_code(self) -> str:
        """The same as `code`."""
        return self.code

    def __str__(self) -> str:
        known = f" ({self.code}, request {self.request_id})" if self.request_id else f" ({self.code})"
        return self.message + known


class BadRequestError(JanuaError):
    """400, 405, 413, 414, 415: the request itself was not acceptable."""


class AuthenticationError(JanuaError):
    """401: sign-in was refused, or the call needs one."""


class TokenError(AuthenticationError):
    """401: a token, or the secret of a mailed link, does not count."""


class AuthorizationError(JanuaError):
    """403: known, but not permitted."""


class NotFoundError(JanuaError):
    """404 and 410: not there, or not there any more."""


class ConflictError(JanuaError):
    """409: it would clash with what is there."""


class ValidationError(JanuaError):
    """422: values that are not acceptable; `fields` names them all."""

    @property
    def fields(self) -> list[dict[str, Any]]:
        """Every field that was not acceptable, the first one first."""
        errors = self.details.get("errors")
        if isinstance(errors, list):
            return errors
        if "field" in self.details:
            return [{"field": self.details["field"], "code": self.code, "reason": self.details.get("reason")}]
        return []


class RateLimitError(JanuaError):
    """429: too many; `retry_after` tells the seconds."""


class InternalError(JanuaError):
    """500: a bug of the server."""


class ExternalServiceError(JanuaError):
    """502: what stands behind the server, or the proxy before it, failed."""


class ServiceUnavailableError(JanuaError):
    """503: overloaded, in maintenance, or without its database."""


class NetworkError(JanuaError):
    """No answer came: server down, no network, or a name that does not resolve."""


class TimeoutError(NetworkError):
    """No answer came in time."""


class UnexpectedResponseError(JanuaError):
    """An answer that is not Janua's: a page instead of JSON, or JSON that breaks off."""


class WebhookError(JanuaError):
    """A delivery of a webhook that is not to be believed."""


class StorageError(JanuaError):
    """Tokens could not be kept where they should be."""


BY_CLASS: dict[str, type[JanuaError]] = {
    "BAD_REQUEST": BadRequestError,
    "AUTHENTICATION_ERROR": AuthenticationError,
    "EMAIL_NOT_VERIFIED": AuthenticationError,
    "ACCOUNT_LOCKED": AuthenticationError,
    "SSO_AUTHENTICATION_ERROR": AuthenticationError,
    "TOKEN_ERROR": TokenError,
    "AUTHORIZATION_ERROR": AuthorizationError,
    "NOT_FOUND_ERROR": NotFoundError,
    "CONFLICT_ERROR": ConflictError,
    "VALIDATION_ERROR": ValidationError,
    "RATE_LIMIT_ERROR": RateLimitError,
    "INTERNAL_ERROR": InternalError,
    "EXTERNAL_SERVICE_ERROR": ExternalServiceError,
    "SERVICE_UNAVAILABLE": ServiceUnavailableError,
}
BY_STATUS: dict[int, type[JanuaError]] = {
    **dict.fromkeys((400, 405, 413, 414, 415), BadRequestError),
    401: AuthenticationError,
    403: AuthorizationError,
    404: NotFoundError,
    409: ConflictError,
    410: NotFoundError,
    422: ValidationError,
    429: RateLimitError,
    500: InternalError,
    502: ExternalServiceError,
    503: ServiceUnavailableError,
}


def read_retry_after(value: Any) -> float | None:
    """Seconds from a `Retry-After`, as a number or a date; None for what nobody can read."""
    if isinstance(value, (int, float)) and not isinstance(value, bool) and value >= 0:
        return value
    if not isinstance(value, str):
        return None
    if value.strip().isascii() and value.strip().isdigit():
        return int(value)
    try:
        at = parsedate_to_datetime(value)
    except ValueError:
        return None
    if at.tzinfo is None:
        at = at.replace(tzinfo=timezone.utc)
    return max(0.0, (at - datetime.now(timezone.utc)).total_seconds())


def error_from_answer(status: int, headers: Mapping[str, str], body: bytes) -> JanuaError:
    """The error that an answer other than a success stands for."""
    retry_after = read_retry_after(headers.get("retry-after"))
    try:
        told = json.loads(body)
    except ValueError:
        told = None
    if not isinstance(told, dict) or not isinstance(told.get("error"), str):
        return unexpected_answer(status, headers, body)
    details = told.get("details")
    details = details if isinstance(details, dict) else {}
    kind = BY_CLASS.get(told["error"]) or BY_STATUS.get(status, JanuaError)
    return kind(
        str(told.get("message") or told.get("error_description") or f"Janua answered {status}"),
        code=str(told.get("code") or told["error"]),
        error_class=told["error"],
        status=status,
        request_id=told.get("request_id") or headers.get("x-request-id"),
        details=details,
        help=details.get("help"),
        retry_after=retry_after if retry_after is not None else read_retry_after(details.get("retry_after")),
    )


def unexpected_answer(status: int, headers: Mapping[str, str], body: bytes, reason: str = "") -> JanuaError:
    """The error for an answer that Janua did not write."""
    kind = UnexpectedResponseError if 200 <= status < 300 else BY_STATUS.get(status, JanuaError)
    what = headers.get("content-type", "no type").split(";")[0] if body else "no body"
    return kind(
        reason or f"Expected JSON of Janua, got status {status} with {what}",
        code="UNEXPECTED_RESPONSE",
        status=status,
        request_id=headers.get("x-request-id"),
        help="Is base_url the address of Janua itself, and does nothing in between answer in its place?",
        retry_after=read_retry_after(headers.get("retry-after")),
    )
