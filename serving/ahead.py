"""Do the same to each of many items, several at a time, in their order."""

from collections import deque
from collections.abc import Callable, Generator, Iterable
from concurrent.futures import Future, ThreadPoolExecutor
from typing import TypeVar

Item = TypeVar("Item")
Result = TypeVar("Result")


def ahead(function: Callable[[Item], Result], items: Iterable[Item], count: int) -> Generator[Result, None, None]:
    """What `function` gives for each item, in order, `count` of them worked on at a time.

    No more than `count` items are taken ahead of what has been given. What `items` or `function` raises is raised once
    everything before it has been given.
    """
    fault: Exception | None = None
    waiting: deque[Future[Result]] = deque()
    with ThreadPoolExecutor(count, thread_name_prefix="ahead") as pool:
        source = iter(items)
        while True:
            try:
                while fault is None and len(waiting) < count:
                    waiting.append(pool.submit(function, next(source)))
            except StopIteration:
                source = iter(())
            except Exception as error:
                fault = error
            if not waiting:
                break
            yield waiting.popleft().result()
    if fault is not None:
        raise fault
