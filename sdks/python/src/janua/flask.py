"""Protects routes of Flask: `@auth.required()`, then `current_claims()`. Needs the extra `janua[flask]`."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import ParamSpec, TypeVar

from flask import Flask, Response, abort, current_app, g, jsonify, request

from .authorization import Requirement, bearer_token, error_body, error_headers, error_status
from .claims import Claims
from .errors import JanuaError
from .verification import TokenVerifier

__all__ = ["Claims", "JanuaAuth", "current_claims"]

P = ParamSpec("P")
T = TypeVar("T")


class JanuaAuth:
    """Verifies access tokens for an app; reads JANUA_BASE_URL, JANUA_ISSUER and JANUA_AUDIENCE of its config."""

    def __init__(self, app: Flask | None = None, *, verifier: TokenVerifier | None = None) -> None:
        self._verifier = verifier
        if app is not None:
            self.init_app(app)

    def init_app(self, app: Flask) -> None:
        """Sets an application up."""
        verifier = self._verifier
        if verifier is None:
            if not app.config.get("JANUA_BASE_URL"):
                raise RuntimeError("Set app.config['JANUA_BASE_URL'] to the address of Janua before JanuaAuth(app).")
            verifier = TokenVerifier(
                app.config["JANUA_BASE_URL"],
                issuer=app.config.get("JANUA_ISSUER"),
                audience=app.config.get("JANUA_AUDIENCE", "janua"),
            )
        app.extensions["janua"] = verifier

    def required(
        self, *, roles: list[str] | None = None, scopes: list[str] | None = None, organization: bool = False
    ) -> Callable[[Callable[P, T]], Callable[P, T]]:
        """Lets those in whose token counts, with one of the roles, all of the scopes, in an organization."""
        requirement = Requirement(tuple(roles or ()), tuple(scopes or ()), organization)

        def protect(view: Callable[P, T]) -> Callable[P, T]:
            @wraps(view)
            def protected(*args: P.args, **kwargs: P.kwargs) -> T:
                verifier: TokenVerifier = current_app.extensions["janua"]
                try:
                    claims = verifier.verify(bearer_token(request.headers.get("Authorization")))
                    g.janua_claims = requirement.check(claims)
                except JanuaError as error:
                    abort(_answer(error))
                answer: T = current_app.ensure_sync(view)(*args, **kwargs)
                return answer

            return protected

        return protect


def current_claims() -> Claims:
    """Who asks, inside of a view that is protected."""
    claims = g.get("janua_claims")
    if not isinstance(claims, Claims):
        raise RuntimeError("current_claims() needs a view under @auth.required(), above which @app.route stands.")
    return claims


def _answer(error: JanuaError) -> Response:
    answer = jsonify(error_body(error))
    answer.status_code = error_status(error)
    answer.headers.update(error_headers(error))
    return answer
