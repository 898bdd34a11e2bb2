"""Documents for campaigns, and the files that hold them."""

import csv
import gzip
import json
import lzma
import random
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import pyarrow
from pyarrow import parquet

from labels.jsonl import read

ROOT = Path(__file__).parent.parent.parent
KINDS = (".jsonl", ".jsonl.gz", ".parquet", ".csv", "")
_WORDS = ["قال", "داعش", "قسد", "إن", "الإرهابي", "البطلة", "سجن غويران", "😀", "12", "\r\n", "\u200f", "و"]
_MADE_AT_A_TIME = 1000

Document = dict[str, Any]


def made(number: int, words: int) -> Iterator[Document]:
    """Documents for the stand-in model: each 7th is refused, it fails at each 11th, each 5th is as the one before."""
    chance = random.Random(7)
    text = ""
    for n in range(number):
        text = text if n % 5 == 4 else " ".join(chance.choices(_WORDS, k=words))
        failing = text + " BOOM" * (n % 11 == 5)
        yield {"id": f"d{n - n % 5 // 4}", "text": None if n % 7 == 3 else failing, "outlet": n // 5}


def corpus(number: int) -> list[Document]:
    """Texts of the project's own corpus, chosen by a fixed seed."""
    paths = [ROOT / "labels/corpus/seeds.jsonl", *sorted((ROOT / "labels/corpus/authored").glob("*.jsonl"))]
    documents = [document for path in paths for document in read(path)]
    return [{"id": d.id, "text": d.text} for d in random.Random(7).sample(documents, number)]


def raw(path: Path, number: int, longest: int) -> list[Document]:
    """`number` lines of at most `longest` characters of an xz file of raw news, spread over all of it."""
    with lzma.open(path, "rt", encoding="utf-8") as lines:
        kept: list[str] = []
        chance = random.Random(7)
        for place, line in enumerate(line for line in lines if len(line) <= longest):
            if place < number:
                kept.append(line)
            elif (slot := chance.randrange(place + 1)) < number:
                kept[slot] = line
    return [{"id": f"raw-{n}", "text": text.rstrip("\n")} for n, text in enumerate(kept)]


def write(path: Path, documents: Iterable[Document]) -> Path:
    """Writes the kind of input that `path` ends in, a folder of texts where it has no ending."""
    if path.name.endswith(".parquet"):
        _parquet(path, documents)
    elif path.name.endswith(".csv"):
        with path.open("w", encoding="utf-8", newline="") as file:
            rows = csv.writer(file)
            rows.writerow(["id", "text"])
            rows.writerows([document["id"], document["text"]] for document in documents)
    elif path.suffix:
        with gzip.open(path, "wb", 1) if path.suffix == ".gz" else path.open("wb") as lines:
            for document in documents:
                lines.write(json.dumps(document, ensure_ascii=False).encode() + b"\n")
    else:
        path.mkdir()
        for number, document in enumerate(documents):
            (path / f"{number:06}.txt").write_text(document["text"] or "", encoding="utf-8", newline="")
    return path


def _parquet(path: Path, documents: Iterable[Document]) -> None:
    """One row group, whatever the number: the hardest to read in little memory."""
    tables, some = [], list[Document]()
    for document in documents:
        some.append(document)
        if len(some) == _MADE_AT_A_TIME:
            tables.append(pyarrow.Table.from_pylist(some))
            some = []
    table = pyarrow.concat_tables([*tables, *([pyarrow.Table.from_pylist(some)] if some else [])])
    parquet.write_table(table, path, row_group_size=len(table) or None)
