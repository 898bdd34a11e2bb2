"""Peak memory of a batch run on the stand-in model, over inputs of every kind and of two lengths.

`python -m tests.campaigns.memory [--few 2000] [--many 20000] [--words 300] [--kinds .csv]`
"""

import argparse
import subprocess
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

from tests.campaigns.inputs import KINDS, ROOT, made, write

_GROWTH = 1.1
# Two thousand documents do not fill a page of Parquet for each of its readers; from twenty thousand on it stays level.
_GROWTH_OF_PARQUET = 1.5
# The peak is that of the process itself, from Linux; getrusage would count what its parent held when it was forked.
_RUN = """
import sys
from serving.__main__ import main
from tests.fakes import FakeAnalyzer
main(sys.argv[1:], lambda settings: FakeAnalyzer())
status = open("/proc/self/status", encoding="ascii").read()
print(status.split("VmHWM:")[1].split()[0])
"""


def peak_mib(source: Path, out: Path) -> float:
    """The most memory that a run has held, in MiB."""
    command = [sys.executable, "-c", _RUN, "infer", str(source), str(out)]
    shown = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout
    return int(shown.splitlines()[-1]) / 1024


def main() -> int:
    """Exit status: 0 when no kind of input took a tenth (Parquet: half) more memory for the longer one."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--few", type=int, default=2000)
    parser.add_argument("--many", type=int, default=20000)
    parser.add_argument("--words", type=int, default=300, help="words of a document")
    parser.add_argument("--kinds", nargs="*", default=KINDS, help="endings of the inputs; a folder has none")
    asked = parser.parse_args()
    grown = 0
    print(f"{'input':<12} {asked.few:>9} {asked.many:>9} documents, peak MiB")
    for kind in asked.kinds:
        peaks = []
        for number in (asked.few, asked.many):
            with TemporaryDirectory() as folder:
                source = write(Path(folder) / f"in{kind}", made(number, asked.words))
                peaks.append(peak_mib(source, Path(folder) / "out.jsonl"))
        grown += peaks[1] > peaks[0] * (_GROWTH_OF_PARQUET if kind == ".parquet" else _GROWTH)
        print(f"{kind or 'folder':<12} {peaks[0]:>9.1f} {peaks[1]:>9.1f}", flush=True)
    return 1 if grown else 0


if __name__ == "__main__":
    sys.exit(main())
