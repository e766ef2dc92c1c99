"""Verify a code, seal code, SD-JWT, PDF, OFD or receipt from a file or standard input, without network, database or node."""

import sys
from collections.abc import Iterable
from datetime import datetime
from pathlib import Path
from typing import Any, Final

from django.conf import settings
from django.core.management.base import CommandError, CommandParser
from django.utils import timezone

from accounts.core.moment import read_moment
from verification.core.answer_view import ViewField
from verification.core.copy_codes import ONLY_FOR
from verification.core.reasons import reason
from verification.core.verdict import Check, VerdictOutcome
from verification.management.own_exit_codes import CommandWithOwnCodes
from verification.services.verify_offline import OfflineFiles, OfflineVerdict, verify_offline

EXIT: Final = {VerdictOutcome.VALID: 0, VerdictOutcome.INVALID: 2, VerdictOutcome.UNDETERMINED: 3}
_FINGERPRINT: Final = "--anchor-fingerprint"
MAX_BYTES: Final = 32 * 1024 * 1024  # more than any kind of file may have: each has its own limit behind it


class Command(CommandWithOwnCodes):
    """`manage.py verify FILE [--trust-list FILE --anchor-fingerprint TEXT --agency-keys FILE --status FILE]`.

    Exit status: 0 VALID, 2 INVALID, 3 UNDETERMINED; 1 where a file cannot be read, 64 where the command is misused.
    """

    help = __doc__
    requires_system_checks = ()
    requires_migrations_checks = False

    def run_from_argv(self, argv: list[str]) -> None:
        """This will take a fingerprint for a value also where it begins with a hyphen, as one in 64 does."""
        at = argv.index(_FINGERPRINT) if _FINGERPRINT in argv[:-1] else None
        super().run_from_argv(argv if at is None else [*argv[:at], "=".join(argv[at : at + 2]), *argv[at + 2 :]])

    def add_arguments(self, parser: CommandParser) -> None:
        """This will take the file to verify and the files that the verdict may rest on."""
        parser.add_argument("file", help="the file, or - for standard input")
        parser.add_argument("--trust-list", type=Path, help="default: the node's own")
        parser.add_argument(_FINGERPRINT, default="", help="default: the node's own; it decides whom to trust")
        parser.add_argument("--agency-keys", type=Path, action="append", default=[], help="a region's signed bundle")
        parser.add_argument("--status", type=Path, action="append", default=[], help="a signed status list")
        parser.add_argument("--licence-type", type=Path, action="append", default=[], help="a licence type (TOML)")
        parser.add_argument("--at", help="judge for this moment (ISO 8601 with zone); default: now")

    def handle(self, *args: Any, **options: Any) -> None:
        """This will print the numbered checks and what the statement shows, and end with the verdict's exit status."""
        try:
            data = _read(options["file"])
            files = _files(options)
        except OSError as error:
            raise CommandError(f"a file cannot be read: {error.strerror}") from error
        told = verify_offline(data=data, files=files, at=_moment(options["at"]))
        for line in _lines(told):
            self.stdout.write(line)
        sys.exit(EXIT[told.verdict.outcome])


def _read(name: str) -> bytes:
    if name == "-":
        return sys.stdin.buffer.read(MAX_BYTES)
    with Path(name).open("rb") as file:
        return file.read(MAX_BYTES)


def _files(options: dict[str, Any]) -> OfflineFiles:
    own = settings.NODE.trust_list_file
    trust_list = options["trust_list"] or (own if own.exists() else None)
    return OfflineFiles(
        trust_list=None if trust_list is None else trust_list.read_bytes(),
        anchor_fingerprint=options["anchor_fingerprint"] or settings.NODE.anchor_fingerprint,
        agency_keys=[path.read_bytes() for path in options["agency_keys"]],
        status=[path.read_bytes() for path in options["status"]],
        licence_types=[path.read_bytes() for path in options["licence_type"]],
    )


def _moment(text: str | None) -> datetime:
    if text is None:
        return timezone.now()
    moment = read_moment(text)
    if moment is None:
        raise CommandError("--at is a time with its zone, such as 2026-11-23T09:00:00+08:00")
    return moment


def _lines(told: OfflineVerdict) -> Iterable[str]:
    yield f"{told.verdict.outcome.value.upper()} ({told.kind.value}, {told.verdict.at.isoformat(timespec='seconds')})"
    for check in told.verdict.checks:
        yield _check_line(check)
        yield from (_note_line(code) for code in check.notes)
    yield from _copy_lines(told)
    if told.issuer:
        yield f"issuer: {told.issuer}"
    yield from (_field_line(item) for item in told.fields)
    if told.receipt is not None:
        promise = told.receipt.promise
        yield f"look-up {promise.lookup_id} of region {promise.region}, {promise.issued_at.isoformat()}"
        yield f"log index {told.logged_at}, {len(told.receipt.cosignatures)} cosignatures"


def _copy_lines(told: OfflineVerdict) -> Iterable[str]:
    if told.copy is None or told.copy_ends_at is None:
        return
    sentence = reason(ONLY_FOR)
    yield f"PURPOSE COPY 加注件 {told.copy.number} · {sentence.zh} {sentence.en}"
    yield f"recipient 接收方: {told.copy.recipient}"
    yield f"purpose 用途: {told.copy.purpose}"
    yield f"good until 有效至: {told.copy_ends_at.isoformat()}"


def _check_line(check: Check) -> str:
    age = "" if check.age_seconds is None else f" ({check.age_seconds} s old)"
    sentence = reason(check.code)
    return f"{check.number} {check.name}: {check.outcome.value} {check.code}{age} · {sentence.zh} {sentence.en}"


def _note_line(code: str) -> str:
    sentence = reason(code)
    return f"  note {code} · {sentence.zh} {sentence.en}"


def _field_line(item: ViewField) -> str:
    value = "; ".join(item.value) if isinstance(item.value, tuple) else str(item.value)
    return f"  {item.title_zh} [{item.grain.value}]: {value}"
