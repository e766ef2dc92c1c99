"""Runs inside a node: issues licences, has real worker processes make their documents, and says how long the documents took them.

The clock runs from the moment when every process has made its first ones, so that what a process does once (fonts, keys) is not in it.
"""

import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import benchmarks.django_node  # noqa: F401  # Django must be set up before its models are imported

# isort: split
from benchmarks.issue_licences import issue
from benchmarks.processes import cpu_seconds
from benchmarks.sample_licences import issuing_officer, licence_request
from certificates.models import Document
from demo.node import PROJECT
from demo.timestamp_process import TimestampProcess, free_port
from verification.management.supervision import end_with_the_parent

WARM_EACH = 4  # documents that a process makes before the clock runs
_LEAST_SECONDS = 90.0
_SECONDS_EACH = 4.0  # more than any document takes; then something is wrong


def main() -> None:
    """This will print documents, seconds, the processes' CPU seconds, and the level that the documents have."""
    first, count, processes, stamped = (int(word) for word in sys.argv[1:5])
    folder = Path(os.environ["HUZHENG_VAR"])
    queue = folder / "broker" / "queue"
    queue.mkdir(parents=True, exist_ok=True)
    for message in queue.iterdir():  # of what was issued before
        message.unlink()
    caller = issuing_officer()
    issued = [issue(caller, licence_request(first + number)) for number in range(count)]
    wanted = Document.objects.filter(certificate__in=issued, state=Document.State.READY, kind=Document.Kind.PDF)

    def until(number: int, pids: list[int]) -> tuple[int, float, float]:
        deadline = time.monotonic() + _LEAST_SECONDS + _SECONDS_EACH * count
        while (done := wanted.count()) < number:
            if time.monotonic() > deadline:
                raise SystemExit("the documents were not made in time")
            time.sleep(0.05)
        return done, time.perf_counter(), sum(cpu_seconds(pid) for pid in pids)

    with _timestamps(folder, stamped) as variables, _workers(processes, variables) as pids:
        warm, start, spent = until(WARM_EACH * processes, pids)
        done, end, spent_at_end = until(count, pids)
    levels = sorted(set(wanted.values_list("level", flat=True)))
    numbers = {"documents": done - warm, "seconds": end - start, "cpu": spent_at_end - spent, "levels": levels}
    print(json.dumps(numbers))


@contextmanager
def _timestamps(folder: Path, stamped: int) -> Iterator[dict[str, str]]:
    if not stamped:
        yield {}
        return
    process = TimestampProcess(folder=folder / "tsa", port=free_port())
    process.start()
    try:
        yield process.environment()
    finally:
        process.stop()


@contextmanager
def _workers(processes: int, variables: dict[str, str]) -> Iterator[list[int]]:
    command = [sys.executable, str(PROJECT / "manage.py"), "run_worker", "--part", "documents"]
    started = [
        subprocess.Popen(
            command,
            env=os.environ | variables,
            cwd=PROJECT,
            stdout=sys.stderr,
            preexec_fn=end_with_the_parent,  # noqa: PLW1509  # this process has one thread
        )
        for _ in range(processes)
    ]
    try:
        yield [process.pid for process in started]
    finally:
        for process in started:
            process.terminate()
        for process in started:
            process.wait(30)


if __name__ == "__main__":
    main()
