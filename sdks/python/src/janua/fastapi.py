"""Protects routes of FastAPI: `Depends(auth)` gives the claims of who asks. Needs the extra `janua[fastapi]`."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Annotated, TypeAlias

from fastapi import HTTPException, Request, Security
from fastapi.security import HTTPBearer
from fastapi.security.http import HTTPAuthorizationCredentials

from .authorization import Requirement, bearer_token, error_body, error_headers, error_status
from .claims import Claims
from .errors import JanuaError
from .verification import AsyncTokenVerifier

__all__ = ["Claims", "JanuaAuth"]

# Tells /docs of the header; who may pass is decided below.
scheme = HTTPBearer(scheme_name="Janua", bearerFormat="JWT", auto_error=False)
Shown: TypeAlias = Annotated[HTTPAuthorizationCredentials | None, Security(scheme)]


class JanuaAuth:
    """A dependency that lets those in whose access token counts.

    `auth = JanuaAuth("https://auth.example.com")`, then `Depends(auth)`, `Depends(auth.requires(roles=["admin"]))`
    or `Depends(auth.optional)`.
    """

    def __init__(
        self,
        base_url: str | None = None,
        *,
        issuer: str | None = None,
        audience: str = "janua",
        verifier: AsyncTokenVerifier | None = None,
    ) -> None:
        if verifier is None and base_url is None:
            raise TypeError('JanuaAuth needs the address of Janua: JanuaAuth("https://auth.example.com")')
        self._verifier = verifier or AsyncTokenVerifier(base_url or "", issuer=issuer, audience=audience)

    async def __call__(self, request: Request, _shown: Shown = None) -> Claims:
        return await self._admit(request, Requirement())

    async def optional(self, request: Request, _shown: Shown = None) -> Claims | None:
        """The claims of who asks, or None for strangers; a token that does not count is refused all the same."""
        if "authorization" not in request.headers:
            return None
        return await self._admit(request, Requirement())

    def requires(
        self, *, roles: list[str] | None = None, scopes: list[str] | None = None, organization: bool = False
    ) -> Callable[..., Awaitable[Claims]]:
        """A dependency that wants one of the roles, all of the scopes, or a session that acts in an organization."""
        requirement = Requirement(tuple(roles or ()), tuple(scopes or ()), organization)

        async def dependency(request: Request, _shown: Shown = None) -> Claims:
            return await self._admit(request, requirement)

        return dependency

    async def _admit(self, request: Request, requirement: Requirement) -> Claims:
        try:
            token = bearer_token(request.headers.get("authorization"))
            return requirement.check(await self._verifier.verify(token))
        except JanuaError as error:
            raise HTTPException(error_status(error), error_body(error), error_headers(error)) from error

    async def aclose(self) -> None:
        """Closes the connection to Janua, when the application ends."""
        await self._verifier.aclose()
