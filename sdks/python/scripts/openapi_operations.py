"""From the operations of an OpenAPI document to the classes that call them, once for threads and once for tasks."""

from __future__ import annotations

import json
import keyword
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from openapi_models import Schema, collect, docstring, nullable, python_type
from operation_names import BY_HAND, KEEPS_ACCESS_TOKEN, NAMES

PAGING = {"page", "cursor"}
"""What of a query says which page is meant."""

HEADER = "Written by scripts/generate; not to be changed by hand."


def singular(segment: str) -> str:
    return re.sub(r"s$", "", segment.replace("-", "_"))


@dataclass
class ApiOperation:
    """One method at one path, under the names that Python knows it by."""

    method: str
    path: str
    identifier: str
    resource: str
    name: str
    summary: str
    secured: bool
    path_names: list[str]
    query: list[tuple[str, Schema, bool]]
    body: dict[str, Schema]
    required: set[str]
    form: bool
    has_body: bool
    returns: str
    keeps: str
    entries: tuple[str, str] | None
    """Of a list that comes in pages: where its entries stand, and their type."""

    @property
    def constant(self) -> str:
        return f"{self.resource}_{self.name}".upper()


@dataclass
class ApiDocument:
    """The document, and its operations in order of their names."""

    schemas: dict[str, Schema]
    operations: list[ApiOperation]

    @classmethod
    def load(cls, file: Path) -> ApiDocument:
        document = json.loads(file.read_text())
        schemas = document["components"]["schemas"]
        operations = [
            read_operation(method, path, operation, schemas, document)
            for path, item in document["paths"].items()
            for method, operation in item.items()
            if method in ("get", "post", "put", "patch", "delete")
        ]
        operations.sort(key=lambda one: (one.resource, one.name))
        names = [one.constant for one in operations]
        if twice := {name for name in names if names.count(name) > 1}:
            raise SystemExit(f"several operations have these names: {twice}; tell them apart in operation_names.py.")
        return cls(schemas, operations)


def place(tag: str, identifier: str) -> tuple[str, str]:
    """Resource and name of an operation."""
    if identifier in NAMES:
        resource, name = NAMES[identifier].split(".")
    else:
        resource = tag.replace("-", "_")
        name = identifier.removeprefix(f"{resource}_")
    return resource, name + "_" if keyword.iskeyword(name) else name


def read_operation(
    method: str, path: str, operation: dict[str, Any], schemas: dict[str, Schema], document: dict[str, Any]
) -> ApiOperation:
    identifier = operation["operationId"]
    resource, name = place(operation["tags"][0], identifier)
    segments = path.split("/")
    path_names: list[str] = []
    for number, segment in enumerate(segments):
        if segment.startswith("{"):
            raw = segment[1:-1]
            path_names.append(f"{singular(segments[number - 1])}_id" if raw == "id" else raw.replace("-", "_"))
            segments[number] = f"{{{path_names[-1]}}}"
    query = [
        (one["name"], one["schema"], bool(one.get("required")))
        for one in operation.get("parameters", [])
        if one["in"] == "query" and one["name"] not in path_names
    ]
    contents = operation.get("requestBody", {}).get("content", {})
    body: dict[str, Schema] = {}
    required: set[str] = set()
    for content in contents.values():
        schema = content["schema"]
        optional = nullable(schema)
        schema = (
            next((one for one in schema.get("oneOf", []) if "$ref" in one), schema) if "$ref" not in schema else schema
        )
        body, required = collect(schema, schemas)
        if optional:
            required = set()
    returns, keeps = read_answer(operation["responses"], schemas)
    security = operation.get("security", document.get("security"))
    return ApiOperation(
        method=method.upper(),
        path="/".join(segments),
        identifier=identifier,
        resource=resource,
        name=name,
        summary=operation.get("summary") or operation.get("description") or identifier,
        secured=bool(security) and {} not in security,
        path_names=path_names,
        query=query,
        body=body,
        required=required,
        form="application/x-www-form-urlencoded" in contents,
        has_body=bool(contents),
        returns=returns,
        keeps="access_token" if identifier in KEEPS_ACCESS_TOKEN else keeps,
        entries=read_entries(operation, schemas) if PAGING & {one for one, _, _ in query} else None,
    )


def read_entries(operation: dict[str, Any], schemas: dict[str, Schema]) -> tuple[str, str]:
    properties, _ = collect(operation["responses"]["200"]["content"]["application/json"]["schema"], schemas)
    (found,) = [(name, schema) for name, schema in properties.items() if schema.get("type") == "array"]
    return found[0], python_type(found[1]["items"], prefix="models.")


def read_answer(responses: dict[str, Any], schemas: dict[str, Schema]) -> tuple[str, str]:
    """The type of a good answer, and whether it carries tokens that the client keeps."""
    status, answer = min((status, answer) for status, answer in responses.items() if status[0] in "23")
    if status.startswith("3"):
        return "Redirect", ""
    contents = answer.get("content", {})
    if not contents:
        return ("None" if status == "204" else "Any"), ""
    schema = contents.get("application/json", next(iter(contents.values()))).get("schema", {})
    returns = python_type(schema, prefix="models.")
    if "$ref" not in schema:
        return returns, ""
    return returns, "tokens" if "tokens" in collect(schema, schemas)[0] else ""


def operations_module(document: ApiDocument) -> str:
    text = f'"""Every operation of the API. {HEADER}"""\n\nfrom typing import Any\n\n'
    text += "from janua.operation import Operation, Redirect\n\nfrom . import models\n\n"
    for one in document.operations:
        text += (
            f"{one.constant} = Operation[{'str' if one.returns == 'Redirect' else one.returns}](\n"
            f"    method={json.dumps(one.method)},\n    path={json.dumps(one.path)},\n    answer={one.returns},\n"
            f"    secured={one.secured},\n    form={one.form},\n    keeps={json.dumps(one.keeps)},\n)\n"
        )
    text += "\nALL: tuple[Operation[Any], ...] = (\n"
    return text + "".join(f"    {one.constant},\n" for one in document.operations) + ")\n"


def arguments(one: ApiOperation, without: set[str] = frozenset()) -> str:
    """What a method takes: parts of the path by position, everything else by name."""
    needed, free = [], []
    for name, schema, required in one.query:
        if name in without:
            continue
        kind = " | ".join(dict.fromkeys(python_type(schema, given=True).split(" | ")))
        kind = kind.replace(" | None", "")
        if required:
            needed.append(f"{name}: {kind}")
        else:
            free.append(f"{name}: {kind} | None = None")
    for name, schema in one.body.items():
        kind = python_type(schema, given=True, prefix="models.")
        if name in one.required:
            needed.append(f"{name}: {kind}")
        else:
            free.append(f"{name}: {kind} | Absent = ABSENT")
    named = needed + free
    return ", ".join(["self", *(f"{name}: str" for name in one.path_names), *(["*"] if named else []), *named])


def method(one: ApiOperation, asynchronous: bool) -> str:
    word, wait = ("async def", "await ") if asynchronous else ("def", "")
    if one.identifier in BY_HAND:
        extra, returns, call = BY_HAND[one.identifier]
        text = f"    {word} {one.name}(self{extra}) -> {returns}:\n"
        return text + docstring(one.summary, "        ", one.name) + f"        return {wait}{call}\n"
    parts = [f"operations.{one.constant}"]
    if one.path_names:
        parts.append("path={" + ", ".join(f'"{name}": {name}' for name in one.path_names) + "}")
    if one.query:
        parts.append("query={" + ", ".join(f'"{name}": {name}' for name, _, _ in one.query) + "}")
    if one.has_body:
        parts.append("body={" + ", ".join(f'"{name}": {name}' for name in one.body) + "}")
    returns = "str" if one.returns == "Redirect" else one.returns
    text = f"    {word} {one.name}({arguments(one)}) -> {returns}:\n"
    text += docstring(one.summary, "        ", one.name)
    return text + f"        return {wait}self._call({', '.join(parts)})\n"


def iterating_method(one: ApiOperation, asynchronous: bool) -> str:
    """Goes through all pages of a list."""
    entries, kind = one.entries or ("", "")
    name = re.sub("^list|^", "iterate_", one.name, count=1).replace("__", "_").rstrip("_")
    parts = [f"operations.{one.constant}", json.dumps(entries)]
    if one.path_names:
        parts.append("path={" + ", ".join(f'"{name}": {name}' for name in one.path_names) + "}")
    asked = [name for name, _, _ in one.query if name not in PAGING]
    parts.append("query={" + ", ".join(f'"{name}": {name}' for name in asked) + "}")
    prefix = "Async" if asynchronous else ""
    text = f"    def {name}({arguments(one, PAGING)}) -> {prefix}Iterator[{kind}]:\n"
    summary = f"The same as `{one.name}`, entry by entry through all pages."
    return text + docstring(summary, "        ", name) + f"        return self._each({', '.join(parts)})\n"


def methods(one: ApiOperation, asynchronous: bool) -> list[str]:
    return [method(one, asynchronous)] + ([iterating_method(one, asynchronous)] if one.entries else [])


def resources_module(document: ApiDocument, *, asynchronous: bool) -> str:
    base, kind = ("AsyncResource", "tasks") if asynchronous else ("Resource", "threads")
    prefix = "Async" if asynchronous else ""
    names = sorted({one.resource for one in document.operations})
    classes = {name: prefix + "".join(word.title() for word in name.split("_")) for name in names}
    text = f'"""The calls of the API, for {kind}. {HEADER}"""\n\nfrom __future__ import annotations\n\n'
    text += f"from collections.abc import {prefix}Iterator, Mapping, Sequence\nfrom typing import Any\n\n"
    text += f"from janua.absent import ABSENT, Absent\nfrom janua.resource import {base}\n\n"
    text += "from . import models, operations\n"
    for name in names:
        text += f'\n\nclass {classes[name]}({base}):\n    """Calls about {name.replace("_", " ")}."""\n\n'
        mine = [one for one in document.operations if one.resource == name]
        text += "\n".join(text for one in mine for text in methods(one, asynchronous))
    text += f'\n\nclass {prefix}Resources:\n    """All calls, by what they are about."""\n\n'
    text += "".join(f"    {name}: {classes[name]}\n" for name in names)
    text += f"\n    def _attach(self, caller: {base}) -> None:\n"
    text += "".join(f"        self.{name} = {classes[name]}._beside(caller)\n" for name in names)
    return text
