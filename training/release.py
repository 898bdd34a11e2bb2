"""From trained weights to a model folder: thresholds, figures, int8 graphs, the gate, the card and the manifest."""

import shutil
import sys
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import torch
from transformers import PreTrainedTokenizerFast

from labels import Document
from labels.measures import total
from labels.scores import Scores
from labels.scoring import score
from serving import manifest
from serving.analysis import ModelInfo
from serving.analyzer import Analyzer, Thresholds
from serving.model import ENCODER, ROLES, OnnxNetwork
from serving.names import Lexicon
from training import checkpoint
from training.calibration import calibrate
from training.card import Results, card
from training.evaluation import choose, measure, predict, token_report
from training.export import export
from training.model import IsnadModel
from training.network import TorchNetwork
from training.ranges import observed

VERSION = "0.1.0"
LOSS = {"entities": 0.3, "acts": 2.0}
"""The gate: how many points of F1 the int8 graphs may lose against fp32 on the development split. Acts are few there: a
single one of 240 is 0.4 points."""
ENOUGH = 20
"""Development documents on which thresholds may be chosen and the graphs compared."""
_COMPARED = 60
"""Documents learned on which the graphs are compared, too, where those are fewer."""

_OBSERVED = 40
"""Documents whose reading shows how large activations get, from all over what was learned: one kind of text alone hides
the channels that others fill."""


def release(
    model: IsnadModel,
    tokenizer: PreTrainedTokenizerFast,
    learned: Sequence[Document],
    development: Sequence[Document],
    stages: list[dict[str, Any]],
    out: Path,
    notes: str = "",
) -> int:
    """Make the model folder `out`. With few development documents the thresholds stay as they were in the model that
    training began with, and the gate compares on some of the documents learned, too; with none no figures are claimed.
    `notes` is what
    people have to say of the model, Markdown for its card. Returns 1, and leaves `out` alone, if the gate refuses."""
    lexicon = Lexicon.count(learned)
    with TemporaryDirectory() as scratch:
        made = Path(scratch) / "model"
        backend, info = tokenizer.backend_tokenizer, ModelInfo(out.name, VERSION, "")
        full = Analyzer(TorchNetwork(model), backend, lexicon, Thresholds(), info)
        with observed(model) as ranges:
            predict(full, learned[:: -(-len(learned) // _OBSERVED)])
        export(model, ranges, made)
        small = Analyzer(OnnxNetwork(made / ENCODER, made / ROLES), backend, lexicon, Thresholds(), info)
        decoding = getattr(model.config, "decoding", None)
        thresholds = Thresholds.of(decoding) if decoding else Thresholds()
        enough = len(development) >= ENOUGH
        if enough:
            _say("choosing thresholds on the development split")
            thresholds = choose(small, development)
        compared = development if enough else [*development, *learned[:_COMPARED]]
        _say(f"comparing int8 with fp32 on {len(compared)} documents")
        found = predict(small.at(thresholds), compared)
        losses = _losses(measure(full.at(thresholds), compared), score(compared, found))
        for part, lost in losses.items():
            _say(f"int8 loses {lost:+.2f} points of F1 on {part} (at most {LOSS[part]})")
            if lost > LOSS[part]:
                _say(f"refused: {out} is left as it was")
                return 1
        results = None
        if development:
            own, errors = found[: len(development)], dict[str, float]()
            if enough:
                calibration, errors = calibrate(development, own)
                thresholds = replace(thresholds, calibration=calibration)
            results = Results(score(development, own), token_report(development, own), losses, errors)
        model.config.decoding = thresholds.to_json()
        checkpoint.save(model, tokenizer, made, stages, torch.float16)
        lexicon.write(made / "names.json")
        text = card(out.name, VERSION, model.config, stages, thresholds, results, notes)
        (made / "README.md").write_text(text, encoding="utf-8")
        manifest.Manifest.of(made, out.name, VERSION, {"stages": stages, "gate": losses}).write(made)
        if out.exists():
            shutil.rmtree(out)
        out.parent.mkdir(parents=True, exist_ok=True)
        shutil.move(made, out)
    if results:
        print(results.scores.table())
        print(results.report)
    _say(f"{out}: done")
    return 0


def final(model: Path, test: Sequence[Document], unseen: bool) -> None:
    """Print what the released `model` makes of `test` documents, which nothing was learned from or chosen on, unless
    they are not `unseen`: a model that it began with has learned from them."""
    scores = measure(Analyzer.load(model), test)
    print(f"\n{len(test)} documents of the corpus's test part")
    if not unseen:
        print("This is no test: a model that this one began with has learned from these documents.")
    print(scores.table())


def _losses(full: Scores, small: Scores) -> dict[str, float]:
    """Points of F1 that int8 loses against fp32."""
    return {
        "entities": 100 * (total(full.entities.values()).f1 - total(small.entities.values()).f1),
        "acts": 100 * (full.attributions["act"].f1 - small.attributions["act"].f1),
    }


def _say(line: str) -> None:
    print(line, file=sys.stderr, flush=True)
