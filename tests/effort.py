"""How much a function does, told without a clock."""

import sys
from collections.abc import Callable
from types import FrameType
from typing import Any


def effort(function: Callable[[], object]) -> int:
    """How many bytecode instructions `function` takes, with those of the Python functions that it calls."""
    count = 0

    def trace(frame: FrameType, event: str, _argument: Any) -> Any:
        nonlocal count
        frame.f_trace_opcodes = True
        count += event == "opcode"
        return trace

    before = sys.gettrace()
    sys.settrace(trace)
    try:
        function()
    finally:
        sys.settrace(before)
    return count
