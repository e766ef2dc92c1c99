"""Reading a stranger's picture or PDF in a process of its own, which has given up files, programs and the network.

Run as a module it is that process: the file comes in on standard input, one line of JSON goes out.
"""

import codecs
import json
import os
import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import Any, Final

import pypdfium2
from PIL import Image

from certificates.adapters.mark_reader import read_mark
from certificates.adapters.mark_reader_picture import MAX_BYTES, MAX_PAGES, is_pdf
from certificates.adapters.pdf_worker.confine import confine
from certificates.core.copy_claims import is_copy_number
from certificates.core.errors import PictureError

MEMORY_BYTES: Final = 2 * 1024 * 1024 * 1024  # the spectrum of the largest picture takes one
CPU_SECONDS: Final = 20.0  # a page takes one or two, the largest picture eight
WAIT_SECONDS: Final = 90.0  # by the clock on the wall, on a busy machine
MOST_NUMBERS: Final = 8  # a page of ours bears one

_ROOT: Final = Path(__file__).resolve().parents[2]
_COMMAND: Final = (sys.executable, "-B", "-s", "-m", "certificates.adapters.mark_reader_apart")
_PRINTED: Final = re.compile(r"[0-9A-Z]{4}(?:-[0-9A-Z]{4}){2}", re.ASCII)
_SMALL: Final = 160  # pixels


@dataclass(frozen=True, slots=True, kw_only=True)
class FoundOnPage:
    """This will hold the 48-bit number of the mark, if one was read, and the copy numbers that a PDF's text prints."""

    mark: int | None
    printed: tuple[str, ...]


def read_apart(data: bytes) -> FoundOnPage:
    """This will read mark and printed numbers of a PNG, JPEG or PDF in a confined process.

    Raises PictureError as `read_mark` does, and `image.time`, `image.reader_lost` where the process was ended or broke down.
    """
    if len(data) > MAX_BYTES:
        raise PictureError("image.bytes", "the file has more bytes than a picture may have")
    try:
        done = subprocess.run(  # noqa: S603 - a fixed command
            _COMMAND,
            input=data,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,  # a library's complaint could quote the file
            cwd=_ROOT,
            env={"LANG": "C.UTF-8", "PYTHONPATH": str(_ROOT), "OPENBLAS_NUM_THREADS": "1"},
            timeout=WAIT_SECONDS,
            check=False,
        )
    except subprocess.TimeoutExpired:
        raise PictureError("image.time", "the picture takes too long to read") from None
    if done.returncode == -signal.SIGPROF:
        raise PictureError("image.time", "the picture takes too long to read")
    try:
        return _unpacked(json.loads(done.stdout))
    except (ValueError, KeyError, TypeError, AttributeError):
        raise PictureError("image.reader_lost", "the process that read the picture was lost") from None


def _unpacked(answer: dict[str, Any]) -> FoundOnPage:
    code = answer.get("refusal")
    if code is not None:
        raise PictureError(str(code), "the picture was refused")
    mark = answer["mark"]
    printed = tuple(text for text in answer["printed"][:MOST_NUMBERS] if is_copy_number(text))
    return FoundOnPage(mark=None if mark is None else int(mark), printed=printed)


def _printed(data: bytes) -> Iterator[str]:
    """The copy numbers that stand in a PDF's text, each once."""
    try:
        document = pypdfium2.PdfDocument(data)
    except pypdfium2.PdfiumError:
        return
    try:
        texts = (document[index].get_textpage().get_text_range() for index in range(min(len(document), MAX_PAGES)))
        yield from dict.fromkeys(number for text in texts for number in _PRINTED.findall(text))
    finally:
        document.close()


def _answer(data: bytes) -> dict[str, Any]:
    try:
        mark = read_mark(data)
        return {"mark": mark, "printed": list(_printed(data))[:MOST_NUMBERS] if is_pdf(data) else []}
    except PictureError as refused:
        return {"refusal": refused.code}
    except MemoryError:
        return {"refusal": "image.pixels"}


def _warm_up() -> None:
    """What the libraries import only when they first need it: afterwards it would be too late."""
    for name in ("ascii", "latin-1", "utf-8", "utf-16-le", "utf-16-be", "utf-16"):
        codecs.lookup(name)
    for kind in ("PNG", "JPEG"):
        sample = BytesIO()
        Image.effect_noise((_SMALL, _SMALL), 60).save(sample, kind)
        read_mark(sample.getvalue())
    empty = pypdfium2.PdfDocument.new()
    empty.new_page(_SMALL, _SMALL)
    page = BytesIO()
    empty.save(page)
    list(_printed(page.getvalue()))
    read_mark(page.getvalue())


def main() -> None:
    """This will be the process: read the file, give everything up, look, answer."""
    data = sys.stdin.buffer.read(MAX_BYTES + 1)
    _warm_up()
    confine(memory_bytes=MEMORY_BYTES)
    signal.setitimer(signal.ITIMER_PROF, CPU_SECONDS)
    sys.stdout.write(json.dumps(_answer(data)))
    sys.stdout.flush()
    os._exit(0)  # nothing here is worth an orderly end


if __name__ == "__main__":
    main()
