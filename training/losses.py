"""What a batch of examples costs the network: one sum of losses, each masked where a corpus says nothing."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt
import torch
from torch import nn
from torch.nn.functional import cross_entropy
from torch.nn.utils.rnn import pad_sequence

from serving.layout import CLIPPED, FORCE, MODE, NOBODY, POLARITY, ROLE_END, ROLE_START, SPEAKER, TAGS
from serving.marks import Kind
from training.chain import allowing
from training.examples import IGNORED, Classes, Example, Frame
from training.mixture import Windowed
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
    "evidence": 0.3,
    "evidence_clips": 0.1,
}
"""How much each task counts; small for those that are learned soon or from few examples."""
_NEUTRALS: Final = 6
"""Most neutral targets read of a document; each then stands for as many as were left out."""
_ACTS: Final = 8
"""Most acts read of a document; only long ones have more."""

_Chosen = tuple[int, Frame, float]
"""Where the words of the frame's document begin in the batch, the frame, and how much it counts."""


@dataclass(frozen=True, slots=True)
class Costs:
    """The mean loss of each task that the batch has something to say about."""

    of: dict[str, torch.Tensor]

    def total(self) -> torch.Tensor:
        """The weighted sum, a scalar."""
        return torch.stack([WEIGHTS.get(name, 1.0) * value for name, value in self.of.items()]).sum()


def costs(model: IsnadModel, batch: Sequence[Example], random: np.random.Generator) -> Costs:
    """Run the network over a batch and compare. At least one example has a window."""
    hidden = read(model.encode, batch, model.config.pad_token_id or 0)
    of: dict[str, torch.Tensor] = {}
    outer, inner, cue, clips = (logits.float() for logits in model.tag(hidden))
    begins = torch.from_numpy(np.concatenate([e.begins for e in batch]))
    allowed = np.concatenate([e.outer for e in batch])
    _follow(of, "outer", model.follow["outer"], outer, allowed, begins)
    for name, logits, classes in (("inner", inner, [e.inner for e in batch]), ("cue", cue, [e.cues for e in batch])):
        allowed = allowing(np.concatenate(classes), logits.shape[1], IGNORED)
        _follow(of, name, model.follow[name], logits, allowed, begins)
    _add(of, "clips", clips.view(-1, CLIPPED), torch.from_numpy(np.concatenate([e.clips.ravel() for e in batch])))
    chosen = _frames(batch, random)
    # Apart, since the surroundings of a cue are three times as long as those of a target.
    for kind, add in ((Kind.CUE, _act_costs), (Kind.TARGET, _stance_costs)):
        if own := [c for c in chosen if c[1].marked.kind is kind]:
            add(of, model, hidden, begins, own)
    return Costs(of)


def read(
    encode: Callable[[torch.Tensor, torch.Tensor], torch.Tensor], batch: Sequence[Windowed], filler: int
) -> torch.Tensor:
    """The hidden states of all words of the batch, one document after the other, [words, size]. `encode` takes ids and
    mask [windows, pieces]; `filler` is the id behind the end of a window."""
    found = [w for e in batch for w in e.windows]
    longest = max(len(w.ids) for w in found)
    ids = torch.full((len(found), longest), filler)
    mask = torch.zeros(len(found), longest, dtype=torch.long)
    places = []
    for row, window in enumerate(found):
        ids[row, : len(window.ids)] = torch.from_numpy(window.ids)
        mask[row, : len(window.ids)] = 1
        places.append(torch.from_numpy(window.first) + row * longest)
    return encode(ids, mask).flatten(0, 1)[torch.cat(places)]


def _frames(batch: Sequence[Example], random: np.random.Generator) -> list[_Chosen]:
    """(offset of the document's words, frame, weight) of every act and stance, and of some of the neutral targets."""
    chosen: list[_Chosen] = []
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


def _act_costs(
    of: dict[str, torch.Tensor],
    model: IsnadModel,
    hidden: torch.Tensor,
    begins: torch.Tensor,
    chosen: Sequence[_Chosen],
) -> None:
    words, acts, mask = _roles(model, hidden, chosen)
    frames = [frame for _, frame, _ in chosen]
    _follow_roles(of, "roles", model, words, begins, chosen)
    _add(of, "role_clips", *_edges(words, frames))
    _add(of, "force", acts[:, FORCE], torch.tensor([f.force for f in frames]))
    _add(of, "mode", acts[:, MODE], torch.tensor([f.mode for f in frames]))
    points = torch.zeros(len(frames), words.shape[1] + 1, dtype=torch.bool)
    for row, frame in enumerate(frames):
        if frame.speakers is not None:
            points[row, : len(frame.tags)] = torch.from_numpy(frame.speakers[:-1])
            points[row, -1] = bool(frame.speakers[-1])
    told = points.any(1)
    if told.any():
        pointers = words[..., SPEAKER].masked_fill(mask == 0, -torch.inf)
        scores = torch.cat([pointers, acts[:, NOBODY, None]], 1).log_softmax(-1)
        of["speaker"] = -(scores.masked_fill(~points, -torch.inf).logsumexp(-1)[told]).mean()


def _stance_costs(
    of: dict[str, torch.Tensor],
    model: IsnadModel,
    hidden: torch.Tensor,
    begins: torch.Tensor,
    chosen: Sequence[_Chosen],
) -> None:
    words, acts, _ = _roles(model, hidden, chosen)
    frames = [frame for _, frame, _ in chosen]
    _follow_roles(of, "evidence", model, words, begins, chosen)
    _add(of, "evidence_clips", *_edges(words, frames))
    weights = torch.tensor([weight for _, _, weight in chosen])
    polarity = torch.tensor([frame.polarity for _, frame, _ in chosen])
    each = cross_entropy(acts[:, POLARITY], polarity, reduction="none")
    of["polarity"] = (each * weights).sum() / weights.sum()


def _follow_roles(
    of: dict[str, torch.Tensor],
    name: str,
    model: IsnadModel,
    words: torch.Tensor,
    begins: torch.Tensor,
    chosen: Sequence[_Chosen],
) -> None:
    """Note under `name` what the tags of the words around the chosen marks cost; a new line begins with each mark's."""
    logits = torch.cat([row[: len(f.tags), TAGS] for row, (_, f, _) in zip(words, chosen, strict=True)])
    allowed = allowing(np.concatenate([f.tags for _, f, _ in chosen]), logits.shape[1], IGNORED)
    lines = [begins[at + f.marked.low : at + f.marked.high].clone() for at, f, _ in chosen]
    for line in lines:
        line[0] = True
    _follow(of, name, model.follow["roles"], logits, allowed, torch.cat(lines))


def _edges(words: torch.Tensor, frames: Sequence[Frame]) -> tuple[torch.Tensor, torch.Tensor]:
    """Logits and classes of the letters clipped where spans begin and end."""
    logits = torch.cat([words[..., ROLE_START].flatten(0, 1), words[..., ROLE_END].flatten(0, 1)])
    starts, ends = _padded([f.starts for f in frames]), _padded([f.ends for f in frames])
    return logits, torch.cat([starts.flatten(), ends.flatten()])


def _roles(
    model: IsnadModel, hidden: torch.Tensor, chosen: Sequence[_Chosen]
) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor]:
    """Logits of words and of marks for the chosen frames, and the mask of their words."""
    index = _padded([np.arange(at + f.marked.low, at + f.marked.high) for at, f, _ in chosen], 0)
    marks = _padded([f.marked.marks for _, f, _ in chosen], 0)
    distances = _padded([f.marked.distances for _, f, _ in chosen], 0)
    mask = _padded([np.ones(len(f.tags), np.int64) for _, f, _ in chosen], 0).float()
    words, acts = model.roles(hidden[index], marks, distances, mask)
    return words.float(), acts.float(), mask


def _follow(
    of: dict[str, torch.Tensor],
    name: str,
    chain: nn.Module,
    logits: torch.Tensor,
    allowed: npt.NDArray[np.bool_],
    begins: torch.Tensor,
) -> None:
    """Note under `name` what the allowed tags cost for each word of which something is known, if there is any."""
    told = int((~allowed.all(1)).sum())
    if told:
        of[name] = chain(logits, torch.from_numpy(allowed), begins) / told


def _padded(rows: Sequence[Classes], filler: int = IGNORED) -> torch.Tensor:
    """Rows of different lengths as one matrix."""
    return pad_sequence([torch.from_numpy(row) for row in rows], batch_first=True, padding_value=filler)


def _add(of: dict[str, torch.Tensor], name: str, logits: torch.Tensor, classes: torch.Tensor) -> None:
    """Note the mean cross-entropy under `name`, if any class is known."""
    if (classes != IGNORED).any():
        of[name] = cross_entropy(logits, classes, ignore_index=IGNORED)
