"""kill -9 in the middle of the work: the supervisor starts every part again, and no answered look is without its entry."""

import json
import secrets
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest
import requests

from demo.clients import Answer
from demo.journey import outcome_of
from demo.story import eventually
from tests.functional.provinces.processes import alive, kill_first, kill_part, kill_supervisor
from tests.functional.provinces.steps import SHOWN, body_of, fresh_number, question
from tests.functional.provinces.world import Provinces

WORK_SECONDS = 0.8  # what runs between two kills
# None of these is a promise: three parts that start at once on a busy machine share its cores with the other tests.
READY_SECONDS = 90
ENTRY_SECONDS = 60
PATIENCE_SECONDS = 120
SERVER_ERROR = 500


def insist(call: Callable[[], Answer]) -> Answer:
    """The same call, under the same key, until the node answers it."""
    until = time.monotonic() + PATIENCE_SECONDS
    while time.monotonic() < until:
        try:
            answer = call()
        except requests.RequestException:
            time.sleep(0.05)
            continue
        if answer.status < SERVER_ERROR:
            return answer
        time.sleep(0.05)
    raise AssertionError("the node did not come back")


def look(provinces: Provinces, licence: str) -> str:
    """A code is made and looked at, through any number of attempts; gives the look-up's id."""
    wanted = {"certificate_id": licence, "grains": SHOWN}
    code = insist(lambda: provinces.holder.post("/api/v1/presentations", wanted)).expect(201)["code"]
    body, key = question(code), secrets.token_urlsafe(18)
    answer = insist(lambda: provinces.counter.post("/api/v1/verifications", body, idempotency_key=key)).expect(200)
    assert outcome_of(answer) == "VALID"  # also where the first attempt spent the code and its answer was lost
    return str(answer["lookup_id"])


def issue(provinces: Provinces) -> str:
    """A licence is issued, through any number of attempts; gives its address."""
    body, key = body_of(provinces, certificate_number=fresh_number()), secrets.token_urlsafe(18)
    answer = insist(lambda: provinces.system.post("/api/v1/certificates", body, idempotency_key=key)).expect(202)
    return str(answer["location"])


def until_told(stop: threading.Event, act: Callable[[], str], done: list[str], *, pause: float = 0) -> None:
    """The same act again and again; what it gave goes into `done`."""
    while not stop.is_set():
        done.append(act())
        stop.wait(pause)


def test_every_answered_look_has_its_entry_although_every_part_was_killed(provinces: Provinces, licence: str) -> None:
    node, stop = provinces.zhejiang, threading.Event()
    answered, issued = list[str](), list[str]()
    with ThreadPoolExecutor() as pool:
        work = [pool.submit(until_told, stop, lambda: look(provinces, licence), answered) for _ in range(2)]
        work.append(pool.submit(until_told, stop, lambda: issue(provinces), issued, pause=0.5))  # documents to render
        try:
            for parts in (("web",), ("publisher", "worker"), ("worker", "publisher", "web")):
                time.sleep(WORK_SECONDS)
                for part in parts:
                    eventually(lambda part=part: kill_part(node, part) > 0, seconds=READY_SECONDS, otherwise=part)
                eventually(node.is_ready, seconds=READY_SECONDS, otherwise=f"not ready after {parts} was killed")
            # However slow the machine is: enough was answered through the kills to say something.
            eventually(lambda: len(answered) > 3 and len(issued) > 1, seconds=PATIENCE_SECONDS, otherwise="no answers")
        finally:
            stop.set()
        for one in work:
            one.result()

    assert len(set(answered)) == len(answered)
    assert len(set(issued)) == len(issued)
    for lookup_id in answered:
        in_the_tree(provinces, lookup_id)
    for location in issued:
        eventually(
            lambda location=location: provinces.system.get(location).expect(200)["released_at"] is not None,
            seconds=PATIENCE_SECONDS,  # an intent that a kill cut in two is finished by the next sweep
            otherwise="an issue was lost",
        )
    assert node.manage("audit_log").startswith("clean:")


def in_the_tree(provinces: Provinces, lookup_id: str) -> None:
    """The completed receipt: promise, index, proof, signed head."""
    path = f"/api/v1/lookups/{lookup_id}/receipt"

    def completed() -> bool:
        answer = provinces.counter.get(path)
        return answer.status == 200 and answer.headers["Content-Type"] == "application/json"

    eventually(completed, seconds=ENTRY_SECONDS, otherwise="an answered look is not in the tree")
    assert "checkpoint" in json.loads(provinces.counter.get(path).content)


@pytest.fixture(autouse=True)
def _ready_again(provinces: Provinces) -> None:
    """Whatever ran before, the node must be up."""
    eventually(provinces.zhejiang.is_ready, seconds=READY_SECONDS, otherwise="the node is not up")


def test_a_killed_web_server_leaves_nobody_behind_at_its_port(provinces: Provinces) -> None:
    left = kill_first(provinces.sichuan, "web")

    assert left
    eventually(lambda: not alive(left), seconds=READY_SECONDS, otherwise="a worker without its server goes on")
    eventually(provinces.sichuan.is_ready, seconds=READY_SECONDS, otherwise="the web server did not come back")


def test_a_killed_supervisor_takes_its_node_along(provinces: Provinces) -> None:
    left = kill_supervisor(provinces.sichuan)

    assert len(left) > 2
    eventually(lambda: not alive(left), seconds=READY_SECONDS, otherwise="parts of a node go on without it")
    assert not provinces.sichuan.is_ready()
