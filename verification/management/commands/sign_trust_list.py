"""Sign the regions' entries into a trust list with the anchor's key; run it offline."""

import json
from datetime import timedelta
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from verification.core.errors import TrustListError
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
        parser.add_argument("--new-key", action="store_true", help="make the key file first; it must not exist")
        parser.add_argument(
            "--suite", choices=("ES256", "SM2"), default="ES256", help="of the key that --new-key makes"
        )
        parser.add_argument("--list-version", type=int, required=True)
        parser.add_argument("--days", type=int, default=90)
        parser.add_argument("-o", "--output", type=Path, required=True)

    def handle(self, *args: Any, **options: Any) -> None:
        """This will write the list and print the anchor's fingerprint."""
        if options["new_key"]:
            _make_key(options["key"], options["suite"])
        try:
            document, fingerprint = sign_trust_list(
                anchor_pem=options["key"].read_bytes(),
                regions=[json.loads(path.read_text("utf-8")) for path in options["entries"]],
                version=options["list_version"],
                lifetime=timedelta(days=options["days"]),
                at=timezone.now(),
            )
        except (TrustListError, OSError, json.JSONDecodeError) as refused:
            raise CommandError(str(refused)) from refused
        options["output"].write_bytes(document)
        self.stdout.write(fingerprint)


def _make_key(path: Path, suite_name: str) -> None:
    if path.exists():
        raise CommandError("the key file exists already")
    path.touch(OWNER_ONLY)
    path.write_bytes(make_anchor_key(suite_name=suite_name))
