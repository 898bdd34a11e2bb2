"""Twice the load that the service can bear, against the service as a process, on the shipped model:

    python -m tests.campaigns.load --minutes 10 [--deadline 10] [--characters 2000]

Measures the sustainable load (as many clients as documents are analysed at a time, each sending when it has its
answer), sends twice that for so long whether or not answers come, each request with a deadline, and measures again from
five seconds after. Prints what became of the requests, how late the latest answer was, how memory grew from the first
fifth of that time to the last, and how fast the service is again; the exit status is 1 where a promise was broken.
"""

import argparse
import json
import re
import statistics
import sys
import tempfile
import threading
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path

from labels.jsonl import read
from serving.settings import Settings
from tests.contract import check_problem
from tests.stand_in import ROOT, Running, running

GROWTH, RECOVERED, PAUSE = 0.05, 0.9, 5.0
"""Most growth of memory, least part of the sustainable load that is borne again, and seconds after which it is."""


@dataclass
class Report:
    """What came of a run: `sustainable` and `after` in documents a second, `late` in seconds past the deadline (of the
    latest answer, negative where it came before), `memory` in bytes, from first to last."""

    sustainable: float
    statuses: Counter[str] = field(default_factory=Counter)
    late: float = float("-inf")
    memory: list[int] = field(default_factory=list)
    after: float = 0.0

    @property
    def growth(self) -> float:
        """Of memory, from the median of the first fifth of the run to that of the last, as a part of the former."""
        fifth = max(1, len(self.memory) // 5)
        first, last = statistics.median(self.memory[:fifth]), statistics.median(self.memory[-fifth:])
        return last / first - 1


def bear(service: Running, text: str, seconds: float) -> float:
    """Documents a second, with as many clients as documents are analysed at a time."""
    body = json.dumps({"text": text}).encode()
    until = time.monotonic() + seconds

    def client(_: int) -> int:
        done = 0
        while time.monotonic() < until:
            done += service.ask("POST", "/analyze", body)[0].status == 200
        return done

    began = time.monotonic()
    with ThreadPoolExecutor(Settings().parallel) as pool:
        done = sum(pool.map(client, range(Settings().parallel)))
    return done / (time.monotonic() - began)


def strain(
    service: Running, text: str, seconds: float, deadline: int, measured: float, known: float | None = None
) -> Report:
    """Twice what `service` bears for `seconds`, each request with a `deadline` in seconds; before and after, what it
    bears is measured for `measured` seconds, but before only if it is not `known`."""
    report = Report(known or bear(service, text, measured))
    body = json.dumps({"text": text}).encode()
    count, gap = int(2 * report.sustainable * seconds), 0.5 / report.sustainable
    lock = threading.Lock()

    def request(_: int) -> None:
        began = time.monotonic()
        try:
            response, answer = service.ask("POST", "/analyze", body, {"Prefer": f"wait={deadline}"})
            status = str(response.status)
            if response.status not in {200, 429, 503}:
                status = f"WRONG {status}"
            elif response.status != 200:
                headers = {name.lower(): value for name, value in response.getheaders()}
                check_problem(response.status, headers, json.loads(answer))
        except Exception as error:
            status = f"WRONG {type(error).__name__}"
        late = time.monotonic() - began - deadline
        with lock:
            report.statuses[status] += 1
            report.late = max(report.late, late)

    began = time.monotonic()
    with ThreadPoolExecutor(256) as pool:
        for number in range(count):
            time.sleep(max(0.0, began + number * gap - time.monotonic()))
            pool.submit(request, number)
            if number % max(1, count // 200) == 0:
                report.memory.append(resident(service.process.pid))
        ended = time.monotonic()
    time.sleep(max(0.0, ended + PAUSE - time.monotonic()))
    report.after = bear(service, text, measured)
    return report


def resident(pid: int) -> int:
    """Bytes of memory that a process holds (Linux)."""
    lines = Path(f"/proc/{pid}/status").read_text(encoding="ascii").splitlines()
    return next(int(line.split()[1]) * 1024 for line in lines if line.startswith("VmRSS:"))


def main() -> int:
    """The campaign on the shipped model."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--minutes", type=float, default=10)
    parser.add_argument("--deadline", type=int, default=10)
    parser.add_argument("--characters", type=int, default=2000)
    parser.add_argument("--measured", type=float, default=30, help="seconds that each measuring of what it bears takes")
    asked = parser.parse_args()
    seeds = " ".join(document.text for document in read(ROOT / "labels/corpus/seeds.jsonl"))
    command = (sys.executable, "-m", "serving", "serve")
    with tempfile.TemporaryDirectory() as folder, running(Path(folder) / "log", *command) as service:
        report = strain(service, seeds[: asked.characters], 60 * asked.minutes, asked.deadline, asked.measured)
        log = service.log.read_text(encoding="utf-8")
    again = report.after / report.sustainable
    print(f"sustainable   {report.sustainable:.2f} documents/s of {asked.characters} characters")
    print(f"twice that    {dict(sorted(report.statuses.items()))} in {asked.minutes:g} minutes")
    own = max(int(found) for found in re.findall(r"POST /analyze \d+ in (\d+) ms", log)) / 1000 - asked.deadline
    print(f"latest answer {report.late:+.2f} s from the deadline of {asked.deadline} s, {own:+.2f} s by the log")
    print(f"memory        {report.memory[0] >> 20} to {report.memory[-1] >> 20} MiB, growth {report.growth:+.1%}")
    print(f"after {PAUSE:g} s     {report.after:.2f} documents/s, {again:.0%}")
    wrong = [status for status in report.statuses if status.startswith("WRONG")]
    wrong += ["a traceback in the log"] * ("Traceback" in log)
    broken = wrong or report.late > 1 or report.growth > GROWTH or again < RECOVERED
    # On a machine that became faster since the sustainable load was measured, twice that is no strain.
    strained = report.statuses.keys() > {"200"}
    print("broken" if broken else "held" if strained else "not strained", *wrong)
    return 1 if broken or not strained else 0


if __name__ == "__main__":
    sys.exit(main())
