"""Name the look-up that a leaked purpose copy 加注件 was made by, from its file or from a picture of a part of it."""

import sys
from argparse import ArgumentTypeError
from collections.abc import Iterable
from pathlib import Path
from typing import Any, Final

from django.core.management.base import CommandError, CommandParser
from django.utils import timezone

from accounts.core.errors import AccountsError
from accounts.services.administrator_caller import administrator_caller
from certificates.core.errors import CertificatesError
from verification.core.errors import VerificationError
from verification.core.reasons import reason
from verification.management.own_exit_codes import CommandWithOwnCodes
from verification.services.trace_leaked_copy import MAX_REASON_CHARS, LeakedCopy, trace_leaked_copy

FOUND: Final = 0
UNKNOWN: Final = 2
UNREADABLE: Final = 3
MAX_BYTES: Final = 64 * 1024 * 1024  # more than the reader takes: it says so itself


class Command(CommandWithOwnCodes):
    """`manage.py trace_copy FILE_OR_IMAGE --operator USERNAME [--reason TEXT]`: PNG, JPEG or PDF. The holder of the licence sees that it was
    traced, and why; who traced, an active administrator of the node, stands in the record, of a trace that leads nowhere, too.

    Exit status: 0 found, 2 a mark or number that this node never gave, 3 nothing to be read in it; 1 where the file is refused, 64 where the
    command is misused.
    """

    help = __doc__

    def add_arguments(self, parser: CommandParser) -> None:
        """This will take the file, who traces, and the reason that the holder reads."""
        parser.add_argument("file", help="the file, or - for standard input")
        parser.add_argument("--operator", required=True, metavar="USERNAME", help="the administrator who traces")
        parser.add_argument("--reason", type=_line, default="追查外泄的加注件", help="one line, shown to the holder")

    def handle(self, *args: Any, **options: Any) -> None:
        """This will print what the copy leads to, and end with the exit status."""
        try:
            data = _read(options["file"])
        except OSError as error:
            raise CommandError(f"the file cannot be read: {error.strerror}") from error
        try:
            result = trace_leaked_copy(
                caller=administrator_caller(username=options["operator"]),
                data=data,
                reason=options["reason"],
                at=timezone.now(),
            )
        except (AccountsError, CertificatesError, VerificationError) as refused:
            sentence = reason(refused.code)
            raise CommandError(f"{refused.code} · {sentence.zh} {sentence.en}") from refused
        if result.leaked is None:
            code = "trace.unknown" if result.readable else "trace.unreadable"
            self.stdout.write(f"{code} · {reason(code).zh} {reason(code).en}")
            sys.exit(UNKNOWN if result.readable else UNREADABLE)
        for line in _lines(result.leaked):
            self.stdout.write(line)


def _line(text: str) -> str:
    if not text.strip() or len(text) > MAX_REASON_CHARS or not text.isprintable():
        raise ArgumentTypeError(f"one line of at most {MAX_REASON_CHARS} characters")
    return text


def _read(name: str) -> bytes:
    if name == "-":
        return sys.stdin.buffer.read(MAX_BYTES)
    with Path(name).open("rb") as file:
        return file.read(MAX_BYTES)


def _lines(leaked: LeakedCopy) -> Iterable[str]:
    trace, copy = leaked.trace, leaked.trace.copy
    code = "trace.by_mark" if leaked.by_mark else "trace.by_number"
    yield f"{code} · {reason(code).zh} {reason(code).en}"
    if leaked.printed_differs:
        yield f"trace.printed_differs · {reason('trace.printed_differs').zh} {reason('trace.printed_differs').en}"
    told = {
        "look-up": copy.lookup_id,
        "copy": copy.number,
        "made": copy.made_at.isoformat(timespec="seconds"),
        "expires": copy.expires_at.isoformat(timespec="seconds"),
        "revoked": copy.revoked_at.isoformat(timespec="seconds") if copy.revoked_at else "",
        "asked for by": " ".join(part for part in (copy.maker, copy.maker_agency, leaked.agency_name) if part),
        "person": leaked.operator,
        "matter": " ".join(part for part in (trace.matter_code, leaked.matter_name) if part),
        "case": trace.case_number,
        "purpose": trace.purpose,
        "recipient": trace.recipient,
        "certificate": copy.certificate_id,
        "recorded as": leaked.trace_id,
    }
    yield from (f"{name}: {value}" for name, value in told.items() if value)
