"""From JSON to the classes of the generated models, and back."""

from __future__ import annotations

import dataclasses
import types
from collections.abc import Mapping
from functools import cache
from typing import Any, Union, get_args, get_origin, get_type_hints

from .absent import ABSENT


class DecodingError(ValueError):
    """The JSON is not of that type."""


@cache
def _fields(kind: type) -> tuple[tuple[str, Any, bool], ...]:
    hints = get_type_hints(kind)
    return tuple((one.name, hints[one.name], one.default is dataclasses.MISSING) for one in dataclasses.fields(kind))


def decode(kind: Any, value: Any, where: str = "answer") -> Any:
    """The value as that type. What is not known is ignored: servers may be newer than this library."""
    if kind is Any:
        return value
    origin = get_origin(kind)
    if origin in (Union, types.UnionType):
        return _decode_union(get_args(kind), value, where)
    if origin is list:
        if not isinstance(value, list):
            raise DecodingError(f"{where} is no list")
        return [decode(get_args(kind)[0], one, f"{where}[{number}]") for number, one in enumerate(value)]
    if dataclasses.is_dataclass(kind) and isinstance(kind, type):
        return _decode_object(kind, value, where)
    expected = dict if origin is dict else (int, float) if kind is float else kind
    if not isinstance(value, expected) or (isinstance(value, bool) and kind is not bool):
        raise DecodingError(f"{where} is a {type(value).__name__}")
    return value


def _decode_object(kind: type, value: Any, where: str) -> Any:
    if not isinstance(value, dict):
        raise DecodingError(f"{where} is no object")
    arguments = {}
    for name, hint, required in _fields(kind):
        if name in value:
            arguments[name] = decode(hint, value[name], f"{where}.{name}")
        elif required:
            raise DecodingError(f"{where} lacks {name}")
    return kind(**arguments)


def _decode_union(kinds: tuple[Any, ...], value: Any, where: str) -> Any:
    if value is None and type(None) in kinds:
        return None
    reasons = []
    for kind in kinds:
        if kind is not type(None):
            try:
                return decode(kind, value, where)
            except DecodingError as error:
                reasons.append(str(error))
    raise DecodingError("; ".join(reasons) or f"{where} is not null")


def encode(value: Any) -> Any:
    """A value as JSON takes it; fields that are absent are left out."""
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        value = {one.name: getattr(value, one.name) for one in dataclasses.fields(value)}
        return {name: encode(one) for name, one in value.items() if one is not None and one is not ABSENT}
    if isinstance(value, Mapping):
        return {name: encode(one) for name, one in value.items() if one is not ABSENT}
    if isinstance(value, (list, tuple)):
        return [encode(one) for one in value]
    return value
