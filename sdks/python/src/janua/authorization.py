"""What a request has to show to get in, whichever framework takes it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from .claims import Claims
from .errors import AuthenticationError, AuthorizationError, JanuaError


def bearer_token(header: str | None) -> str:
    """The token of an `Authorization` header."""
    scheme, _, token = (header or "").partition(" ")
    if scheme.lower() != "bearer" or not token.strip():
        raise AuthenticationError(
            "Sign in first",
            code="NOT_AUTHENTICATED",
            error_class="AUTHENTICATION_ERROR",
            status=401,
            help="Send the header Authorization: Bearer <access token>.",
        )
    return token.strip()


@dataclass(frozen=True)
class Requirement:
    """Who may pass: people with one of the roles, tokens with all of the scopes, sessions in an organization."""

    roles: Sequence[str] = ()
    scopes: Sequence[str] = ()
    organization: bool = False

    def check(self, claims: Claims) -> Claims:
        """The claims, if they are enough."""
        if self.organization and not claims.organization_id:
            raise _forbidden("Choose an organization first", "ORGANIZATION_REQUIRED")
        if self.roles and not set(self.roles) & set(claims.roles):
            raise _forbidden("Your role does not permit this", "PERMISSION_DENIED")
        if not set(self.scopes) <= set(claims.scopes):
            raise _forbidden("The token was not made for this", "INSUFFICIENT_SCOPE")
        return claims


def _forbidden(message: str, code: str) -> AuthorizationError:
    return AuthorizationError(message, code=code, error_class="AUTHORIZATION_ERROR", status=403)


def error_body(error: JanuaError) -> dict[str, object]:
    """The error in the form that Janua's own have."""
    status = error_status(error)
    details = {"help": error.help} if error.help and status < 500 else {}
    return {
        "error": error.error_class if status < 500 else "SERVICE_UNAVAILABLE",
        "code": error.code if status < 500 else "VERIFICATION_UNAVAILABLE",
        "message": error.message if status < 500 else "Tokens cannot be verified at the moment",
        "status_code": status,
        "details": details,
    }


def error_status(error: JanuaError) -> int:
    """401 and 403 as they are; that keys could not be fetched is our trouble, not that of who asks."""
    return error.status if error.status in (401, 403) and error.code != "UNEXPECTED_RESPONSE" else 503


def error_headers(error: JanuaError) -> dict[str, str]:
    """What tells clients how to go on."""
    status = error_status(error)
    if status == 503:
        return {"Retry-After": "10", "Cache-Control": "no-store"}
    if status == 403:
        return {}
    reason = "" if error.code == "NOT_AUTHENTICATED" else ' error="invalid_token"'
    return {"WWW-Authenticate": f"Bearer{reason}", "Cache-Control": "no-store"}
