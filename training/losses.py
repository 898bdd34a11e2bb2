"""What a batch of examples costs the network: one sum of losses, each masked where a corpus says nothing."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import torch
from torch.nn.functional import cross_entropy

from serving.layout import CLIPPED, FORCE, MODE, NOBODY, POLARITY, ROLE_END, ROLE_START, SPEAKER, TAGS
from serving.marks import Kind
from training.examples import IGNORED, Example, Frame
from training.model import IsnadModel

WEIGHTS: Final = {
    "outer": 1.0,
    "inner": 0.5,
    "cue": 1.0,
    "clips": 0.3,
    "roles": 1.0,
    "role_clips": 0.2,
    "speaker": 0.3,
    "force": 0.3,
    "mode": 0.2,
    "polarity": 0.7,
}
"""How much each task counts; small for those that are learned soon or from few examples."""
_NEUTRALS: Final = 6
"""Most neutral targets read of a document; each then stands for as many as were left out."""
_ACTS: Final = 8
"""Most acts read of a document; only long ones have more."""


@dataclass(frozen=True, slots=True)
class Costs:
    """The mean loss of each task that the batch has something to say about."""

    of: dict[str, torch.Tensor]

    def total(self) -> torch.Tensor:
        """The weighted sum, a scalar."""
        return torch.stack([WEIGHTS[name] * value for name, value in self.of.items()]).sum()


def costs(model: IsnadModel, batch: Sequence[Example], random: np.random.Generator) -> Costs:
    """Run the network over a batch and compare. At least one example has a window."""
    hidden = read(model, batch)
    of: dict[str, torch.Tensor] = {}
    outer, inner, cue, clips = (logits.float() for logits in model.tag(hidden))
    allowed = torch.from_numpy(np.concatenate([e.outer for e in batch]))
    told = ~allowed.all(1)
    if told.any():
        of["outer"] = -(outer.log_softmax(-1).masked_fill(~allowed, -torch.inf).logsumexp(-1)[told]).mean()
    _add(of, "inner", inner, _joined([e.inner for e in batch]))
    _add(of, "cue", cue, _joined([e.cues for e in batch]))
    _add(of, "clips", clips.view(-1, CLIPPED), _joined([e.clips.ravel() for e in batch]))
    chosen = list(_frames(batch, random))
    if chosen:
        _frame_costs(of, model, hidden, chosen)
    return Costs(of)


def read(model: IsnadModel, batch: Sequence[Example]) -> torch.Tensor:
    """The hidden states of all words of the batch, one document after the other, [words, size]."""
    found = [w for e in batch for w in e.windows]
    longest = max(len(w.ids) for w in found)
    ids = torch.full((len(found), longest), model.config.pad_token_id or 0)
    mask = torch.zeros(len(found), longest, dtype=torch.long)
    places = []
    for row, window in enumerate(found):
        ids[row, : len(window.ids)] = torch.from_numpy(window.ids)
        mask[row, : len(window.ids)] = 1
        places.append(torch.from_numpy(window.first) + row * longest)
    return model.encode(ids, mask).flatten(0, 1)[torch.cat(places)]


def _frames(batch: Sequence[Example], random: np.random.Generator) -> list[tuple[int, Frame, float]]:
    """(offset of the document's words, frame, weight) of every act and stance, and of some of the neutral targets."""
    chosen: list[tuple[int, Frame, float]] = []
    offset = 0
    for one in batch:
        neutral = [f for f in one.frames if f.polarity == 0]
        acts = [f for f in one.frames if f.marked.kind is Kind.CUE]
        chosen += [(offset, acts[i], 1.0) for i in random.permutation(len(acts))[:_ACTS]]
        chosen += [(offset, f, 1.0) for f in one.frames if f.polarity > 0]
        some = random.permutation(len(neutral))[:_NEUTRALS]
        chosen += [(offset, neutral[i], len(neutral) / len(some)) for i in some]
        offset += len(one.cues)
    return chosen


def _frame_costs(
    of: dict[str, torch.Tensor], model: IsnadModel, hidden: torch.Tensor, chosen: list[tuple[int, Frame, float]]
) -> None:
    longest = max(len(f.tags) for _, f, _ in chosen)
    shape = (len(chosen), longest)
    index, marks, distances = np.zeros(shape, np.int64), np.zeros(shape, np.int64), np.zeros(shape, np.int64)
    mask = np.zeros(shape, np.float32)
    tags, starts, ends = (np.full(shape, IGNORED) for _ in range(3))
    points = np.zeros((len(chosen), longest + 1), bool)
    for row, (offset, frame, _) in enumerate(chosen):
        size, marked = len(frame.tags), frame.marked
        index[row, :size] = np.arange(offset + marked.low, offset + marked.high)
        marks[row, :size], distances[row, :size], mask[row, :size] = marked.marks, marked.distances, 1.0
        tags[row, :size], starts[row, :size], ends[row, :size] = frame.tags, frame.starts, frame.ends
        if frame.speakers is not None:
            points[row, :size], points[row, -1] = frame.speakers[:-1], frame.speakers[-1]
    blank = torch.from_numpy(mask)
    words, acts = model.roles(
        hidden[torch.from_numpy(index)], torch.from_numpy(marks), torch.from_numpy(distances), blank
    )
    words, acts = words.float(), acts.float()
    _add(of, "roles", words[..., TAGS].flatten(0, 1), torch.from_numpy(tags.ravel()))
    clipped = torch.cat([words[..., ROLE_START].flatten(0, 1), words[..., ROLE_END].flatten(0, 1)])
    _add(of, "role_clips", clipped, _joined([starts.ravel(), ends.ravel()]))
    pointed = torch.from_numpy(points)
    told = pointed.any(1)
    if told.any():
        scores = torch.cat(
            [words[..., SPEAKER].masked_fill(blank == 0, -torch.inf), acts[:, NOBODY, None]], 1
        ).log_softmax(-1)
        of["speaker"] = -(scores.masked_fill(~pointed, -torch.inf).logsumexp(-1)[told]).mean()
    _add(of, "force", acts[:, FORCE], torch.tensor([f.force for _, f, _ in chosen]))
    _add(of, "mode", acts[:, MODE], torch.tensor([f.mode for _, f, _ in chosen]))
    polarity = torch.tensor([f.polarity for _, f, _ in chosen])
    if (polarity != IGNORED).any():
        weight = torch.tensor([w for _, _, w in chosen]) * (polarity != IGNORED)
        each = cross_entropy(acts[:, POLARITY], polarity, ignore_index=IGNORED, reduction="none")
        of["polarity"] = (each * weight).sum() / weight.sum()


def _joined(rows: Sequence[np.ndarray]) -> torch.Tensor:
    return torch.from_numpy(np.concatenate(rows))


def _add(of: dict[str, torch.Tensor], name: str, logits: torch.Tensor, classes: torch.Tensor) -> None:
    """Note the mean cross-entropy under `name`, if any class is known."""
    if (classes != IGNORED).any():
        of[name] = cross_entropy(logits, classes, ignore_index=IGNORED)
