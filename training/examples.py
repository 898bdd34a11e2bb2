"""From annotated documents to what the network is asked: classes for each word, and for each mark and its context."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt
from tokenizers import Tokenizer

from labels import Attribution, Document, Entity, Span
from labels.scheme import ACTORS, CUE_TAGS, ENTITY_TAGS, FORCES, MODES, POLARITIES, ROLE_TAGS
from serving.layout import CLIPPED
from serving.marks import Kind, Marked, surroundings
from serving.names import unquoted
from serving.windows import Window, windows
from serving.words import Word, words
from training.corpora import Sample
from training.spelling import respelt

IGNORED = -100
Classes = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Frame:
    """A mark and its answers: per word read `tags`, `starts` and `ends` (clips) and `speakers` (whether it points to
    the speaker; the last place: nobody), and `force`, `mode`, `polarity` of the whole. IGNORED where nothing is
    known."""

    marked: Marked
    tags: Classes
    starts: Classes
    ends: Classes
    speakers: npt.NDArray[np.bool_] | None = None
    force: int = IGNORED
    mode: int = IGNORED
    polarity: int = IGNORED


@dataclass(frozen=True, slots=True)
class Example:
    """A document as windows and answers. `outer` [words, tags] is true for every entity tag that a word may have (all
    of them where nothing is known); `inner`, `cues` [words] are tag classes; `clips` [words, 4] the letters clipped;
    `begins` [words] is true where a line begins."""

    windows: list[Window]
    outer: npt.NDArray[np.bool_]
    inner: Classes
    cues: Classes
    clips: Classes
    begins: npt.NDArray[np.bool_]
    frames: list[Frame] = field(default_factory=list)

    @property
    def pieces(self) -> int:
        """How many pieces the windows hold."""
        return sum(len(w.ids) for w in self.windows)


@dataclass(frozen=True, slots=True)
class _Place:
    """Words `start` to `end`, with the letters of the first and last that stay outside."""

    start: int
    end: int
    before: int
    after: int


class _Grid:
    """Finds the words of a span."""

    def __init__(self, found: Sequence[Word]) -> None:
        self.words = found
        self.starts = np.array([w.span.start for w in found])
        self.ends = np.array([w.span.end for w in found])

    def place(self, span: Span) -> _Place | None:
        """The words that `span` covers, or None if it covers none or begins or ends too deep inside a word."""
        start = int(np.searchsorted(self.ends, span.start, side="right"))
        end = int(np.searchsorted(self.starts, span.end, side="left"))
        if start >= end:
            return None
        before = sum(place < span.start for place in self.words[start].places)
        after = sum(place >= span.end for place in self.words[end - 1].places)
        return _Place(start, end, before, after) if before < CLIPPED and after < CLIPPED else None


def example(sample: Sample, tokenizer: Tokenizer, random: np.random.Generator | None = None) -> Example:
    """All that a document teaches; given `random`, now and then in another spelling."""
    document = sample.document
    found = respelt(words(document.text), random) if random else words(document.text)
    grid, count = _Grid(found), len(found)
    clips = np.full((count, 4), IGNORED)
    cues = np.full(count, 0 if "acts" in sample.layers else IGNORED)
    inner = np.full(count, 0 if "nested" in sample.layers else IGNORED)
    outer = np.zeros((count, len(ENTITY_TAGS)), bool)
    if "entities" in sample.layers:
        outer[:, 0] = True
        for label in sample.unknown:
            outer[:, _tags(label)] = True
        for entity in document.entities:
            place = grid.place(entity.span)
            if place is not None:
                if _depth(entity, document) == 0:
                    _allow(outer, place, entity.label, sample.unknown)
                elif _depth(entity, document) == 1:
                    _tag(inner, place, ENTITY_TAGS.index(f"B-{entity.label}"))
                if "clips" in sample.layers:
                    clips[place.start, 0], clips[place.end - 1, 1] = place.before, place.after
    else:
        outer[:] = True
    frames: list[Frame] = []
    for act in document.attributions:
        place = grid.place(act.cue)
        if place is not None:
            _tag(cues, place, CUE_TAGS.index("B-CUE"))
            clips[place.start, 2], clips[place.end - 1, 3] = place.before, place.after
            frames.append(_act_frame(act, place, grid, document))
    if "stances" in sample.layers:
        frames += _stance_frames(document, grid)
    lines = np.array([w.line for w in found], np.int64)
    return Example(windows(found, tokenizer), outer, inner, cues, clips, np.diff(lines, prepend=-1) > 0, frames)


def _tags(label: str) -> list[int]:
    return [ENTITY_TAGS.index(f"B-{label}"), ENTITY_TAGS.index(f"I-{label}")]


def _depth(entity: Entity, document: Document) -> int:
    """How many other entities hold this one."""
    return sum(other.span.holds(entity.span) and other.id != entity.id for other in document.entities)


def _allow(outer: npt.NDArray[np.bool_], place: _Place, label: str, unknown: frozenset[str]) -> None:
    """Let the words of `place` have just the tags of a possibly coarse `label`."""
    for at in range(place.start, place.end):
        outer[at] = False
        for one in label.split("|"):
            if one == "O":
                outer[at, 0] = True
                outer[at, [t for u in unknown for t in _tags(u)]] = True
            else:
                outer[at, _tags(one)[0 if at == place.start else 1]] = True


def _tag(row: Classes, place: _Place, begin: int) -> None:
    row[place.start] = begin
    row[place.start + 1 : place.end] = begin + 1


def _act_frame(act: Attribution, place: _Place, grid: _Grid, document: Document) -> Frame:
    marked = surroundings(Kind.CUE, place.start, place.end, len(grid.words))
    tags, starts, ends = _blank(marked)
    for role, spans in (("CONTENT", act.contents), ("SOURCE", (act.source,) if act.source else ())):
        for span in spans:
            _write(tags, starts, ends, marked, grid.place(span), ROLE_TAGS.index(f"B-{role}"))
    known = act.force in FORCES
    return Frame(
        marked,
        tags,
        starts,
        ends,
        _speakers(act, marked, grid, document) if known else None,
        FORCES.index(act.force) if known else IGNORED,
        MODES.index(act.mode) if known else IGNORED,
    )


def _speakers(act: Attribution, marked: Marked, grid: _Grid, document: Document) -> npt.NDArray[np.bool_] | None:
    """Which words point to the speaker: those of the entities that bear the name, else those of a source that is spelt
    so. None where the name stands nowhere within reach, as then nothing can be learned."""
    points = np.zeros(marked.high - marked.low + 1, bool)
    if act.speaker is None:
        points[-1] = True
        return points
    spans = [e.span for e in document.entities if e.name == act.speaker]
    if not spans:
        text, sources = document.text, [a.source for a in document.attributions if a.source]
        spans = [source for source in sources if unquoted(source.of(text)) == act.speaker]
    for span in spans:
        place = grid.place(span)
        if place is not None and marked.low <= place.start < marked.high:
            points[place.start - marked.low] = True
    return points if points.any() else None


def _stance_frames(document: Document, grid: _Grid) -> Iterator[Frame]:
    stances = {s.target: s for s in document.stances}
    for entity in document.entities:
        place = grid.place(entity.span)
        if place is None or not ACTORS & set(entity.label.split("|")):
            continue
        marked = surroundings(Kind.TARGET, place.start, place.end, len(grid.words))
        tags, starts, ends = _blank(marked)
        stance = stances.get(entity.id)
        if stance is None or stance.evidence is None:
            tags[:] = IGNORED
        else:
            _write(tags, starts, ends, marked, grid.place(stance.evidence), ROLE_TAGS.index("B-EVIDENCE"))
        polarity = 1 + POLARITIES.index(stance.polarity) if stance else 0
        yield Frame(marked, tags, starts, ends, polarity=polarity)


def _blank(marked: Marked) -> tuple[Classes, Classes, Classes]:
    size = marked.high - marked.low
    return np.zeros(size, np.int64), np.full(size, IGNORED), np.full(size, IGNORED)


def _write(tags: Classes, starts: Classes, ends: Classes, marked: Marked, place: _Place | None, begin: int) -> None:
    """Tag what of `place` lies within reach; a span that reaches out of it is taught as far as it can be seen."""
    if place is None or place.end <= marked.low or place.start >= marked.high:
        return
    start, end = max(place.start, marked.low) - marked.low, min(place.end, marked.high) - marked.low
    tags[start] = begin
    tags[start + 1 : end] = begin + 1
    if place.start >= marked.low:
        starts[start] = place.before
    if place.end <= marked.high:
        ends[end - 1] = place.after
