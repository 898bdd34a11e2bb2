"""From the network's numbers to spans: entities, cues, and what the words around a mark are to it.

Sequences are decoded under the scheme's own limits. The repairs of spans made here, too, are the scheme's: clitics are
letters of a closed class, and no span has a quote mark at its edge.
"""

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from labels import Span
from labels.scheme import CUE_TAGS, ENTITY_TAGS, FORCES, HOLDING, MODES, POLARITIES, QUOTES, ROLE_TAGS
from serving.chains import Chains, Floats
from serving.encode import Reading
from serving.layout import (
    CLIPPED,
    CUE_END,
    CUE_START,
    ENTITY_END,
    ENTITY_START,
    FORCE,
    MODE,
    NOBODY,
    POLARITY,
    ROLE_END,
    ROLE_START,
    SPEAKER,
    TAGS,
)
from serving.model import Tagged
from serving.viterbi import Run, log_softmax, runs
from serving.words import Word

_PROCLITICS = frozenset("وفبكلس")
_PRONOUNS = frozenset({"ه", "ها", "هم", "هن", "هما", "ك", "كم", "كن", "نا", "ي", "ني"})
_OPEN = -1e4

_DANGLING = frozenset(["في", "من", "على", "إلى", "عن", "أن", "الذي", "التي", "الذين", "مع", "بين", "ثم", "و", "ل"])
"""Words that only begin something, so that no source, content or name of several words ends with them."""


@dataclass(frozen=True, slots=True)
class Found:
    """A span in the text, the words it covers, and how sure the network is of it."""

    span: Span
    start: int
    end: int
    label: str
    score: float


@dataclass(frozen=True, slots=True)
class Roles:
    """What a cue's surroundings hold. `speaker` is the word that points to the speaker, None for nobody."""

    source: Found | None
    contents: tuple[Found, ...]
    speaker: int | None
    force: str
    mode: str


@dataclass(frozen=True, slots=True)
class Attitude:
    """The probabilities of `POLARITIES` towards a target, and the words that carry it, where there are some."""

    probabilities: dict[str, float]
    evidence: Found | None


def line_breaks(words: Sequence[Word]) -> npt.NDArray[np.bool_]:
    """For each word: whether a new line begins with it."""
    lines = np.array([w.line for w in words])
    return np.concatenate([[False], lines[1:] > lines[:-1]])


def entities(words: Sequence[Word], tagged: Tagged, breaks: npt.NDArray[np.bool_], chains: Chains) -> list[Found]:
    """The entities, outer before inner, in the order of the text. An inner one lies strictly within an outer one of
    another label, and of one that may hold others."""
    starts, ends = tagged.clips[:, ENTITY_START], tagged.clips[:, ENTITY_END]
    outer = _located(runs(tagged.outer, ENTITY_TAGS, breaks, chains.outer), words, starts, ends)
    inner = _located(runs(tagged.inner, ENTITY_TAGS, breaks, chains.inner), words, starts, ends)
    starts_of_outer = [o.span.start for o in outer]
    nested = []
    for one in inner:
        # Outer ones are apart, so that no other can hold it.
        at = bisect_right(starts_of_outer, one.span.start) - 1
        if at >= 0 and _nests(one, outer[at]):
            nested.append(one)
    return sorted(outer + nested, key=lambda f: (f.span.start, -f.span.end))


def _nests(inner: Found, outer: Found) -> bool:
    return (
        outer.label in HOLDING
        and outer.span.holds(inner.span)
        and outer.span != inner.span
        and outer.label != inner.label
    )


def cues(
    words: Sequence[Word], tagged: Tagged, breaks: npt.NDArray[np.bool_], chains: Chains, lean: float
) -> list[Found]:
    """The cues in order; `lean` is added to the logits of being one."""
    logits = tagged.cue + np.array([0.0, lean, lean], np.float32)
    starts, ends = tagged.clips[:, CUE_START], tagged.clips[:, CUE_END]
    return _located(runs(logits, CUE_TAGS, breaks, chains.cue), words, starts, ends)


def roles(
    words: Sequence[Word], readings: Sequence[Reading], breaks: npt.NDArray[np.bool_], chains: Chains
) -> list[Roles]:
    """What surrounds each cue."""
    made = []
    surrounding = _surroundings(words, readings, breaks, chains, ("SOURCE", "CONTENT"))
    for reading, found in zip(readings, surrounding, strict=True):
        sources = [f for f in found if f.label == "SOURCE"]
        pointers = np.append(reading.words[:, SPEAKER], reading.act[NOBODY])
        best = int(pointers.argmax())
        made.append(
            Roles(
                max(sources, key=lambda f: f.score, default=None),
                tuple(f for f in found if f.label == "CONTENT"),
                reading.marked.low + best if best < len(pointers) - 1 else None,
                FORCES[int(reading.act[FORCE].argmax())],
                MODES[int(reading.act[MODE].argmax())],
            )
        )
    return made


def reaches_edge(reading: Reading, count: int) -> bool:
    """Whether a content goes on behind what was read, so that more of `count` words must be: it holds the last word and
    most of those behind the mark. One of another act, far behind, does not."""
    if reading.marked.high >= count:
        return False
    behind = reading.words[reading.marked.end - reading.marked.low :, TAGS].argmax(1)
    held: list[bool] = [ROLE_TAGS[tag].endswith("CONTENT") for tag in behind]
    return held[-1] and 2 * sum(held) > len(held)


def polarity(reading: Reading) -> dict[str, float]:
    """The probabilities of `POLARITIES` towards a target."""
    probabilities = np.exp(log_softmax(reading.act[POLARITY]))
    return {name: float(p) for name, p in zip(POLARITIES, probabilities[1:], strict=True)}


def evidence(
    words: Sequence[Word], readings: Sequence[Reading], breaks: npt.NDArray[np.bool_], chains: Chains
) -> list[Found | None]:
    """What carries the stance towards each target: the surest there is in its line, None where there is nothing."""
    found = _surroundings(words, readings, breaks, chains, ("EVIDENCE",), keep_mark=True)
    return [
        max((f for f in own if words[f.start].line == words[r.marked.start].line), key=lambda f: f.score, default=None)
        for r, own in zip(readings, found, strict=True)
    ]


def _surroundings(
    words: Sequence[Word],
    readings: Sequence[Reading],
    breaks: npt.NDArray[np.bool_],
    chains: Chains,
    labels: tuple[str, ...],
    keep_mark: bool = False,
) -> list[list[Found]]:
    """The runs of `labels` around each mark; the marked words themselves are none unless `keep_mark`."""
    if not readings:
        return []
    logits = np.concatenate([reading.words[:, TAGS] for reading in readings])
    logits[:, [i for i, tag in enumerate(ROLE_TAGS) if tag != "O" and tag[2:] not in labels]] = _OPEN
    if not keep_mark:
        logits[np.concatenate([reading.marked.marks for reading in readings]) > 0, 1:] = _OPEN
    # All are decoded at once, each as lines of its own.
    starts = np.cumsum([0, *(len(reading.words) for reading in readings)])
    lines = np.concatenate([breaks[reading.marked.low : reading.marked.high] for reading in readings])
    lines[starts[:-1]] = True
    made: list[list[Found]] = [[] for _ in readings]
    for run in runs(logits, ROLE_TAGS, lines, chains.roles):
        i = int(np.searchsorted(starts, run.start, side="right")) - 1
        reading, offset = readings[i], readings[i].marked.low - int(starts[i])
        clips = reading.words[run.start - starts[i] : run.end - starts[i]]
        placed = replace(run, start=run.start + offset, end=run.end + offset)
        if found := _locate(placed, words, clips[:, ROLE_START], clips[:, ROLE_END]):
            made[i].append(found)
    return made


def _located(found: Sequence[Run], words: Sequence[Word], starts: Floats, ends: Floats) -> list[Found]:
    """The spans of runs, where `starts` and `ends` are the clips of all words."""
    return [f for r in found if (f := _locate(r, words, starts[r.start : r.end], ends[r.start : r.end]))]


def _locate(run: Run, words: Sequence[Word], starts: Floats, ends: Floats) -> Found | None:
    """The span of a run of words, less the quote marks at its edges and the letters that the clips of its words,
    `starts` and `ends`, leave outside; None if nothing is left."""
    start, end = run.start, run.end
    while start < end and words[start].form in QUOTES:
        start += 1
    while start < end and (words[end - 1].form in QUOTES or (end - start > 1 and words[end - 1].form in _DANGLING)):
        end -= 1
    if start == end:
        return None
    first, last = words[start], words[end - 1]
    before = _clip(
        starts[start - run.start],
        [k == 0 or (k < len(first.form) and _PROCLITICS.issuperset(first.form[:k])) for k in range(CLIPPED)],
    )
    after = _clip(
        ends[end - 1 - run.start],
        [k == 0 or (k < len(last.form) and last.form[-k:] in _PRONOUNS) for k in range(CLIPPED)],
    )
    at = first.places[before] if before else first.span.start
    stop = last.places[len(last.form) - after] if after else last.span.end
    return Found(Span(at, stop), start, end, run.label, run.score) if at < stop else None


def _clip(logits: Floats, allowed: Sequence[bool]) -> int:
    """How many letters to leave outside: the likeliest number that the letters allow."""
    return int(np.where(allowed, logits, -np.inf).argmax())
