"""How fast the shipped model goes through texts of the corpus: with threads on one machine, with workers under Ray.

`python -m tests.campaigns.scaling [--documents 120]`. Only a machine that does nothing else shows what workers bring;
the processor time of a document hardly depends on what else runs.
"""

import argparse
import os
import subprocess
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

from serving.plan import earlier
from tests.campaigns.inputs import ROOT, corpus, write

_COUNTS = (1, 2)


def processor_seconds(source: Path, out: Path, threads: int) -> tuple[float, float]:
    """Wall and processor seconds of a local run."""
    command = [sys.executable, "-m", "serving", "infer", str(source), str(out)]
    environment = os.environ | {"ISNAD_THREADS": str(threads)}
    began = os.times().elapsed
    process = subprocess.Popen(command, cwd=ROOT, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    _, status, used = os.wait4(process.pid, 0)
    if status:
        raise SystemExit(f"a run ended with status {os.waitstatus_to_exitcode(status)}")
    return os.times().elapsed - began, used.ru_utime + used.ru_stime


def under_ray(source: Path, out: Path, workers: int) -> float:
    """Documents a second from when the first slice was done to when the last was, all workers at work."""
    command = [sys.executable, "-m", "serving", "infer", "--engine", "ray", "--workers", str(workers)]
    subprocess.run([*command, str(source), str(out)], cwd=ROOT, check=True, capture_output=True)
    plan = earlier(out)
    if plan is None:
        raise SystemExit(f"{out}: no plan")
    ends = sorted(((out / "answers" / f"{piece.name}.jsonl").stat().st_mtime, piece.count) for piece in plan.slices)
    return sum(count for _, count in ends[1:]) / (ends[-1][0] - ends[0][0])


def main() -> int:
    """Exit status: 0."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--documents", type=int, default=120)
    asked = parser.parse_args()
    documents = corpus(asked.documents)
    words = sum(len(document["text"].split()) for document in documents) / len(documents)
    print(f"{len(documents)} documents of {words:.0f} words; load average {os.getloadavg()[0]:.1f}")
    with TemporaryDirectory() as name:
        folder = Path(name)
        one, every = write(folder / "one.jsonl", documents[:1]), write(folder / "every.jsonl", documents)
        for threads in _COUNTS:
            start = processor_seconds(one, folder / f"one-{threads}.jsonl", threads)
            whole = processor_seconds(every, folder / f"every-{threads}.jsonl", threads)
            wall, cpu = ((b - a) / (len(documents) - 1) for a, b in zip(start, whole, strict=True))
            print(f"local, {threads} threads: {1 / wall:.1f} documents/s, {cpu:.3f} processor seconds each", flush=True)
        for workers in _COUNTS:
            rate = under_ray(every, folder / f"ray-{workers}", workers)
            print(f"ray, {workers} workers of one thread: {rate:.1f} documents/s", flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
