"""Batch runs killed with SIGKILL at random moments and started again: each must end with the bytes of one left alone.

`python -m tests.campaigns.kills [--kills 100] [--documents 2000] [--model]`
"""

import argparse
import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory

from serving.__main__ import main as serving
from tests.campaigns.inputs import ROOT, corpus, made, write
from tests.fakes import FakeAnalyzer

Start = Callable[[Path, Path], int]
"""Starts a run of an input into an output, and gives its process id."""
_FINISHED = {0, 3}
_AGAIN = 1 / 3
_AT_THE_END = 1 / 5
_JITTER_SECONDS = 0.003


def stand_in(source: Path, out: Path) -> int:
    """A run on the stand-in model, in a fork of this process, which has imported everything."""
    sys.stdout.flush()
    sys.stderr.flush()
    if pid := os.fork():
        return pid
    quiet = os.open(os.devnull, os.O_WRONLY)
    os.dup2(quiet, 1)
    os.dup2(quiet, 2)
    os._exit(serving(["infer", str(source), str(out)], lambda _settings: FakeAnalyzer()))


def shipped(source: Path, out: Path) -> int:
    """A run on the shipped model."""
    command = [sys.executable, "-m", "serving", "infer", str(source), str(out)]
    return subprocess.Popen(command, cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL).pid


def _end(pid: int) -> int:
    return os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])


def _written(folder: Path) -> int:
    total = 0
    for path in folder.iterdir():
        try:
            total += path.stat().st_size
        except FileNotFoundError:  # Renamed or taken away between the two calls.
            continue
    return total


def _kill(pid: int, folder: Path, bytes_written: int, jitter: float) -> bool:
    """Kills the process once its files hold so many bytes, and a little later; whether it was still at work."""
    while _written(folder) < bytes_written:
        if os.waitid(os.P_PID, pid, os.WEXITED | os.WNOHANG | os.WNOWAIT):
            break
        time.sleep(0.0002)
    time.sleep(jitter)
    os.kill(pid, signal.SIGKILL)
    status = _end(pid)
    if status != -signal.SIGKILL and status not in _FINISHED:
        raise SystemExit(f"a run ended with status {status}")
    return status == -signal.SIGKILL


def _outcome(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir()}


def campaign(start: Start, source: Path, folder: Path, kills: int, seed: int = 1) -> tuple[int, int, int]:
    """Runs until `kills` have hit a process at work: the numbers of kills, of runs and of runs that ended otherwise."""
    alone = folder / "alone"
    alone.mkdir()
    if _end(start(source, alone / "out.jsonl")) not in _FINISHED:
        raise SystemExit("the run that is left alone failed")
    expected = _outcome(alone)
    size = sum(map(len, expected.values()))
    chance = random.Random(seed)
    hits = runs = wrong = 0
    while hits < kills:
        tried = folder / f"{runs}"
        tried.mkdir()
        runs += 1
        again = True
        while again and hits < kills:
            at = size if chance.random() < _AT_THE_END else chance.randrange(size)
            hits += _kill(start(source, tried / "out.jsonl"), tried, at, chance.uniform(0, _JITTER_SECONDS))
            again = chance.random() < _AGAIN
        if _end(start(source, tried / "out.jsonl")) not in _FINISHED or _outcome(tried) != expected:
            wrong += 1
            print(f"run {runs}: other files or other bytes: {sorted(_outcome(tried))}", flush=True)
        for path in tried.iterdir():
            path.unlink()
    return hits, runs, wrong


def main() -> int:
    """Exit status: 0 when every run ended with the same bytes."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--kills", type=int, default=100)
    parser.add_argument("--documents", type=int, default=2000)
    parser.add_argument("--model", action="store_true", help="the shipped model, on texts of the corpus")
    asked = parser.parse_args()
    with TemporaryDirectory() as name:
        folder = Path(name)
        documents = corpus(asked.documents) if asked.model else made(asked.documents, 12)
        source = write(folder / "in.jsonl", documents)
        began = time.monotonic()
        hits, runs, wrong = campaign(shipped if asked.model else stand_in, source, folder, asked.kills)
        seconds = time.monotonic() - began
    model = "shipped" if asked.model else "stand-in"
    print(f"{model} model, {asked.documents} documents: {hits} kills in {runs} runs, {wrong} wrong ({seconds:.0f} s)")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
