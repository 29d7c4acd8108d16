"""What a verified access token says."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Claims:
    """Who asks. Made only from tokens that were verified."""

    raw: Mapping[str, Any]
    """Everything that the token says."""

    @property
    def user_id(self) -> str:
        """The person: `sub`."""
        return str(self.raw["sub"])

    @property
    def session_id(self) -> str | None:
        """Their session: `sid`."""
        return self._text("sid")

    @property
    def organization_id(self) -> str | None:
        """The organization that the session acts in: `org`."""
        return self._text("org")

    @property
    def roles(self) -> tuple[str, ...]:
        """Their roles there."""
        return self._texts("roles")

    @property
    def scopes(self) -> tuple[str, ...]:
        """What the token is good for."""
        return tuple((self._text("scope") or "").split())

    @property
    def methods(self) -> tuple[str, ...]:
        """By what they signed in: `amr`."""
        return self._texts("amr")

    @property
    def actor(self) -> Mapping[str, Any] | None:
        """The administrator who acts for them, if somebody does."""
        act = self.raw.get("act")
        return act if isinstance(act, Mapping) else None

    def _text(self, name: str) -> str | None:
        value = self.raw.get(name)
        return value if isinstance(value, str) else None

    def _texts(self, name: str) -> tuple[str, ...]:
        value = self.raw.get(name)
        return tuple(one for one in value if isinstance(one, str)) if isinstance(value, list) else ()
