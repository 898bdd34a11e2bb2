"""Fuzzed requests against the service as a process, on the shipped model:

    python -m tests.campaigns.fuzz --requests 10000 --seed 1 [--stand-in]

With --stand-in the same HTTP is spoken before an analyzer of simple rules, in a hundredth of the time.
Every answer must be one that the contract has: no 5xx but 503 with Retry-After, each 200 valid with exact slices in the
unit asked for, each problem a problem, no traceback in the log. Prints a table of answers and what was wrong with any.
"""

import argparse
import gzip
import itertools
import json
import socket
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from random import Random
from typing import Any

from tests import hostile
from tests.contract import check_problem, check_reply
from tests.stand_in import Running, running

_STATUSES = {200, 400, 401, 404, 405, 408, 413, 415, 422, 429, 503}
_PATIENCE = 600.0
_TOLD = 500
_PATHS = (b"/", b"/analyze/", b"/healthz", b"/%00", b"/..%2f", b"//analyze", b"/analyze?" + b"a" * 500, b"*", b"/\xff")
_METHODS = (b"GET", b"HEAD", b"PUT", b"OPTIONS", b"TRACE", b"QUERY", b"POST", b"PATCH", b"X" * 50)


@dataclass(frozen=True, slots=True)
class Case:
    """What is sent, the body in it, and the request that this holds where it was made to be a valid one."""

    kind: str
    sent: bytes
    body: bytes = b""
    asked: Any = None


def cases(random: Random, count: int) -> Iterator[Case]:
    """`count` cases of every kind."""
    kinds = ("valid", "spoilt", "broken", "headers", "chunked", "gzip", "cut", "route", "raw")
    for kind in random.choices(kinds, (30, 25, 20, 8, 6, 2, 2, 4, 3), k=count):
        yield _case(kind, random)


def long_cases() -> Iterator[Case]:
    """The long texts, each in another unit than the last."""
    units = itertools.cycle(("codepoint", "utf16", "byte"))
    for long, unit in zip(hostile.LONG, units, strict=False):
        asked = {"text": long, "options": {"offset_unit": unit}}
        body = json.dumps(asked, ensure_ascii=False).encode()
        yield Case("long", _post(body), body, asked)


def _case(kind: str, random: Random) -> Case:
    if kind == "valid":
        asked = hostile.request(random)
        escaped = random.random() < 0.5 or "\\ud8" in json.dumps(asked)
        body = json.dumps(asked, ensure_ascii=escaped).encode()
        return Case(kind, _post(body), body, asked)
    if kind == "spoilt":
        body = json.dumps(hostile.spoilt(random)).encode()
        return Case(kind, _post(body), body)
    if kind == "broken":
        body = hostile.body(random)
        return Case(kind, _post(body), body)
    body = json.dumps(hostile.request(random)).encode()
    if kind == "headers":
        return Case(kind, _post(body, hostile.headers(random)), body)
    if kind == "chunked":
        parts = [body[at : at + 7] for at in range(0, len(body), 7)]
        if random.random() < 0.5:
            parts[random.randrange(len(parts))] = b""
        chunks = b"".join(b"%x\r\n%s\r\n" % (len(part), part) for part in parts) + b"0\r\n\r\n"
        head = b"Content-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n"
        taken = b"".join(parts[: parts.index(b"")] if b"" in parts else parts)
        return Case(kind, b"POST /analyze HTTP/1.1\r\nHost: a\r\nConnection: close\r\n" + head + chunks, taken)
    if kind == "gzip":
        bomb = gzip.compress(b'{"text": "' + b"a" * 1_000_000 + b'"}')
        return Case(kind, _post(bomb, [(b"Content-Type", b"application/json"), (b"Content-Encoding", b"gzip")]))
    if kind == "cut":
        sent = _post(body)
        return Case(kind, sent[: random.randrange(1, len(sent))])
    if kind == "route":
        head = b"%s %s HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n"
        return Case(kind, head % (random.choice(_METHODS), random.choice(_PATHS)))
    raw = bytearray(_post(body))
    for _ in range(random.randrange(1, 6)):
        raw[random.randrange(min(len(raw), 200))] = random.randrange(256)
    return Case(kind, bytes(raw))


def _post(body: bytes, headers: list[tuple[bytes, bytes]] | None = None) -> bytes:
    chosen = headers or [(b"Content-Type", b"application/json")]
    lines = b"".join(b"%s: %s\r\n" % header for header in chosen)
    head = b"POST /analyze HTTP/1.1\r\nHost: a\r\nConnection: close\r\nContent-Length: %d\r\n" % len(body)
    return head + lines + b"\r\n" + body


def send(port: int, sent: bytes) -> bytes:
    """All that comes back; what is sent ends with it."""
    with socket.create_connection(("127.0.0.1", port), timeout=_PATIENCE) as client:
        parts = []
        try:
            client.sendall(sent)
            while part := client.recv(1 << 16):
                parts.append(part)
        except (ConnectionResetError, BrokenPipeError):
            pass
        return b"".join(parts)


def judge(case: Case, got: bytes) -> str:
    """The status of the answer, "none" where the case allows that. Raises AssertionError."""
    if not got:
        assert case.kind in {"cut", "raw", "headers"}, "no answer"
        return "none"
    head, _, body = got.partition(b"\r\n\r\n")
    while head.startswith(b"HTTP/1.1 100"):
        head, _, body = body.partition(b"\r\n\r\n")
    first, *lines = head.decode("latin-1").split("\r\n")
    status = int(first.split()[1])
    headers = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in lines)}
    assert status in _STATUSES, f"status {status}"
    if case.asked is not None and status not in {429, 503}:
        assert status == (422 if _lone(case.asked) else 200), f"status {status} for a valid request"
    if status == 200 and case.body:
        check_reply(json.loads(case.body.decode("utf-8-sig")), json.loads(body))
    elif status != 200 and body:
        check_problem(status, headers, json.loads(body))
    return str(status)


def _lone(asked: Any) -> bool:
    return "documents" not in asked and any("\ud800" <= char <= "\udfff" for char in asked["text"])


def campaign(service: Running, count: int, seed: int, together: int = 4) -> tuple[Counter[tuple[str, str]], list[str]]:
    """How many of each kind were answered how, the long texts one at a time after the others; and what was wrong."""
    tally: Counter[tuple[str, str]] = Counter()
    wrong: list[str] = []

    def one(case: Case) -> None:
        try:
            status = judge(case, send(service.port, case.sent))
        except Exception as error:
            status = "WRONG"
            wrong.append(f"{case.kind}: {type(error).__name__}: {str(error)[:300]}: {case.sent[:400]!r}")
        tally[case.kind, status] += 1
        if not tally.total() % _TOLD:
            print(f"{tally.total()} sent, {len(wrong)} wrong", file=sys.stderr, flush=True)

    with ThreadPoolExecutor(together) as pool:
        list(pool.map(one, cases(Random(seed), count)))
    for case in long_cases():
        one(case)
    assert service.ask("POST", "/analyze", b'{"text": "a"}')[0].status == 200
    log = service.log.read_text(encoding="utf-8", errors="replace")
    wrong += ["a traceback in the log"] * ("Traceback" in log) + ["a failure in the log"] * (" ERROR " in log)
    return tally, wrong


def main() -> int:
    """The campaign on the shipped model."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--requests", type=int, default=10_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--stand-in", action="store_true")
    asked = parser.parse_args()
    began = time.monotonic()
    with tempfile.TemporaryDirectory() as folder:
        command = () if asked.stand_in else (sys.executable, "-m", "serving", "serve")
        # What takes longer than a client of the campaign waits is not what it is about.
        with running(Path(folder) / "log", *command, deadline_seconds=_PATIENCE, body_seconds=3) as service:
            tally, wrong = campaign(service, asked.requests, asked.seed)
    statuses = sorted({status for _, status in tally})
    print(f"{'':10}" + "".join(f"{status:>8}" for status in statuses))
    for kind in sorted({kind for kind, _ in tally}):
        print(f"{kind:10}" + "".join(f"{tally[kind, status]:>8}" for status in statuses))
    print(f"{tally.total()} requests in {time.monotonic() - began:.0f} s, {len(wrong)} wrong")
    print("\n".join(wrong[:50]))
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
