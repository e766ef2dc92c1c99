"""Sign the regions' entries into a trust list with the anchor's key; run it offline."""

import json
from argparse import ArgumentTypeError
from datetime import timedelta
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from accounts.management.arguments import require_writable
from certificates.core.canonical import b64url_decode_strict
from certificates.core.errors import CertificatesError
from verification.core.errors import TrustListError
from verification.core.trust_list import MAX_LIFETIME
from verification.services.make_anchor_key import make_anchor_key
from verification.services.sign_trust_list import sign_trust_list

OWNER_ONLY = 0o600


class Command(BaseCommand):
    """`manage.py sign_trust_list --key anchor.pem --list-version 1 -o trust_list.json region1.json region2.json`."""

    help = __doc__

    def add_arguments(self, parser: CommandParser) -> None:
        """This will take the key, the version and the entries."""
        parser.add_argument("entries", nargs="+", type=Path, help="files written by describe_node")
        parser.add_argument("--key", type=Path, required=True, help="PEM (PKCS#8) of the anchor's key, P-256 or SM2")
        parser.add_argument("--new-key", action="store_true", help="make the key file too; it must not exist")
        parser.add_argument(
            "--suite", choices=("ES256", "SM2"), default="ES256", help="of the key that --new-key makes"
        )
        parser.add_argument("--list-version", type=_version, required=True)
        parser.add_argument("--days", type=_days, default=90)
        parser.add_argument("-o", "--output", type=Path, required=True)

    def handle(self, *args: Any, **options: Any) -> None:
        """This will write the list and print the anchor's fingerprint; a new key is written last, when all else is good."""
        key, output, version = options["key"], options["output"], options["list_version"]
        require_writable(output)
        _require_later(output, version)
        try:
            if options["new_key"]:
                _require_new(key)
            anchor = make_anchor_key(suite_name=options["suite"]) if options["new_key"] else key.read_bytes()
            document, fingerprint = sign_trust_list(
                anchor_pem=anchor,
                regions=[_entry(path) for path in options["entries"]],
                version=version,
                lifetime=timedelta(days=options["days"]),
                at=timezone.now(),
            )
            if options["new_key"]:
                _write_key(key, anchor)
            output.write_bytes(document)
        except TrustListError as refused:
            raise CommandError(str(refused)) from refused
        except OSError as error:
            raise CommandError("the key's file cannot be read, or a file not written") from error
        self.stdout.write(fingerprint)


def _entry(path: Path) -> Any:
    try:
        entry = json.loads(path.read_text("utf-8"))
    except (OSError, ValueError, RecursionError) as error:
        raise CommandError(f"{path}: the entry cannot be read as JSON") from error
    if not isinstance(entry, dict):
        raise CommandError(f"{path}: the entry is no JSON object")
    return entry


def _require_later(output: Path, version: int) -> None:
    """Who takes a list of the same version for the one before cannot tell them apart, and an older one is refused."""
    if not output.exists():
        return
    try:
        token = json.loads(output.read_bytes())["trust_list"]
        standing = json.loads(b64url_decode_strict(token.split(".")[1]))["version"]
        later = version > standing
    except (OSError, ValueError, LookupError, TypeError, AttributeError, CertificatesError) as error:
        raise CommandError("the output exists and is no trust list: it is not overwritten") from error
    if not later:
        raise CommandError("the output holds a list of this version or a higher one: raise --list-version")


def _require_new(path: Path) -> None:
    if path.exists():
        raise CommandError("the key file exists already")
    require_writable(path)


def _write_key(path: Path, pem: bytes) -> None:
    path.touch(OWNER_ONLY, exist_ok=False)
    path.write_bytes(pem)


def _version(text: str) -> int:
    return _within(text, most=2**31 - 1)


def _days(text: str) -> int:
    return _within(text, most=MAX_LIFETIME.days)


def _within(text: str, *, most: int) -> int:
    if not (text.isascii() and text.isdigit() and len(text) <= len(str(most)) and 1 <= int(text) <= most):
        raise ArgumentTypeError(f"a whole number from 1 to {most} is needed")
    return int(text)
