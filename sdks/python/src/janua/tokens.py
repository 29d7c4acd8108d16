"""Tokens as they are kept, and the times that they tell."""

from __future__ import annotations

import base64
import json
from dataclasses import asdict, dataclass, field, replace
from typing import Any

from .generated.models import TokensBody


@dataclass(frozen=True)
class KeptTokens:
    """Tokens with the distance between the two clocks when they arrived."""

    access_token: str = field(repr=False)
    refresh_token: str = field(repr=False)
    token_type: str
    expires_in: int
    clock_offset_ms: int

    def text(self) -> str:
        """As one JSON text."""
        return json.dumps(asdict(self), separators=(",", ":"), ensure_ascii=False)

    def with_access_token(self, token: str, expires_in: int, received_at: float) -> KeptTokens:
        """The same session with another access token."""
        offset = clock_offset_ms(token, received_at)
        return replace(self, access_token=token, expires_in=expires_in, clock_offset_ms=offset)


@dataclass(frozen=True)
class Lifetime:
    """When a token is to be replaced and when it no longer counts, in seconds by this machine's clock."""

    due_at: float
    expires_at: float


def read_claims(token: str) -> dict[str, Any]:
    """The claims of an access token, not verified: good for times, not for trust. Empty if they cannot be read."""
    try:
        part = token.split(".")[1]
        claims = json.loads(base64.urlsafe_b64decode(part + "=" * (-len(part) % 4)))
    except (IndexError, ValueError):
        return {}
    return claims if isinstance(claims, dict) else {}


def _number(value: Any) -> float | None:
    return value if isinstance(value, (int, float)) and not isinstance(value, bool) else None


def clock_offset_ms(token: str, received_at: float) -> int:
    """The server's clock minus this machine's; `iat` is the server's at the moment the token arrived."""
    issued = _number(read_claims(token).get("iat"))
    return 0 if issued is None else round(issued * 1000 - received_at * 1000)


def kept(tokens: TokensBody, received_at: float) -> KeptTokens:
    """Tokens that arrived just now, ready to be kept."""
    return KeptTokens(
        tokens.access_token,
        tokens.refresh_token,
        tokens.token_type,
        tokens.expires_in,
        clock_offset_ms(tokens.access_token, received_at),
    )


def parse_kept(text: str | None) -> KeptTokens | None:
    """What was kept, or None if it is not readable."""
    try:
        value = json.loads(text or "null")
    except ValueError:
        return None
    if not isinstance(value, dict):
        return None
    access, refresh = value.get("access_token"), value.get("refresh_token")
    if not isinstance(access, str) or not isinstance(refresh, str):
        return None
    lives, offset = _number(value.get("expires_in")), _number(value.get("clock_offset_ms"))
    kind = value.get("token_type")
    return KeptTokens(access, refresh, kind if isinstance(kind, str) else "bearer", int(lives or 0), int(offset or 0))


def lifetime(tokens: KeptTokens, threshold: float) -> Lifetime:
    """When the kept access token is due and when it is over."""
    claims = read_claims(tokens.access_token)
    issued, expires = _number(claims.get("iat")), _number(claims.get("exp"))
    if expires is None:
        return Lifetime(0, 0)  # What cannot be read counts as over: the refresh brings one that can.
    life = tokens.expires_in if issued is None else expires - issued
    expires_at = expires - tokens.clock_offset_ms / 1000
    return Lifetime(expires_at - min(threshold, life / 2), expires_at)
