"""Inputs of every kind."""

import gzip
import io
import json
import sys
from datetime import UTC, datetime
from pathlib import Path

import pyarrow
import pytest
from pyarrow import parquet

from serving.batch import run
from serving.operation import Tally
from serving.reading import count, read
from serving.record import Record
from serving.unread import DamagedError, UsageError
from tests.fakes import FakeAnalyzer

TEXT = "قال\r\nقسد 😀\u2028\x0b\u200f"


def problems(source: Path) -> list[tuple[int, str | None, str]]:
    return [(record.line, record.id, record.problem.detail) for record in read(str(source)) if record.problem]


def test_jsonl_plain_and_gzip(tmp_path: Path) -> None:
    content = "\ufeff" + json.dumps({"id": "1", "text": TEXT, "outlet": "س"}, ensure_ascii=False)
    content += '\r\n\n{"id": 2, "text": ""}'
    (tmp_path / "a.jsonl").write_bytes(content.encode())
    (tmp_path / "a.jsonl.gz").write_bytes(gzip.compress(content.encode()))
    expected = [Record(1, "1", TEXT, {"outlet": "س"}), Record(3, "2", "", {})]
    assert list(read(str(tmp_path / "a.jsonl"))) == expected
    assert list(read(str(tmp_path / "a.jsonl.gz"))) == expected
    assert count(str(tmp_path / "a.jsonl.gz")) == 2


def test_what_is_wrong_with_a_line_of_jsonl(tmp_path: Path) -> None:
    source = tmp_path / "a.jsonl"
    source.write_bytes(
        b'{"id": "a", "text": \n["a"]\n{"text": "b"}\n{"id": "c"}\n{"id": true, "text": 1}\n'
        b'{"id": "e", "text": "\xff"}\n'
        b'{"id": "f", "text": "g", "note": "\\ud800"}\n{"id": "\\udfff", "text": "h"}\n{"id": "i", "text": NaN}\n'
    )
    assert problems(source) == [
        (1, None, "Not JSON at line 2, column 1: Expecting value."),
        (2, None, "Input should be an object"),
        (3, None, "id: Field required"),
        (4, "c", "text: Field required"),
        (5, None, "id: Input should be a valid string (1 more)"),
        (6, None, "Not UTF-8 at byte 21."),
        (7, "f", "meta: No form in UTF-8"),
        (8, None, "id: No form in UTF-8"),
        (9, None, "A number that is not JSON or has too many digits."),
    ]


@pytest.mark.parametrize(("depth", "refused"), [(100, 0), (900, 1), (100_000, 1)])
def test_a_line_nested_too_deeply_is_refused_and_the_next_follows(tmp_path: Path, depth: int, refused: int) -> None:
    (tmp_path / "a.jsonl").write_text(
        '{"id": "a", "text": "", "x": ' + "[" * depth + "]" * depth + '}\n{"id": "b", "text": ""}', encoding="utf-8"
    )
    out = tmp_path / "out.jsonl"
    assert run(read(str(tmp_path / "a.jsonl")), FakeAnalyzer(), out) == Tally(2 - refused, refused)
    assert '"id":"b"' in out.read_text(encoding="utf-8").splitlines()[-1]


def test_a_lone_surrogate_in_a_text_is_refused_with_its_place(tmp_path: Path) -> None:
    (tmp_path / "a.jsonl").write_text('{"id": "a", "text": "xy\\udc00"}', encoding="utf-8")
    (record,) = read(str(tmp_path / "a.jsonl"))
    problem = record.problem_within(10)
    assert problem is not None
    assert problem.detail == "text: A lone surrogate at code point 2: the text has no form in UTF-8"


def test_csv(tmp_path: Path) -> None:
    source = tmp_path / "a.csv"
    source.write_bytes(
        '\ufeffoutlet,id,text\r\nس,1,"أ ""قسد""\r\nب"\r\n\r\nx,2\r\ny,3,ج\r\n'.encode() + b"z,4,\xff\r\n"
    )
    found = list(read(str(source)))
    assert found[0] == Record(2, "1", 'أ "قسد"\r\nب', {"outlet": "س"})
    assert (found[1].line, found[1].problem and found[1].problem.detail) == (5, "2 fields where the header has 3")
    assert found[2] == Record(6, "3", "ج", {"outlet": "y"})
    last = found[3].problem_within(10)
    assert last is not None
    assert last.status == 422


def test_parquet(tmp_path: Path) -> None:
    source = tmp_path / "a.parquet"
    at = datetime(2022, 1, 20, 17, 8, tzinfo=UTC)
    table = pyarrow.table(
        {"id": [1, 2], "text": [TEXT, None], "at": [at, None], "score": [float("nan"), 0.5], "raw": [b"a", None]}
    )
    parquet.write_table(table, source)
    first, second = read(str(source))
    assert first == Record(1, "1", TEXT, {"at": "2022-01-20T17:08:00+00:00", "score": None, "raw": "YQ=="})
    assert (second.line, second.id, second.problem and second.problem.detail) == (
        2,
        "2",
        "text: Input should be a valid string",
    )


def test_a_folder_of_texts_sorted_by_id_byte_for_byte(tmp_path: Path) -> None:
    (tmp_path / "a").mkdir()
    (tmp_path / "folder.txt").mkdir()
    for name, content in [
        ("b.txt", TEXT.encode()),
        ("a/z.txt", b"\xef\xbb\xbfa\r"),
        ("a-.txt", b""),
        ("c.txt", b"ab\xff"),
        ("c.md", b"no"),
    ]:
        (tmp_path / name).write_bytes(content)
    found = list(read(str(tmp_path)))
    assert [(record.line, record.id, record.text) for record in found] == [
        (1, "a-", ""),
        (2, "a/z", "\ufeffa\r"),
        (3, "b", TEXT),
        (4, "c", ""),
    ]
    assert problems(tmp_path) == [(4, "c", "text: Not UTF-8 at byte 2")]


def test_standard_input(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(b'{"id": "a", "text": "b"}\n')))
    assert list(read("-")) == [Record(1, "a", "b", {})]
    assert count("-") is None


def test_inputs_that_cannot_be_read(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("id,body\n1,x\n", encoding="utf-8")
    parquet.write_table(pyarrow.table({"text": ["a"]}), tmp_path / "a.parquet")
    (tmp_path / "b.parquet").write_bytes(b"PAR0")
    (tmp_path / "a.jsonl.gz").write_bytes(gzip.compress(b'{"id": "a", "text": "b"}\n' * 999)[:-12])
    (tmp_path / "b.jsonl.gz").write_bytes(b"{}")
    for name, error, said in [
        ("none", UsageError, "no such file or folder"),
        ("a.csv", UsageError, "no column named text"),
        ("a.parquet", UsageError, "no column named id"),
        ("b.parquet", DamagedError, "b.parquet"),
        ("a.jsonl.gz", DamagedError, "end-of-stream"),
        ("b.jsonl.gz", DamagedError, "Not a gzipped file"),
    ]:
        with pytest.raises(error, match=said):
            list(read(str(tmp_path / name)))
