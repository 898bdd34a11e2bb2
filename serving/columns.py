"""Answers as rows of Parquet: the keys of an answer as columns, "meta" as JSON text since its keys differ."""

import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any


def write(answers: Iterable[bytes], path: Path) -> None:
    """Writes lines of answers to a Parquet file."""
    import pyarrow
    from pyarrow import parquet

    rows = [json.loads(line) for line in answers]
    told = [row | {"meta": json.dumps(row["meta"], ensure_ascii=False)} for row in rows]
    parquet.write_table(pyarrow.Table.from_pylist(told, schema=_schema()), path, compression="zstd")


def _schema() -> Any:
    import pyarrow as pa

    text, number, score = pa.string(), pa.int64(), pa.float64()
    span = pa.struct({"start": number, "end": number, "text": text})
    entity = {"id": text, "start": number, "end": number, "text": text, "label": text}
    tally = {"holder": text, "favor": number, "against": number, "neutral": number}
    act = {"id": text, "source": span, "speaker": pa.struct({"name": text, "entity": text}), "cue": span}
    act |= {"contents": pa.list_(span), "mode": text, "force": text, "parent": text, "score": score}
    stance = {"holder": text, "target": text, "polarity": text, "evidence": span, "score": score}
    actor = {"name": text, "label": text, "mentions": pa.list_(text), "said": number}
    return pa.schema(
        {
            "id": text,
            "text_sha256": text,
            "offset_unit": text,
            "windows": number,
            "truncated": pa.bool_(),
            "model": pa.struct({"name": text, "version": text, "sha256": text}),
            "entities": pa.list_(pa.struct(entity | {"score": score, "name": text, "parent": text})),
            "attributions": pa.list_(pa.struct(act)),
            "stances": pa.list_(pa.struct(stance)),
            "actors": pa.list_(pa.struct(actor | {"stances": pa.list_(pa.struct(tally))})),
            "meta": text,
        }
    )
