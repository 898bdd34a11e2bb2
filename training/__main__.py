"""`python -m training`: the stages by which a model comes about, each from one folder to the next."""

import argparse
import ctypes
from collections.abc import Sequence
from pathlib import Path

import torch

from serving.model import processors
from training import stages
from training.adapt import ADAPTED, adapt
from training.benchmark import benchmark
from training.graft import graft

# The numbers of glibc's malloc.h.
_TRIM_THRESHOLD, _MMAP_THRESHOLD = -1, -3


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one stage. Returns the exit status."""
    options = _parser().parse_args(arguments)
    _keep_memory()
    torch.set_num_threads(processors())
    status: int = options.run(options)
    return status


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m training", description=__doc__)
    commands = parser.add_subparsers(required=True, metavar="STAGE")
    for run, needs_init in ((stages.start, False), (stages.learn, True), (stages.narrow, True)):
        external = commands.add_parser(run.__name__, help=run.__doc__)
        external.add_argument("--data", type=Path, required=True, help="folder of the external corpora")
        if needs_init:
            external.add_argument("--init", required=True, help="folder of the stage before")
        external.add_argument("--out", type=Path, required=True)
        external.set_defaults(run=run)
    adapted = commands.add_parser("adapt", help=adapt.__doc__)
    adapted.add_argument("--data", type=Path, required=True, help="folder of the external corpora")
    adapted.add_argument("--init", help="folder or hub name of a BERT; by default the packed encoder")
    adapted.add_argument("--pieces", type=int, default=4_000_000, help="how much to read")
    adapted.add_argument("--out", type=Path, required=True)
    adapted.set_defaults(run=adapt)
    grafted = commands.add_parser("graft", help=graft.__doc__)
    grafted.add_argument("--init", default=str(stages.SHIPPED), help="folder of the model that is added to")
    grafted.add_argument("--adapted", type=Path, default=ADAPTED, help="folder of the encoder that learned since")
    grafted.add_argument("--share", type=float, default=0.5, help="how much of what it learned is added, 0 to 1")
    grafted.add_argument("--out", type=Path, required=True)
    grafted.set_defaults(run=graft)
    for name, stage in (("train", stages.tune), ("release", stages.publish)):
        own = commands.add_parser(name, help=stage.__doc__)
        own.add_argument("--corpus", type=Path, action="append", default=[], help="documents beside labels/corpus")
        own.add_argument("--raw", type=Path, help="raw news, of which labels/standoff annotates some documents")
        own.add_argument("--init", default=str(stages.SHIPPED), help="folder or hub name of the model to start from")
        own.add_argument("--out", type=Path, default=Path("models/isnad-ar-new"))
        own.set_defaults(run=stage)
        if name == "train":
            own.add_argument("--epochs", type=int, help="passes over the corpus")
            own.add_argument("--beside", type=Path, help="folder of the external corpora, to learn entities from too")
        else:
            own.add_argument("--notes", type=Path, help="Markdown for the card: what people have to say of the model")
    measured = commands.add_parser("benchmark", help=benchmark.__doc__)
    measured.add_argument("--train", type=Path, required=True, help='IOB2 file: "token tag" a line')
    measured.add_argument("--dev", type=Path, help="measured as well")
    measured.add_argument("--test", type=Path, required=True)
    measured.add_argument("--init", default=str(ADAPTED), help="folder or hub name of a BERT")
    measured.add_argument("--seed", type=int, default=1)
    measured.add_argument("--out", type=Path, required=True)
    measured.set_defaults(run=benchmark)
    return parser


def _keep_memory() -> None:
    """Have glibc keep the memory it is given back: handing each batch's tensors to the kernel and faulting them in
    again takes a quarter of a training step. Other C libraries are left as they are."""
    libc = ctypes.CDLL(None)
    if hasattr(libc, "mallopt"):
        for option, value in ((_TRIM_THRESHOLD, 2**31 - 1), (_MMAP_THRESHOLD, 2**25)):
            libc.mallopt(option, value)


if __name__ == "__main__":
    raise SystemExit(main())
