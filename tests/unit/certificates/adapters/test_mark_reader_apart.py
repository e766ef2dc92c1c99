"""Pictures of strangers are read in a process that has given up everything else, and is ended when it takes too long."""

import io
import json
import subprocess
import sys
from types import SimpleNamespace
from unittest.mock import MagicMock

import pytest
from PIL import Image

from certificates.adapters import mark_reader_apart
from certificates.adapters.mark_reader_apart import FoundOnPage, read_apart
from certificates.core.errors import PictureError


def png(picture: Image.Image) -> bytes:
    target = io.BytesIO()
    picture.save(target, "PNG")
    return target.getvalue()


def refusal(data: bytes = b"") -> str:
    with pytest.raises(PictureError) as refused:
        read_apart(data)
    return refused.value.code


def answering(monkeypatch: pytest.MonkeyPatch, answer: bytes, returncode: int = 0) -> None:
    done = SimpleNamespace(stdout=answer, returncode=returncode)
    monkeypatch.setattr(mark_reader_apart.subprocess, "run", MagicMock(return_value=done))


def test_a_blank_picture_comes_back_with_nothing() -> None:
    assert read_apart(png(Image.new("L", (300, 300), 255))) == FoundOnPage(mark=None, printed=())


def test_refusals_come_back_by_their_code() -> None:
    assert refusal(b"no picture") == "image.format"


def test_a_picture_that_takes_too_long_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    endless = (sys.executable, "-c", "import signal\nsignal.setitimer(signal.ITIMER_PROF, 0.05)\nwhile True: pass")
    monkeypatch.setattr(mark_reader_apart, "_COMMAND", endless)
    assert refusal() == "image.time"
    monkeypatch.setattr(mark_reader_apart, "_COMMAND", (sys.executable, "-c", "import time\ntime.sleep(30)"))
    monkeypatch.setattr(mark_reader_apart, "WAIT_SECONDS", 0.3)
    assert refusal() == "image.time"


@pytest.mark.parametrize("answer", [b"", b"{", b"[]", b"{}", b'{"mark": "x", "printed": []}', b'{"mark": 1}'])
def test_a_process_that_breaks_down_or_answers_nonsense_is_refused(
    answer: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    answering(monkeypatch, answer, returncode=1)
    assert refusal() == "image.reader_lost"


def test_printed_numbers_are_taken_only_in_their_form(monkeypatch: pytest.MonkeyPatch) -> None:
    printed = ["7Q4K-09ZT-MXB2", "ILOU-0000-0000", "'; --", "0000-0000-0000"]
    answering(monkeypatch, json.dumps({"mark": 5, "printed": printed}).encode())
    assert read_apart(b"") == FoundOnPage(mark=5, printed=("7Q4K-09ZT-MXB2", "0000-0000-0000"))


def test_the_process_can_open_no_file_socket_or_program() -> None:
    code = (
        "import os, socket\n"
        "from certificates.adapters import mark_reader_apart as m\n"
        "def reach(data):\n"
        "    found = []\n"
        "    for act in (lambda: os.open('/etc/passwd', 0), lambda: socket.socket(), lambda: os.fork()):\n"
        "        try: act()\n"
        "        except BaseException as error: found.append(type(error).__name__)\n"
        "    return {'reached': found}\n"
        "m._answer = reach\n"
        "m.main()\n"
    )
    done = subprocess.run([sys.executable, "-c", code], input=b"x", capture_output=True, check=True)
    assert len(json.loads(done.stdout)["reached"]) == 3
