"""Where tokens are kept between calls, and between runs."""

from __future__ import annotations

import json
import os
import tempfile
from pathlib import Path
from typing import Protocol

from .errors import StorageError


class TokenStorage(Protocol):
    """Keeps texts by key; anything with these three methods will do."""

    def get_item(self, key: str) -> str | None: ...

    def set_item(self, key: str, value: str) -> None: ...

    def remove_item(self, key: str) -> None: ...


class MemoryTokenStorage:
    """Keeps tokens for as long as the program runs."""

    def __init__(self) -> None:
        self._kept: dict[str, str] = {}

    def get_item(self, key: str) -> str | None:
        return self._kept.get(key)

    def set_item(self, key: str, value: str) -> None:
        self._kept[key] = value

    def remove_item(self, key: str) -> None:
        self._kept.pop(key, None)


class FileTokenStorage:
    """Keeps tokens in a file that only its owner can read, for programs on somebody's own machine."""

    def __init__(self, path: str | os.PathLike[str]) -> None:
        self._path = Path(path)

    def _read(self) -> dict[str, str]:
        try:
            kept = json.loads(self._path.read_text(encoding="utf-8"))
        except (OSError, ValueError):
            return {}
        return {key: text for key, text in kept.items() if isinstance(text, str)} if isinstance(kept, dict) else {}

    def _write(self, kept: dict[str, str]) -> None:
        try:
            # Made beside the file, readable by nobody else, and put in its place in one step.
            handle, name = tempfile.mkstemp(dir=self._path.parent, prefix=f".{self._path.name}.")
            try:
                with os.fdopen(handle, "w", encoding="utf-8") as file:
                    json.dump(kept, file)
                Path(name).replace(self._path)
            except BaseException:
                Path(name).unlink(missing_ok=True)
                raise
        except OSError as error:
            raise StorageError(
                f"Tokens could not be kept in {self._path}: {error.strerror}",
                code="STORAGE_ERROR",
                help="May the program write into that folder?",
            ) from error

    def get_item(self, key: str) -> str | None:
        return self._read().get(key)

    def set_item(self, key: str, value: str) -> None:
        self._write({**self._read(), key: value})

    def remove_item(self, key: str) -> None:
        kept = self._read()
        if kept.pop(key, None) is not None:
            self._write(kept)
