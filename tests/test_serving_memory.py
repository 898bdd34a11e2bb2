import platform
import subprocess
import sys

import pytest

from serving.memory import bound

_RUN = """
import sys
import numpy as np
from serving.memory import bound

def resident():
    lines = open("/proc/self/status", encoding="ascii").read().splitlines()
    return next(int(line.split()[1]) * 1024 for line in lines if line.startswith("VmRSS:"))

bound()
# Freed blocks of growing size raise the size from which glibc takes blocks from the system.
for size in (10, 20, 30):
    np.ones(size * 2**20, np.uint8)
before = resident()
large = [np.ones(20 * 2**20, np.uint8) for _ in range(5)]
small = np.ones(100_000, np.uint8)
held = resident() - before
del large
print(held, resident() - before)
"""


@pytest.mark.skipif(platform.libc_ver()[0] != "glibc", reason="other C libraries are left as they are")
def test_large_blocks_go_back_at_once() -> None:
    assert bound()
    shown = subprocess.run([sys.executable, "-c", _RUN], capture_output=True, text=True, check=True).stdout
    held, left = map(int, shown.split())
    assert held > 100_000_000
    assert left < 10_000_000
