"""Two annotations of one document side by side, for a terminal.

Safe where lines are laid out for right-to-left text: a line begins with a Latin letter, so that it runs left to right;
the columns hold Latin letters and digits alone; text stands last, one piece a line, its control characters and marks of
direction written as escapes. Offsets are those of the text, `start:end`.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple
from unicodedata import category

from labels.document import Attribution, Document, Entity, Span, Stance
from labels.pairing import Item, Pair, pair_attributions, pair_entities, pair_stances, partners
from labels.scheme import AUTHOR

NONE = "-"
DIRECTIONS = frozenset("\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")


class _Value(NamedTuple):
    """What a column shows, and what it is the same by."""

    shown: str
    key: object


@dataclass(frozen=True, slots=True)
class _Facts:
    """One annotation: where it stands, and what it says, as values of a set, as free words and as spans."""

    span: tuple[Span, ...]
    values: Mapping[str, _Value]
    words: Mapping[str, str | None] = field(default_factory=dict)
    spans: Mapping[str, tuple[Span, ...]] = field(default_factory=dict)


NOTHING = _Facts((), {})


class _Row(NamedTuple):
    """What the line is about, what stands in the two columns, and the text after them."""

    name: str
    a: str = ""
    b: str = ""
    text: str | None = None


class _Compared(NamedTuple):
    """The two sides, one of which may be missing."""

    a: _Facts | None
    b: _Facts | None


def diff(a: Document, b: Document) -> Iterator[str]:
    """Lines: how much is the same, then all that differs. Raises ValueError where the two are not of the same text."""
    if a.text != b.text:
        raise ValueError(f"document {a.id}: the two are of different texts")
    rows = [_Row("", "A", "B")]
    yield f"document {_quoted(a.id)}"
    for name, compared in _compared(a, b).items():
        found = [list(_rows(name, one, other, a.text)) for one, other in compared]
        only_a, only_b = sum(other is None for _, other in compared), sum(one is None for one, _ in compared)
        alike = sum(not lines for lines in found)
        differ = len(compared) - alike - only_a - only_b
        yield f"{name:<11}  {alike} the same, {differ} different, {only_a} only in A, {only_b} only in B"
        rows += (row for lines in found for row in lines)
    if len(rows) > 1:
        yield ""
        yield from _aligned(rows)


def _compared(a: Document, b: Document) -> dict[str, list[_Compared]]:
    same = partners(a, b)
    left, right = _Describer(a, same), _Describer(b, None)
    return {
        "entity": _sides(pair_entities(a, b), left.entity, right.entity),
        "attribution": _sides(pair_attributions(a, b), left.attribution, right.attribution),
        "stance": _sides(pair_stances(a, b, same), left.stance, right.stance),
    }


def _sides(
    found: Iterable[Pair[Item]], left: Callable[[Item], _Facts], right: Callable[[Item], _Facts]
) -> list[_Compared]:
    return [_Compared(None if a is None else left(a), None if b is None else right(b)) for a, b in found]


class _Describer:
    """Makes facts of one side's annotations; `same` turns its acts' ids into those of the other side."""

    def __init__(self, document: Document, same: Mapping[str, str] | None) -> None:
        self._same = same
        self._cues = {act.id: act.cue for act in document.attributions}
        self._mentions = {entity.id: entity.span for entity in document.entities}

    def entity(self, entity: Entity) -> _Facts:
        return _Facts((entity.span,), {"label": _same(entity.label)}, {"name": entity.name})

    def attribution(self, act: Attribution) -> _Facts:
        values = {"force": _same(act.force), "mode": _same(act.mode), "parent": self._act(act.parent)}
        spans = {"source": _some(act.source), "contents": tuple(sorted(act.contents))}
        return _Facts((act.cue,), values, {"speaker": act.speaker}, spans)

    def stance(self, stance: Stance) -> _Facts:
        values = {"polarity": _same(stance.polarity), "holder": self._act(stance.holder)}
        return _Facts(_some(self._mentions.get(stance.target)), values, spans={"evidence": _some(stance.evidence)})

    def _act(self, key: str | None) -> _Value:
        """An act is shown by its cue's offsets, since ids mean nothing across two annotations."""
        if key is None or key == AUTHOR:
            return _Value(key or NONE, key)
        shown = f"act {_offsets((self._cues[key],))}" if key in self._cues else "unknown"
        return _Value(shown, key if self._same is None else self._same.get(key, ("only in A", key)))


def _rows(name: str, a: _Facts | None, b: _Facts | None, text: str) -> Iterator[_Row]:
    """The head and what differs below it; nothing where nothing does."""
    one, other = a or NOTHING, b or NOTHING
    details = [
        *_value_rows(one.values, other.values),
        *_word_rows(one.words, other.words),
        *_span_rows(one.spans, other.spans, text),
    ]
    if details or one.span != other.span:
        both = (*one.span, *other.span)
        around = Span(min(start for start, _ in both), max(end for _, end in both)).of(text) if both else None
        yield _Row(name, _offsets(one.span), _offsets(other.span), around)
        yield from details


def _value_rows(a: Mapping[str, _Value], b: Mapping[str, _Value]) -> Iterator[_Row]:
    missing = _Value(NONE, None)
    for name in a or b:
        one, other = a.get(name, missing), b.get(name, missing)
        if one.key != other.key:
            yield _Row(f"  {name}", one.shown, other.shown)


def _word_rows(a: Mapping[str, str | None], b: Mapping[str, str | None]) -> Iterator[_Row]:
    """A line of its own for each side: text has no place in the columns."""
    for name in a or b:
        if a.get(name) != b.get(name):
            yield _Row(f"  {name}", *(NONE if side.get(name) is None else "below" for side in (a, b)))
            for side, words in (("A", a.get(name)), ("B", b.get(name))):
                if words is not None:
                    yield _Row(f"    {side}", text=words)


def _span_rows(a: Mapping[str, tuple[Span, ...]], b: Mapping[str, tuple[Span, ...]], text: str) -> Iterator[_Row]:
    for name in a or b:
        one, other = a.get(name, ()), b.get(name, ())
        if one != other:
            yield _Row(f"  {name}", _offsets(one), _offsets(other))
            for side, spans in (("A", one), ("B", other)):
                yield from (_Row(f"    {side}", text=span.of(text)) for span in spans)


def _aligned(rows: Sequence[_Row]) -> Iterator[str]:
    """The rows as lines, the columns as wide as they need."""
    columns = [row[:3] for row in rows if row.a]
    names, left, right = (max(map(len, column)) for column in zip(*columns, strict=True))
    for row in rows:
        line = f"{row.name:<{names}}  {row.a:<{left}}  {row.b:<{right}}" if row.a else row.name
        yield (line if row.text is None else f"{line}  {_quoted(row.text)}").rstrip()


def _same(value: str) -> _Value:
    return _Value(value, value)


def _offsets(spans: tuple[Span, ...]) -> str:
    return " ".join(f"{start}:{end}" for start, end in spans) or NONE


def _some(span: Span | None) -> tuple[Span, ...]:
    return () if span is None else (span,)


def _quoted(text: str) -> str:
    return f"«{''.join(map(_plain, text))}»"


def _plain(character: str) -> str:
    """The character, or its escape where it would change what stands around it."""
    if character in DIRECTIONS or category(character) in ("Cc", "Zl", "Zp"):
        return f"\\u{ord(character):04x}"
    return character
