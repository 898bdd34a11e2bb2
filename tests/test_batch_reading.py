"""Inputs of every kind."""

import gzip
import io
import json
import os
import re
import sys
import tracemalloc
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from tempfile import TemporaryDirectory

import pyarrow
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pyarrow import parquet

from serving.batch import run
from serving.operation import Tally
from serving.reading import Part, count, read, read_part
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


@pytest.mark.parametrize(("depth", "refused"), [(128, 0), (129, 1), (400, 1), (900, 1), (100_000, 1)])
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


def test_a_line_that_is_longer_than_memory_should_hold_is_passed_over(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("serving.lines.LONGEST", 40)
    fits = b'{"id": "a", "text": "' + b"x" * 17 + b'"}'
    assert len(fits) == 40
    content = fits + b"\n" + b"x" * 41 + b"\n" + fits + b"\r\n" + b"x" * 1000 + b"\n\n" + fits
    (tmp_path / "a.jsonl").write_bytes(content)
    (tmp_path / "a.jsonl.gz").write_bytes(gzip.compress(content))
    for name in ("a.jsonl", "a.jsonl.gz"):
        found = list(read(str(tmp_path / name)))
        assert [(record.line, record.problem and record.problem.status) for record in found] == [
            (1, None),
            (2, 413),
            (3, 413),
            (4, 413),
            (6, None),
        ]
        assert count(str(tmp_path / name)) == 5


def test_a_gzip_bomb_takes_no_memory(tmp_path: Path) -> None:
    with gzip.open(tmp_path / "a.jsonl.gz", "wb", compresslevel=1) as bomb:
        for _ in range(20):
            bomb.write(b" " * 2**23)
        bomb.write(b'\n{"id": "a", "text": "b"}\n')
    tracemalloc.start()
    try:
        found = list(read(str(tmp_path / "a.jsonl.gz")))
        assert tracemalloc.get_traced_memory()[1] < 5 * 2**24
    finally:
        tracemalloc.stop()
    assert [(record.line, record.id, record.problem and record.problem.kind) for record in found] == [
        (1, None, "document-too-large"),
        (2, "a", None),
    ]


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


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ('id,text\n1,a\n2,"b\n3,c\n4,d', "a.csv: line 3: a quote is opened here and never closed"),
        ('id,text\n1,a\n2,"', "a.csv: line 3: a quote is opened here and never closed"),
        ('id,text\n1,"' + "x" * 41 + '"\n', "a.csv: line 2: more than 40 characters"),
        ('id,text\n1,"' + "x\n" * 21 + '"\n', "a.csv: line 2: field larger than field limit"),
    ],
)
def test_a_csv_that_would_swallow_documents(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, content: str, said: str
) -> None:
    monkeypatch.setattr("serving.tables.LONGEST", 40)
    (tmp_path / "a.csv").write_text(content, encoding="utf-8", newline="")
    with pytest.raises(DamagedError, match=re.escape(said)):
        list(read(str(tmp_path / "a.csv")))


def test_csv_without_rows_or_with_a_last_row_without_an_end(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text('id,text\n1,"a\0\nb"', encoding="utf-8", newline="")
    assert list(read(str(tmp_path / "a.csv"))) == [Record(2, "1", "a\0\nb", {})]
    (tmp_path / "a.csv").write_text("id,text", encoding="utf-8")
    assert list(read(str(tmp_path / "a.csv"))) == []
    (tmp_path / "a.csv").write_text("", encoding="utf-8")
    with pytest.raises(UsageError, match="no column named id or text"):
        list(read(str(tmp_path / "a.csv")))


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


def test_parquet_values_that_python_does_not_have(tmp_path: Path) -> None:
    source = tmp_path / "a.parquet"
    bytes_of = pyarrow.array([b"\xff", b"b", b"c"])
    text = pyarrow.StringArray.from_buffers(3, bytes_of.buffers()[1], bytes_of.buffers()[2])
    fine = pyarrow.array([1_642_698_480_000_001_999] * 3, pyarrow.timestamp("ns", "UTC"))
    far = pyarrow.array([0, 2**50, 0], pyarrow.timestamp("s"))
    amount = pyarrow.array([None, None, Decimal("1.50")])
    columns = {"id": [7, 8, 9], "text": text, "fine": fine, "far": far, "amount": amount}
    parquet.write_table(pyarrow.table(columns), source)
    assert problems(source) == [
        (1, "7", "text: Not UTF-8, or a time that is out of range or in an unknown zone"),
        (2, "8", "far: Not UTF-8, or a time that is out of range or in an unknown zone"),
    ]
    last = list(read(str(source)))[2]
    assert last == Record(
        3, "9", "c", {"fine": "2022-01-20T17:08:00.000001+00:00", "far": "1970-01-01T00:00:00", "amount": "1.50"}
    )


@pytest.mark.parametrize("kind", [pyarrow.large_string(), pyarrow.dictionary(pyarrow.int32(), pyarrow.string())])
def test_parquet_texts_of_other_types(tmp_path: Path, kind: pyarrow.DataType) -> None:
    source = tmp_path / "a.parquet"
    parquet.write_table(pyarrow.table({"id": ["a"] * 200, "text": pyarrow.array(["نص"] * 200).cast(kind)}), source)
    assert list(read(str(source)))[199] == Record(200, "a", "نص", {})
    assert count(str(source)) == 200
    parquet.write_table(pyarrow.table({"id": ["a"], "text": [["b"]]}), source)
    assert problems(source) == [(1, "a", "text: Input should be a valid string")]


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


def test_what_is_in_a_folder_and_is_no_text_of_utf8(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("serving.reading.LONGEST", 4)
    (tmp_path / "a.txt").write_bytes(b"12345")
    (tmp_path / "b.txt").symlink_to(tmp_path / "nowhere")
    os.mkfifo(tmp_path / "c.txt")
    Path(os.fsdecode(bytes(tmp_path) + b"/d\xff.txt")).write_bytes(b"\xff")
    assert problems(tmp_path) == [
        (1, "a", "The document takes more than 16777216 bytes."),
        (2, "b", "text: Not to be read: No such file or directory"),
        (3, "c", "text: Not to be read: not a file"),
        (4, None, "text: Not UTF-8 at byte 0"),
    ]
    assert run(read(str(tmp_path)), FakeAnalyzer(), tmp_path / "out.jsonl") == Tally(refused=4)


def test_a_folder_of_parts_in_their_order(tmp_path: Path) -> None:
    line = b'{"id": "%s", "text": ""}\n'
    (tmp_path / "day=2").mkdir()
    (tmp_path / "_logs").mkdir()
    (tmp_path / "day=2" / "a b.jsonl").write_bytes(line % b"2" + b"\nnot\n")
    (tmp_path / "z.jsonl.gz").write_bytes(gzip.compress(line % b"5"))
    (tmp_path / "day=1.csv").write_text("id,text\n1,\n", encoding="utf-8")
    parquet.write_table(pyarrow.table({"id": ["3", "4"], "text": ["", ""]}), tmp_path / "p.parquet")
    for name in ("_SUCCESS.jsonl", ".p.jsonl", "_logs/x.jsonl", "read.me"):
        (tmp_path / name).write_bytes(b"no")
    found = list(read(str(tmp_path)))
    assert [(record.file, record.line, record.id) for record in found] == [
        ("day=1.csv", 2, "1"),
        ("day=2/a b.jsonl", 1, "2"),
        ("day=2/a b.jsonl", 3, None),
        ("p.parquet", 1, "3"),
        ("p.parquet", 2, "4"),
        ("z.jsonl.gz", 1, "5"),
    ]
    assert count(str(tmp_path)) == 6
    out = tmp_path.parent / f"{tmp_path.name}.jsonl"
    assert run(read(str(tmp_path)), FakeAnalyzer(), out) == Tally(analysed=5, refused=1)
    error = json.loads(Path(f"{out}.errors.jsonl").read_bytes())
    assert (error["file"], error["line"]) == ("day=2/a b.jsonl", 3)
    assert error["error"]["instance"] == "day%3D2/a%20b.jsonl#line=3"


def test_a_folder_that_holds_nothing_to_read(tmp_path: Path) -> None:
    for name in ("read.me", "_SUCCESS.jsonl", ".a.csv"):
        (tmp_path / name).write_bytes(b"")
    for reading in (count, lambda source: list(read(source))):
        with pytest.raises(UsageError) as raised:
            reading(str(tmp_path))
        assert str(raised.value) == f"{tmp_path}: holds no .txt, .jsonl, .jsonl.gz, .parquet or .csv file"


@settings(deadline=None)
@given(st.lists(st.binary(max_size=30), max_size=12), st.integers(0, 12), st.integers(0, 12))
def test_any_slice_of_any_lines_is_what_reading_all_gives_there(lines: list[bytes], first: int, number: int) -> None:
    with TemporaryDirectory() as folder:
        path = f"{folder}/a.jsonl"
        Path(path).write_bytes(b"\n".join(lines))
        whole = [(record.line, record.id) for record in read(path)]
        assert [(record.line, record.id) for record in read_part(Part(path), first, number)] == whole[first:][:number]
        assert count(path) == len(whole)


def test_standard_input(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(b'{"id": "a", "text": "b"}\n')))
    assert list(read("-")) == [Record(1, "a", "b", {})]
    assert count("-") is None


def test_parquet_where_pyarrow_is_not_installed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    parquet.write_table(pyarrow.table({"id": ["1"], "text": ["a"]}), tmp_path / "a.parquet")
    monkeypatch.setitem(sys.modules, "pyarrow", None)
    with pytest.raises(UsageError, match=r"a\.parquet: Parquet needs pyarrow: pip install 'isnad\[parquet\]', or make"):
        list(read(str(tmp_path / "a.parquet")))


def test_inputs_that_cannot_be_read(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("id,body\n1,x\n", encoding="utf-8")
    parquet.write_table(pyarrow.table({"text": ["a"]}), tmp_path / "a.parquet")
    (tmp_path / "b.parquet").write_bytes(b"PAR0")
    (tmp_path / "c.parquet").write_bytes(b"PAR1" + b"\0" * 50 + b"PAR1")
    (tmp_path / "b.csv").write_text("id,text,text\n1,x,y\n", encoding="utf-8")
    (tmp_path / "a.jsonl.gz").write_bytes(gzip.compress(b'{"id": "a", "text": "b"}\n' * 999)[:-12])
    (tmp_path / "b.jsonl.gz").write_bytes(b"{}")
    for name, error, said in [
        ("none", UsageError, "no such file or folder"),
        ("a.csv", UsageError, "no column named text"),
        ("a.parquet", UsageError, "no column named id"),
        ("b.parquet", DamagedError, "b.parquet"),
        ("c.parquet", DamagedError, "c.parquet"),
        ("b.csv", UsageError, "2 columns of one name, 'text'"),
        ("a.jsonl.gz", DamagedError, "end-of-stream"),
        ("b.jsonl.gz", DamagedError, "Not a gzipped file"),
    ]:
        with pytest.raises(error, match=said):
            list(read(str(tmp_path / name)))
