"""How much the serving set takes on the disk."""

import json
import re
import subprocess
from dataclasses import dataclass
from importlib.metadata import Distribution, distributions
from pathlib import Path

LOCK = Path("requirements/serving.txt")


@dataclass(frozen=True, slots=True)
class Install:
    """The locked packages that are installed, and their files' bytes; `absent` are those locked for other machines."""

    bytes: int
    packages: int
    absent: tuple[str, ...]


def locked(text: str) -> list[str]:
    """The names in a lock, once each, in its order."""
    return list(dict.fromkeys(re.findall(r"^([A-Za-z0-9._-]+)==", text, re.MULTILINE)))


def measure(python: str, lock: Path = LOCK) -> Install:
    """The packages of `lock` in the environment of the interpreter `python`."""
    tell = "import json, sys; print(json.dumps([path for path in sys.path if path.endswith('-packages')]))"
    shown = subprocess.run([python, "-c", tell], capture_output=True, text=True, check=True).stdout
    here = {_plain(one.name): one for one in distributions(path=json.loads(shown))}
    names = locked(lock.read_text(encoding="utf-8"))
    found = [here[_plain(name)] for name in names if _plain(name) in here]
    absent = tuple(name for name in names if _plain(name) not in here)
    return Install(sum(map(_size, found)), len(found), absent)


def _plain(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def _size(package: Distribution) -> int:
    paths = [Path(str(package.locate_file(file))) for file in package.files or ()]
    return sum(path.stat().st_size for path in paths if path.is_file())
