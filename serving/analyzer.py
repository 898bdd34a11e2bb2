"""The whole way of a text: words → windows → encode → decode → assemble."""

import json
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from tokenizers import Tokenizer

from labels import Document, Entity
from labels.scheme import ACTORS
from serving import assemble, decode, manifest
from serving.analysis import TASKS, Analysis, ModelInfo
from serving.calibration import Calibration
from serving.chains import Floats
from serving.decode import Found
from serving.encode import Reading, Spread, encode, read
from serving.manifest import ModelError
from serving.marks import Kind, Marked, surroundings
from serving.model import ENCODER, ROLES, Network, OnnxNetwork, processors
from serving.names import Lexicon, names
from serving.outlets import outlets
from serving.speakers import Act, Named
from serving.stopping import heed
from serving.windows import windows
from serving.words import Word, words

_WIDEST = 16
"""How many times the usual reach is read behind a cue at the most, since memory grows with its square: 1,536 words."""


@dataclass(frozen=True, slots=True)
class Thresholds:
    """How sure the network must be, as tuned on the development split. `cue` is added to the logits of being a cue;
    `favor` and `against` are the least probabilities of a stance, before `calibration` makes scores of them."""

    cue: float = 0.0
    favor: float = 0.5
    against: float = 0.5
    calibration: Calibration = field(default_factory=Calibration)

    @classmethod
    def of(cls, decoding: Mapping[str, Any]) -> "Thresholds":
        """From "decoding" of a model's config. Raises KeyError or TypeError where its keys are others."""
        return cls(**{**decoding, "calibration": Calibration.of(decoding["calibration"])})

    def to_json(self) -> dict[str, Any]:
        """As `of` reads them."""
        maps = {task: [each["slope"], each["offset"]] for task, each in asdict(self.calibration).items()}
        return asdict(self) | {"calibration": maps}


class Analyzer:
    """Analyses texts with one model. Safe to use from several threads at once.

    The network's runs are spread over a pool of threads that all callers share, a window or a group of marks each, so
    that no more are under way than there are processors, whoever asks.
    """

    def __init__(
        self,
        network: Network,
        tokenizer: Tokenizer,
        lexicon: Lexicon,
        thresholds: Thresholds,
        info: ModelInfo,
        spread: Spread = map,
    ) -> None:
        self.info = info
        self._network = network
        self._tokenizer = tokenizer
        self._lexicon = lexicon
        self._thresholds = thresholds
        self._spread = spread

    @classmethod
    def load(cls, folder: Path, threads: int | None = None) -> "Analyzer":
        """Load a model folder, checking its files against its manifest. `threads` is by default as many as the process
        may use. Raises ModelError naming the file and the fault."""
        listed = manifest.read(folder)
        with manifest.checked(folder, listed, "config.json", "tokenizer.json", "names.json", ENCODER, ROLES):
            try:
                config = json.loads((folder / "config.json").read_text(encoding="utf-8"))
                thresholds = Thresholds.of(config["decoding"])
                tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
            except Exception as error:  # The tokenizer's faults are bare Exceptions.
                raise ModelError(f"{folder}: config.json or tokenizer.json is malformed") from error
            network = OnnxNetwork(folder / ENCODER, folder / ROLES)
            lexicon = Lexicon.read(folder / "names.json")
        info = ModelInfo(listed.name, listed.version, listed.files[ENCODER])
        count = threads or processors()
        # Without a pool a loaded analyzer has no threads, and bears a fork.
        spread = ThreadPoolExecutor(count, thread_name_prefix="network").map if count > 1 else map
        return cls(network, tokenizer, lexicon, thresholds, info, spread)

    def at(self, thresholds: Thresholds) -> "Analyzer":
        """The same analyzer with other thresholds."""
        return Analyzer(self._network, self._tokenizer, self._lexicon, thresholds, self.info, self._spread)

    def analyze(self, text: str, tasks: frozenset[str] = TASKS, min_score: float = 0.0) -> Analysis:
        """All that `text` says, with offsets in code points of `text` itself; the document's id is "". What scores less
        than `min_score` (0–1) or belongs to no task of `tasks` is left out. Raises Stopped."""
        found_words = words(text)
        heed()
        cut = windows(found_words, self._tokenizer)
        if not cut:
            return Analysis(Document("", text), 0, ())
        tagged = encode(cut, self._network, self._spread)
        breaks, chains = decode.line_breaks(found_words), self._network.chains
        found = outlets(text, decode.entities(found_words, tagged, breaks, chains))
        heed()
        entities = assemble.entities(found, names(text, found, self._lexicon))
        named = list(zip(found, entities, strict=True))
        # Stances need the acts that hold them; entities alone need neither.
        cues = decode.cues(found_words, tagged, breaks, chains, self._thresholds.cue) if tasks - {"entities"} else []
        roles = decode.roles(found_words, self._surroundings(cues, tagged.hidden), breaks, chains)
        acts = [Act(cue, own) for cue, own in zip(cues, roles, strict=True) if own.contents]
        heed()
        attributions = assemble.attributions(text, acts, named)
        targets = [(f, e) for f, e in named if e.label in ACTORS] if "stances" in tasks else []
        least = {"favor": self._thresholds.favor, "against": self._thresholds.against}
        stances = assemble.stances(self._attitudes(found_words, targets, tagged.hidden, least), attributions, least)
        heed()
        document = Document("", text, tuple(entities), tuple(attributions), tuple(stances))
        document = self._thresholds.calibration(document)
        document = assemble.keep(document, tasks, min_score)
        actors = assemble.actors(document) if "entities" in tasks else ()
        return Analysis(document, len(cut), actors, sum(len(window.ids) for window in cut))

    def _surroundings(self, cues: Sequence[Found], hidden: Floats) -> list[Reading]:
        """What surrounds each cue, read as far as its contents go."""
        count = len(hidden)
        done = self._read([surroundings(Kind.CUE, c.start, c.end, count) for c in cues], hidden)
        factor = 1
        while factor < _WIDEST and (cut := [i for i, r in enumerate(done) if decode.reaches_edge(r, count)]):
            factor *= 2
            wider = [surroundings(Kind.CUE, cues[i].start, cues[i].end, count, factor) for i in cut]
            for i, reading in zip(cut, self._read(wider, hidden), strict=True):
                done[i] = reading
        return done

    def _attitudes(
        self, words: Sequence[Word], targets: Sequence[Named], hidden: Floats, least: Mapping[str, float]
    ) -> list[tuple[Entity, decode.Attitude]]:
        """The attitudes to `targets` that are sure enough. Only of these is it read what carries them."""
        marks = [surroundings(Kind.TARGET, f.start, f.end, len(words)) for f, _ in targets]
        told = [decode.polarity(reading) for reading in self._read(marks, hidden, act_alone=True)]
        felt = [i for i, own in enumerate(told) if any(own[name] >= least[name] for name in least)]
        readings = self._read([marks[i] for i in felt], hidden)
        carried = decode.evidence(words, readings, decode.line_breaks(words), self._network.chains)
        return [(targets[i][1], decode.Attitude(told[i], by)) for i, by in zip(felt, carried, strict=True)]

    def _read(self, marks: Sequence[Marked], hidden: Floats, act_alone: bool = False) -> list[Reading]:
        return read(marks, hidden, self._network, self._spread, act_alone)
