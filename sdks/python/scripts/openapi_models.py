"""From the schemas of an OpenAPI document to a module of frozen dataclasses."""

from __future__ import annotations

import keyword
from typing import Any

Schema = dict[str, Any]
SECRETS = {
    "access_token",
    "refresh_token",
    "mfa_token",
    "csrf_token",
    "secret",
    "key",
    "recovery_codes",
    "provisioning_uri",
}
SCALARS = {"string": "str", "integer": "int", "number": "float", "boolean": "bool"}


def reference(schema: Schema) -> str:
    """The name of the schema that is referred to."""
    return str(schema["$ref"].rsplit("/", 1)[-1])


def nullable(schema: Schema) -> bool:
    kinds = schema.get("type")
    return (isinstance(kinds, list) and "null" in kinds) or {"type": "null"} in schema.get("oneOf", [])


def python_type(schema: Schema, *, given: bool = False, prefix: str = "") -> str:  # noqa: PLR0911 - a case each
    """The annotation of a value; `given` is for arguments, which are taken more widely than answers are typed."""
    if "$ref" in schema:
        return prefix + reference(schema)
    if "oneOf" in schema:
        kinds = [python_type(one, given=given, prefix=prefix) for one in schema["oneOf"]]
        return " | ".join(dict.fromkeys(kinds))
    kinds = schema.get("type")
    if isinstance(kinds, list):
        return " | ".join(python_type({**schema, "type": kind}, given=given, prefix=prefix) for kind in kinds)
    if kinds == "null":
        return "None"
    if kinds == "array":
        items = python_type(schema["items"], given=given, prefix=prefix)
        return f"Sequence[{items}]" if given else f"list[{items}]"
    if kinds == "object":
        return "Mapping[str, Any]" if given else "dict[str, Any]"
    return SCALARS.get(str(kinds), "Any")


def docstring(text: str | None, indent: str, fallback: str) -> str:
    """A docstring of one paragraph, wrapped by nobody: lines of the document are kept."""
    words = " ".join((text or fallback).split()).replace("\\", "\\\\").replace('"""', "'''")
    if words.endswith('"'):
        words += " "
    return f'{indent}"""{words}"""\n'


def object_parts(name: str, schemas: dict[str, Schema]) -> tuple[dict[str, Schema], set[str]]:
    """All properties of an object and which are required, parts of `allOf` put together."""
    return collect(schemas[name], schemas)


def collect(schema: Schema, schemas: dict[str, Schema]) -> tuple[dict[str, Schema], set[str]]:
    if "$ref" in schema:
        return collect(schemas[reference(schema)], schemas)
    properties: dict[str, Schema] = dict(schema.get("properties", {}))
    required = set(schema.get("required", []))
    for part in schema.get("allOf", []):
        more, needed = collect(part, schemas)
        properties |= more
        required |= needed
    return properties, required


def dataclass(name: str, schema: Schema, schemas: dict[str, Schema]) -> str:
    properties, required = collect(schema, schemas)
    text = f"\n\n@dataclass(frozen=True, kw_only=True)\nclass {name}:\n"
    text += docstring(schema.get("description"), "    ", name)
    for field, kind in sorted(properties.items(), key=lambda one: one[0] not in required):
        if not field.isidentifier() or keyword.iskeyword(field):
            raise SystemExit(f"{name}.{field} is no name in Python; teach scripts/openapi_models.py about it.")
        annotation = python_type(kind)
        if field not in required and not nullable(kind):
            annotation += " | None"
        default = "" if field in required else " = None"
        if field in SECRETS:  # A log that shows an answer must not give the session away.
            default = " = field(repr=False)" if field in required else " = field(default=None, repr=False)"
        text += f"\n    {field}: {annotation}{default}\n"
        if kind.get("description"):
            text += docstring(kind["description"], "    ", field)
    return text


def models_module(schemas: dict[str, Schema]) -> str:
    """The module with a class for each schema."""
    text = (
        '"""What Janua answers, typed. Written by scripts/generate; not to be changed by hand."""\n\n'
        "from __future__ import annotations\n\nfrom dataclasses import dataclass, field\nfrom typing import Any, TypeAlias\n"
    )
    aliases = ""
    for name, schema in schemas.items():
        if "oneOf" in schema:
            variants = []
            for number, variant in enumerate(schema["oneOf"]):
                if "$ref" in variant:
                    variants.append(reference(variant))
                else:
                    variants.append(f"{name}{number}")
                    text += dataclass(variants[-1], {"description": schema.get("description"), **variant}, schemas)
            aliases += f"\n{name}: TypeAlias = {' | '.join(variants)}\n"
        elif schema.get("type") == "object" or "allOf" in schema:
            text += dataclass(name, schema, schemas)
        else:
            aliases += f"\n{name}: TypeAlias = {python_type(schema)}\n"
    return text + "\n" + aliases
