"""From the network's numbers to spans: entities, cues, and what the words around a mark are to it.

Sequences are decoded under the scheme's own limits. The repairs of spans made here, too, are the scheme's: clitics are
letters of a closed class, and no span has a quote mark at its edge.
"""

from collections.abc import Sequence
from dataclasses import dataclass

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
    outer = [f for r in runs(tagged.outer, ENTITY_TAGS, breaks, chains.outer) if (f := _locate(r, words, starts, ends))]
    inner = [f for r in runs(tagged.inner, ENTITY_TAGS, breaks, chains.inner) if (f := _locate(r, words, starts, ends))]
    holding = [o for o in outer if o.label in HOLDING]
    nested = [f for f in inner if any(_nests(f, o) for o in holding)]
    return sorted(outer + nested, key=lambda f: (f.span.start, -f.span.end))


def _nests(inner: Found, outer: Found) -> bool:
    return outer.span.holds(inner.span) and outer.span != inner.span and outer.label != inner.label


def cues(
    words: Sequence[Word], tagged: Tagged, breaks: npt.NDArray[np.bool_], chains: Chains, lean: float
) -> list[Found]:
    """The cues in order; `lean` is added to the logits of being one."""
    logits = tagged.cue + np.array([0.0, lean, lean], np.float32)
    starts, ends = tagged.clips[:, CUE_START], tagged.clips[:, CUE_END]
    return [f for r in runs(logits, CUE_TAGS, breaks, chains.cue) if (f := _locate(r, words, starts, ends))]


def roles(words: Sequence[Word], reading: Reading, breaks: npt.NDArray[np.bool_], chains: Chains) -> Roles:
    """What surrounds a cue."""
    found = _surroundings(words, reading, breaks, chains, ("SOURCE", "CONTENT"))
    sources = [f for f in found if f.label == "SOURCE"]
    pointers = np.append(reading.words[:, SPEAKER], reading.act[NOBODY])
    best = int(pointers.argmax())
    return Roles(
        max(sources, key=lambda f: f.score, default=None),
        tuple(f for f in found if f.label == "CONTENT"),
        reading.marked.low + best if best < len(pointers) - 1 else None,
        FORCES[int(reading.act[FORCE].argmax())],
        MODES[int(reading.act[MODE].argmax())],
    )


def reaches_edge(reading: Reading, count: int) -> bool:
    """Whether the last word that was read still belongs to a content, so that more of `count` words must be read."""
    return reading.marked.high < count and ROLE_TAGS[int(reading.words[-1, TAGS].argmax())].endswith("CONTENT")


def attitude(words: Sequence[Word], reading: Reading, breaks: npt.NDArray[np.bool_], chains: Chains) -> Attitude:
    """The stance towards a target."""
    probabilities = np.exp(log_softmax(reading.act[POLARITY]))
    evidence = _surroundings(words, reading, breaks, chains, ("EVIDENCE",), keep_mark=True)
    line = words[reading.marked.start].line
    near = [f for f in evidence if words[f.start].line == line]
    return Attitude(
        {name: float(p) for name, p in zip(POLARITIES, probabilities[1:], strict=True)},
        max(near, key=lambda f: f.score, default=None),
    )


def _surroundings(
    words: Sequence[Word],
    reading: Reading,
    breaks: npt.NDArray[np.bool_],
    chains: Chains,
    labels: tuple[str, ...],
    keep_mark: bool = False,
) -> list[Found]:
    """The runs of `labels` around a mark; the marked words themselves are none unless `keep_mark`."""
    low, high = reading.marked.low, reading.marked.high
    logits = reading.words[:, TAGS].copy()
    logits[:, [i for i, tag in enumerate(ROLE_TAGS) if tag != "O" and tag[2:] not in labels]] = _OPEN
    if not keep_mark:
        logits[reading.marked.marks > 0, 1:] = _OPEN
    around = words[low:high]
    starts, ends = reading.words[:, ROLE_START], reading.words[:, ROLE_END]
    found = [_locate(r, around, starts, ends) for r in runs(logits, ROLE_TAGS, breaks[low:high], chains.roles)]
    return [Found(f.span, f.start + low, f.end + low, f.label, f.score) for f in found if f]


def _locate(run: Run, words: Sequence[Word], starts: Floats, ends: Floats) -> Found | None:
    """The span of a run of words, less the quote marks at its edges and the letters that its clips leave outside; None
    if nothing is left."""
    start, end = run.start, run.end
    while start < end and words[start].form in QUOTES:
        start += 1
    while start < end and (words[end - 1].form in QUOTES or (end - start > 1 and words[end - 1].form in _DANGLING)):
        end -= 1
    if start == end:
        return None
    first, last = words[start], words[end - 1]
    before = _clip(
        starts[start],
        [k == 0 or (k < len(first.form) and _PROCLITICS.issuperset(first.form[:k])) for k in range(CLIPPED)],
    )
    after = _clip(
        ends[end - 1], [k == 0 or (k < len(last.form) and last.form[-k:] in _PRONOUNS) for k in range(CLIPPED)]
    )
    at = first.places[before] if before else first.span.start
    stop = last.places[len(last.form) - after] if after else last.span.end
    return Found(Span(at, stop), start, end, run.label, run.score) if at < stop else None


def _clip(logits: Floats, allowed: Sequence[bool]) -> int:
    """How many letters to leave outside: the likeliest number that the letters allow."""
    return int(np.where(allowed, logits, -np.inf).argmax())
