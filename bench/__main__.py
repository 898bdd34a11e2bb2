"""`python -m bench [--quick] [--out PATH]`: measures this project beside others, prints the tables, writes JSON.

Exit status: 0 measured, 2 wrong use, 1 a failure. ISNAD_MODEL_DIR and ISNAD_THREADS are heeded, for all readers alike.
"""

import argparse
import json
import sys
from pathlib import Path

from pydantic import ValidationError

from bench.plan import FULL, QUICK
from bench.run import run
from bench.table import report
from serving.manifest import ModelError
from serving.model import processors
from serving.settings import Settings

MEASURED, FAILURE, USAGE = 0, 1, 2
OUT, OUT_QUICK = Path("bench/results.json"), Path("out/bench-quick.json")


def main(arguments: list[str] | None = None) -> int:
    """Runs the benchmark; gives the exit status."""
    parser = argparse.ArgumentParser(prog="python -m bench", description="How fast, beside what.")
    parser.add_argument("--quick", action="store_true", help="only see that it runs, in less than a minute")
    parser.add_argument("--out", type=Path, help=f"by default {OUT}, with --quick {OUT_QUICK}")
    asked = parser.parse_args(arguments)
    path: Path = asked.out or (OUT_QUICK if asked.quick else OUT)
    try:
        settings = Settings()
        path.parent.mkdir(parents=True, exist_ok=True)
        results = run(QUICK if asked.quick else FULL, settings.model_dir, settings.threads or processors())
        path.write_text(json.dumps(results.to_json(), ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    except ValidationError as error:
        for fault in error.errors():
            print(f"bench: ISNAD_{str(fault['loc'][0]).upper()}: {fault['msg']}", file=sys.stderr)
        return USAGE
    except (ModelError, OSError, RuntimeError) as error:
        print(f"bench: {error}", file=sys.stderr)
        return FAILURE
    print(report(results))
    print(f"\n{path}" + ("; a quick run: its figures say nothing" if asked.quick else ""))
    return MEASURED


if __name__ == "__main__":
    sys.exit(main())
