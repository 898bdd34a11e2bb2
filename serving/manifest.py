"""The manifest of a model folder: what each file's bytes must be, and how the model came about."""

import hashlib
import json
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

NAME = "manifest.json"


class ModelError(Exception):
    """A model folder that cannot be used; the message names the file and the fault."""


@dataclass(frozen=True, slots=True)
class Manifest:
    """`files`: path within the folder → SHA-256 in hexadecimal. `training`: command, seeds, versions, data hashes."""

    name: str
    version: str
    files: dict[str, str]
    training: dict[str, Any]

    @classmethod
    def of(
        cls, folder: Path, name: str, version: str, training: dict[str, Any], besides: Collection[str] = ()
    ) -> "Manifest":
        """The manifest of the model `name` in `folder`: of all files there but those named `besides`."""
        files = {str(f.relative_to(folder)): f for f in sorted(folder.rglob("*")) if f.is_file()}
        return cls(name, version, {at: sha256(f) for at, f in files.items() if at not in besides}, training)

    def write(self, folder: Path) -> None:
        """Write it as `manifest.json`."""
        value = {"name": self.name, "version": self.version, "files": self.files, "training": self.training}
        (folder / NAME).write_text(json.dumps(value, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")


def sha256(path: Path) -> str:
    """The SHA-256 of a file in hexadecimal."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def read(folder: Path) -> Manifest:
    """The manifest of `folder`. Raises ModelError if it is missing or malformed."""
    path = folder / NAME
    try:
        value = json.loads(path.read_text(encoding="utf-8"))
        return Manifest(str(value["name"]), str(value["version"]), dict(value["files"]), dict(value["training"]))
    except OSError as error:
        raise ModelError(f"{path}: cannot be read: {error.strerror}") from error
    except (ValueError, KeyError, TypeError) as error:
        raise ModelError(f"{path}: not a manifest: {error}") from error


def check(folder: Path, manifest: Manifest, *names: str) -> None:
    """Raises ModelError unless each of the files `names` is there with the bytes that the manifest promises."""
    for name in names:
        path = folder / name
        if name not in manifest.files:
            raise ModelError(f"{folder / NAME}: {name} is not listed")
        if not path.is_file():
            raise ModelError(f"{path}: missing")
        if sha256(path) != manifest.files[name]:
            raise ModelError(f"{path}: its SHA-256 is not the manifest's")


@contextmanager
def checked(folder: Path, manifest: Manifest, *names: str) -> Iterator[None]:
    """Around the loading of the files `names`: they are checked before, so that nothing else is ever parsed, and again
    after, so that what was loaded is what was checked, even while another model is copied over it. Raises ModelError.
    """
    check(folder, manifest, *names)
    yield
    check(folder, manifest, *names)
