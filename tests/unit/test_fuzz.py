"""The fuzzer itself: it finds faults that are put there on purpose, says the same twice, and finds none in a short run."""

import json
import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from certificates.core.canonical import b64url_decode_strict
from certificates.core.sd_jwt_verify import verify_credential
from tests.fuzz.codes import coding_targets
from tests.fuzz.credentials import credential_target
from tests.fuzz.keys import pair
from tests.fuzz.run import Tally, fuzz, require_good
from tests.fuzz.spoil_tokens import decoded, parts_of, signed
from tests.fuzz.target import Target

ROOT = Path(__file__).parents[2]
TARGET = credential_target("ES256")


def run(target: Target, count: int = 1_500) -> Tally:
    return fuzz([target], seed="1", numbers=range(count), going_on=lambda: True)


def without_signature(text: str) -> Any:
    """A verifier that believes any signature: it signs what it is given before it looks."""
    jwt, _, rest = text.partition("~")
    header, payload, _ = map(decoded, parts_of(jwt))
    by = pair("ES256", 1)
    return verify_credential(f"{signed(header, payload, by.signer)}~{rest}", key=by.trusted)


def test_finds_a_verifier_that_does_not_look_at_signatures() -> None:
    assert run(replace(TARGET, read=without_signature)).of_kind("false accept") > 0


def test_finds_a_reader_with_two_spellings_of_one_value() -> None:
    (target,) = (one for one in coding_targets() if one.name == "base64url")
    lenient = replace(target, read=lambda text: b64url_decode_strict(text.rstrip("=\n ")))
    assert run(lenient).of_kind("false accept") > 10


def test_finds_an_exception_that_nobody_named() -> None:
    found = run(replace(TARGET, named=()), 50)
    assert found.of_kind("stray exception") > 10


def test_finds_what_takes_more_than_a_second() -> None:
    def slow(text: str) -> Any:
        started = time.process_time()
        while time.process_time() - started < 1.01:
            pass
        return TARGET.read(text)

    assert run(replace(TARGET, read=slow), 1).of_kind("too slow") == 1


def test_the_same_seed_says_the_same_twice() -> None:
    first, second = run(TARGET, 300), run(TARGET, 300)
    assert (first.refusals, first.accepted, first.findings) == (second.refusals, second.accepted, [])


def test_more_memory_than_the_bound_is_an_exception_that_is_found() -> None:
    greedy = "from tests.fuzz.__main__ import MOST_MEMORY, bound_memory; bound_memory(); bytearray(MOST_MEMORY + 2**20)"
    done = subprocess.run([sys.executable, "-c", greedy], cwd=ROOT, capture_output=True, text=True, check=False)
    assert "MemoryError" in done.stderr


def test_refuses_to_run_on_inputs_that_are_not_good() -> None:
    with pytest.raises(ValueError, match="good input"):
        require_good([replace(TARGET, entitled=lambda _text, _meaning: False)])


def test_a_short_run_over_every_reader_finds_nothing(tmp_path: Path) -> None:
    summary = tmp_path / "summary.json"
    arguments = ["--seed", "slice", "--inputs", "3000", "--no-documents", "--summary", str(summary)]
    done = subprocess.run(
        [sys.executable, "-m", "tests.fuzz", *arguments], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
    found = json.loads(summary.read_text())
    assert (found["inputs"], found["false_accepts"], found["stray_exceptions"], found["too_slow"]) == (3000, 0, 0, 0)
    assert len(found["kinds"]) > 50
    assert len(found["refusals_by_code"]) > 60
