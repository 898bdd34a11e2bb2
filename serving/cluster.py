"""Batch runs on a Ray cluster: Ray Data hands slices of the input to workers that each hold the model once."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from serving import partition
from serving.analysis import ModelInfo
from serving.lock import Lock
from serving.operation import Tally
from serving.plan import Plan, divide, earlier, measure
from serving.pool import Job, Pool, Workers
from serving.progress import Progress
from serving.reading import STDIN, parts
from serving.unread import UsageError


def run(job: Job, workers: Workers, model: ModelInfo, progress: Callable[[int], Progress]) -> Tally:
    """Runs `job` on the cluster of the environment variable RAY_ADDRESS, or on one of this machine alone.

    A run that was stopped is gone on with when it is started again with the same arguments. `progress` is given the
    number of documents. Raises `UsageError`, `DamagedError`, `OSError`, `serving.lock.BusyError` and
    `serving.pool.PoolError`.
    """
    if job.source == STDIN:
        raise UsageError("--engine ray reads files that all machines see, not standard input")
    # Workers may stand in other folders than the one this process was started in.
    job = replace(job, source=str(Path(job.source).absolute()), folder=job.folder.absolute())
    found = parts(job.source)
    _check_apart(job)
    job.folder.parent.mkdir(parents=True, exist_ok=True)
    with Lock(job.folder):
        before = earlier(job.folder)
        # Reading all of it once takes a small part of the time that analysing a thousandth of it does.
        measures = [measure(part) for part in found]
        name = job.choices.run_name(model, job.ending, *(f"{each.part.name}:{each.sha256}" for each in measures))
        if before is not None and before.run != name:
            raise UsageError(
                f"{job.folder}: was made from another input, by another model or with other choices; "
                "name another OUT, or remove it"
            )
        with Pool(workers) as pool:
            plan = before.of(found) if before else divide(name, measures, pool.count)
            return _run(job, plan, pool, progress)


def _check_apart(job: Job) -> None:
    source, folder = Path(job.source).resolve(), job.folder.resolve()
    if source == folder or source in folder.parents or folder in source.parents:
        raise UsageError(f"{job.folder}: OUT and {job.source} lie in one another")


def _run(job: Job, plan: Plan, pool: Pool, progress: Callable[[int], Progress]) -> Tally:
    for kind in (partition.ANSWERS, partition.ERRORS):
        (job.folder / kind).mkdir(parents=True, exist_ok=True)
    partition.clean(job.folder)
    plan.write(job.folder)
    tally = Tally()
    left = []
    for piece in plan.slices:
        if (done := partition.done(job.folder, piece, job.ending)) is None:
            left.append(piece)
        else:
            _add(done, tally)
    told = progress(sum(piece.count for piece in plan.slices))
    for made in pool.work(left, job):
        _add(made, tally)
        told(tally)
    told.end(tally)
    partition.clean(job.folder)
    return tally


def _add(part: Tally, tally: Tally) -> None:
    tally.analysed += part.analysed
    tally.refused += part.refused
    tally.resumed += part.resumed
