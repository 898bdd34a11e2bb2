"""A coverage-guided fuzzer (atheris) over texts, request bodies and batch lines, without the model:

    pip install atheris==3.0.0    # into .venv-dev; no part of the locked set, since it has builds for few systems
    python -m tests.campaigns.coverage text|body|line [-max_total_time=300] [libFuzzer options]

It begins with seeds from `tests.hostile`. Ends at the first input that is answered neither with a value nor with a
Problem, and keeps it in a file.
"""

import json
import sys
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory

import atheris

from tests import hostile

with atheris.instrument_imports(include=["serving", "labels"]):
    from serving.answer import answer
    from serving.offsets import OffsetUnit
    from serving.problems import Problem
    from serving.record import record
    from serving.request import loads, parse, text_problem
    from serving.words import words
    from tests.contract import check
    from tests.fakes import FakeAnalyzer

_SEEDS = 300
_FAKE = FakeAnalyzer()
_UNITS = list(OffsetUnit)


def text(data: bytes) -> None:
    """A text in an answer and its words, whatever it holds."""
    value = data[1:].decode("utf-8", "surrogatepass" if data[:1] < b"\x40" else "replace")
    if text_problem(value, 200_000) is not None:
        return
    check(value, json.loads(answer(_FAKE.analyze(value), None, _UNITS[len(data) % 3], _FAKE.info).model_dump_json()))
    at = 0
    for word in words(value):
        assert at <= word.span.start < word.span.end <= len(value)
        at = word.span.end


def body(data: bytes) -> None:
    """The body of a request."""
    parse(data, 4)


def line(data: bytes) -> None:
    """A line of a batch file."""
    record(1, loads(data))


def main() -> None:
    """The campaign."""
    name = sys.argv.pop(1)
    target = {"text": text, "body": body, "line": line}[name]

    def run(data: bytes) -> None:
        try:
            target(data)
        except Problem:
            return
        except UnicodeDecodeError:
            if target is not text:
                raise

    random = Random(1)
    with TemporaryDirectory() as corpus:
        for number in range(_SEEDS):
            seed = b"\x80" + hostile.text(random).encode() if target is text else hostile.body(random)
            (Path(corpus) / str(number)).write_bytes(seed)
        atheris.Setup([*sys.argv, corpus], run)
        atheris.Fuzz()


if __name__ == "__main__":
    main()
