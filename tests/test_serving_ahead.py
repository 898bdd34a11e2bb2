import threading
from collections.abc import Iterator

import pytest

from serving.ahead import ahead


def test_results_come_in_order_though_the_first_is_the_last_to_end() -> None:
    ended = threading.Event()

    def work(item: int) -> int:
        if item == 0:
            assert ended.wait(30)
        if item == 2:
            ended.set()
        return item * item

    assert list(ahead(work, range(5), 3)) == [0, 1, 4, 9, 16]


def test_no_more_is_taken_than_is_worked_on() -> None:
    taken = []

    def items() -> Iterator[int]:
        for item in range(9):
            taken.append(item)
            yield item

    results = ahead(abs, items(), 2)
    assert (next(results), taken) == (0, [0, 1])
    assert (next(results), taken) == (1, [0, 1, 2])
    results.close()
    assert taken == [0, 1, 2]


def test_what_breaks_off_does_so_behind_what_was_there() -> None:
    def items() -> Iterator[int]:
        yield from (1, 2)
        raise OSError("damaged")

    results = ahead(abs, items(), 5)
    assert [next(results), next(results)] == [1, 2]
    with pytest.raises(OSError, match="damaged"):
        next(results)
    with pytest.raises(ZeroDivisionError):
        list(ahead(lambda item: 1 // item, [0, 1], 2))
    assert list(ahead(abs, [], 2)) == []
