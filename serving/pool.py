"""Workers on a Ray cluster, each with the model loaded once, that take slices one by one."""

import json
import logging
import os
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from types import TracebackType
from typing import Any, Final, Self

from serving import partition
from serving.analysis import TextAnalyzer
from serving.operation import Choices, Operation, Tally
from serving.plan import Slice
from serving.reading import Part
from serving.settings import Settings
from serving.unread import DamagedError, UsageError

_OBJECT_STORE_BYTES: Final = 100 * 2**20
_CODE: Final = Path(__file__).resolve().parent.parent


class PoolError(RuntimeError):
    """The workers did not do their work; the message says why."""


@dataclass(frozen=True, slots=True)
class Job:
    """What to analyse into which folder, which all machines see at these paths; `ending` is "jsonl" or "parquet"."""

    source: str
    folder: Path
    choices: Choices
    ending: str


@dataclass(frozen=True, slots=True)
class Workers:
    """What every worker loads, and how many there are: by default as many as the cluster has processors for."""

    load: Callable[[Settings], TextAnalyzer]
    settings: Settings
    count: int | None = None

    @property
    def threads(self) -> int:
        """Processors of each worker. One by default: that many documents at a time beat as many threads in one."""
        return self.settings.threads or 1


class _Worker:
    """One process of the pool; Ray makes a new one where one has died."""

    def __init__(self, workers: Workers, job: Job) -> None:
        self._operation = Operation(workers.load(workers.settings), job.choices)
        self._job = job

    def __call__(self, row: dict[str, str]) -> dict[str, Any]:
        value = json.loads(row["slice"])
        piece = Slice(**{**value, "part": Part(**value["part"])})
        try:
            tally = partition.work(piece, self._operation, self._job.folder, self._job.ending)
        except (OSError, UsageError, DamagedError, partition.FatalError) as error:
            return {"error": str(error), "analysed": 0, "refused": 0}
        return {"error": "", "analysed": tally.analysed, "refused": tally.refused}


class Pool:
    """The workers of the cluster that RAY_ADDRESS names, or of a cluster of this machine alone while it is entered.

    `count` is how many there are. Nothing is sent to Ray's makers, and no dashboard is opened.
    """

    def __init__(self, workers: Workers) -> None:
        changed = {"threads": workers.threads, "api_keys": (), "model_dir": workers.settings.model_dir.absolute()}
        settings = workers.settings.model_copy(update=changed)
        self._workers = Workers(workers.load, settings, workers.count)
        self.count = workers.count or 1

    def __enter__(self) -> Self:
        # Ray reads it when it is imported.
        os.environ["RAY_USAGE_STATS_ENABLED"] = "0"
        try:
            import ray
            from ray import data
        except ImportError:
            raise UsageError("--engine ray needs the package ray: see docs/cluster.md") from None
        self._ray, self._data = ray, data
        options: dict[str, Any] = {
            "log_to_driver": False,
            "logging_level": "error",
            # Workers stand in the folder that their machine's part of the cluster was started in.
            "runtime_env": {"env_vars": {"PYTHONPATH": str(_CODE)}},
        }
        if address := os.environ.get("RAY_ADDRESS"):
            options["address"] = address
        else:
            options |= {"address": "local", "include_dashboard": False, "object_store_memory": _OBJECT_STORE_BYTES}
            options["num_cpus"] = (self._workers.count or self._local_count()) * self._workers.threads
        try:
            ray.init(**options)
        except Exception as error:  # Where a process of Ray's does not start in time, it is a bare Exception.
            ray.shutdown()
            raise PoolError(f"Ray did not start: {_last_line(error)}") from error
        data.DataContext.get_current().enable_progress_bars = False
        data.DataContext.get_current().print_on_execution_start = False
        logging.getLogger("ray.data").setLevel(logging.ERROR)
        cpus = int(ray.cluster_resources().get("CPU", 1))
        self.count = self._workers.count or max(1, cpus // self._workers.threads)
        return self

    def _local_count(self) -> int:
        # Imported here because it brings the ONNX runtime along.
        from serving.model import processors

        return max(1, processors() // self._workers.threads)

    def __exit__(
        self, _kind: type[BaseException] | None, _error: BaseException | None, _trace: TracebackType | None
    ) -> None:
        self._ray.shutdown()

    def work(self, slices: list[Slice], job: Job) -> Iterator[Tally]:
        """Has `slices` analysed, and says of each what came of it as soon as it is done. Raises `PoolError`."""
        if not slices:
            return
        rows = [{"slice": json.dumps(asdict(piece))} for piece in slices]
        count = min(self.count, len(slices))
        dataset = self._data.from_items(rows, override_num_blocks=len(rows)).map(
            _Worker,
            fn_constructor_args=(self._workers, job),
            # One slice at a time, so that none waits behind another when a worker is free.
            compute=self._data.ActorPoolStrategy(size=count, max_tasks_in_flight_per_actor=1),
            num_cpus=self._workers.threads,
        )
        try:
            for row in dataset.iter_rows():
                if row["error"]:
                    raise PoolError(row["error"])
                yield Tally(row["analysed"], row["refused"])
        except self._ray.exceptions.RayError as error:
            raise PoolError(f"Ray: {_last_line(error)}") from error


def _last_line(error: Exception) -> str:
    """What is at fault: Ray puts the stack of the worker before it."""
    return (str(error).strip() or type(error).__name__).splitlines()[-1].strip()
