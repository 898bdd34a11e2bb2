"""The whole way of a text: words → windows → encode → decode → assemble."""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from tokenizers import Tokenizer

from labels import Document
from labels.scheme import ACTORS
from serving import assemble, decode, manifest
from serving.analysis import TASKS, Analysis, ModelInfo
from serving.calibration import Calibration
from serving.chains import Floats
from serving.encode import Reading, encode, read
from serving.manifest import ModelError
from serving.marks import Kind, surroundings
from serving.model import ENCODER, ROLES, Network, OnnxNetwork
from serving.names import Lexicon, names
from serving.speakers import Act
from serving.windows import windows
from serving.words import words


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
    """Analyses texts with one model. Safe to use from several threads at once."""

    def __init__(
        self, network: Network, tokenizer: Tokenizer, lexicon: Lexicon, thresholds: Thresholds, info: ModelInfo
    ) -> None:
        self.info = info
        self._network = network
        self._tokenizer = tokenizer
        self._lexicon = lexicon
        self._thresholds = thresholds

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
            network = OnnxNetwork(folder / ENCODER, folder / ROLES, threads)
            lexicon = Lexicon.read(folder / "names.json")
        info = ModelInfo(listed.name, listed.version, listed.files[ENCODER])
        return cls(network, tokenizer, lexicon, thresholds, info)

    def at(self, thresholds: Thresholds) -> "Analyzer":
        """The same analyzer with other thresholds."""
        return Analyzer(self._network, self._tokenizer, self._lexicon, thresholds, self.info)

    def analyze(self, text: str, tasks: frozenset[str] = TASKS, min_score: float = 0.0) -> Analysis:
        """All that `text` says, with offsets in code points of `text` itself; the document's id is "". What scores less
        than `min_score` (0–1) or belongs to no task of `tasks` is left out."""
        found_words = words(text)
        cut = windows(found_words, self._tokenizer)
        if not cut:
            return Analysis(Document("", text), 0, ())
        tagged = encode(cut, self._network)
        breaks, chains = decode.line_breaks(found_words), self._network.chains
        found = decode.entities(found_words, tagged, breaks, chains)
        entities = assemble.entities(found, names(text, found, self._lexicon))
        named = list(zip(found, entities, strict=True))
        # Stances need the acts that hold them; entities alone need neither.
        cues = decode.cues(found_words, tagged, breaks, chains, self._thresholds.cue) if tasks - {"entities"} else []
        acts = [
            Act(cue, roles)
            for cue, reading in zip(cues, self._surroundings(cues, tagged.hidden), strict=True)
            if (roles := decode.roles(found_words, reading, breaks, chains)).contents
        ]
        attributions = assemble.attributions(text, acts, named)
        targets = [(f, e) for f, e in named if e.label in ACTORS] if "stances" in tasks else []
        marks = [surroundings(Kind.TARGET, f.start, f.end, len(found_words)) for f, _ in targets]
        readings = read(marks, tagged.hidden, self._network)
        attitudes = [
            (e, decode.attitude(found_words, r, breaks, chains)) for (_, e), r in zip(targets, readings, strict=True)
        ]
        least = {"favor": self._thresholds.favor, "against": self._thresholds.against}
        stances = assemble.stances(attitudes, attributions, least)
        document = Document("", text, tuple(entities), tuple(attributions), tuple(stances))
        document = self._thresholds.calibration(document)
        document = assemble.keep(document, tasks, min_score)
        actors = assemble.actors(document) if "entities" in tasks else ()
        return Analysis(document, len(cut), actors, sum(len(window.ids) for window in cut))

    def _surroundings(self, cues: list[decode.Found], hidden: Floats) -> list[Reading]:
        """What surrounds each cue, read as far as its contents go."""
        count = len(hidden)
        done = list(read([surroundings(Kind.CUE, c.start, c.end, count) for c in cues], hidden, self._network))
        factor = 1
        while cut := [i for i, reading in enumerate(done) if decode.reaches_edge(reading, count)]:
            factor *= 2
            wider = [surroundings(Kind.CUE, cues[i].start, cues[i].end, count, factor) for i in cut]
            for i, reading in zip(cut, read(wider, hidden, self._network), strict=True):
                done[i] = reading
        return done
