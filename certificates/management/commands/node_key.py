"""Replace and end the node's own keys and the region's CAs; none is ever removed from the list."""

from pathlib import Path
from typing import Any, Final

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from accounts.management.arguments import add_key_id, moment
from certificates.core.pem_files import certificates_in
from certificates.management.key_arguments import lines, told_refusals
from certificates.queries.key_register import node_keys
from certificates.services.add_licensed_ca import add_licensed_ca
from certificates.services.import_revocation_list import import_revocation_list
from certificates.services.mark_key_compromised import mark_key_compromised
from certificates.services.prepare_node_key import prepare_node_key
from certificates.services.prepare_region_ca import prepare_region_ca
from certificates.services.rotate_node_key import rotate_node_key
from certificates.services.rotate_region_ca import rotate_region_ca

_PENDING: Final = "pending"
_ROTATIONS: Final = frozenset({"rotate", "rotate-ca"})
_NOT_PREPARED: Final = (
    "this key was not prepared: until a trust list that names it is loaded there (describe_node, sign_trust_list, load_trust_list), "
    "other nodes refuse what it signs"
)


class Command(BaseCommand):
    """`manage.py node_key prepare|rotate PURPOSE`, `prepare-ca|rotate-ca SUITE`, `add-ca FILE`, `add-crl FILE`, `compromise KID`, `list`.

    Peers know these keys by the trust list: prepare, describe_node, have the list signed and loaded, then rotate.
    """

    help = __doc__

    def add_arguments(self, parser: CommandParser) -> None:
        """This will take what to do, and which key it concerns."""
        act = parser.add_subparsers(dest="act", required=True)
        for name, subject in (("prepare", "purpose"), ("prepare-ca", "suite")):
            prepare = act.add_parser(name, help="a pending one, for describe_node to list")
            prepare.add_argument(subject)
            prepare.add_argument("--from", type=moment, dest="from_at", help="when it begins; default: now")
        for name, subject in (("rotate", "purpose"), ("rotate-ca", "suite")):
            rotate = act.add_parser(name, help="retire the active one; the pending one, or a new one, is active")
            rotate.add_argument(subject)
            rotate.add_argument("--compromised", action="store_true", help="the old one was stolen just now")
        added = act.add_parser("add-ca", help="a licensed CA that certifies agencies of this region")
        added.add_argument("certificate", type=Path, help="PEM or DER")
        listed = act.add_parser(
            "add-crl", help="the newest list of revoked certificates of such a CA; add each new one"
        )
        listed.add_argument("file", type=Path, help="DER")
        compromise = act.add_parser("compromise", help="others may hold the key since a time")
        add_key_id(compromise)
        compromise.add_argument("--since", type=moment, help="default: now")
        act.add_parser("list", help="all keys and CAs with their states and times")

    def handle(self, *args: Any, **options: Any) -> None:
        """This will do it and print the key's id, or the list."""
        at = timezone.now()
        with told_refusals():
            if options["act"] == "list":
                self.stdout.write("\n".join(lines(node_keys())))
                return
            if options["act"] == "compromise":
                mark_key_compromised(kid=options["kid"], since=options["since"] or at, at=at)
                self.stdout.write(options["kid"])
                return
            kids = {
                "prepare": lambda: prepare_node_key(
                    purpose=options["purpose"], from_at=options["from_at"] or at, at=at
                ),
                "rotate": lambda: rotate_node_key(
                    purpose=options["purpose"], at=at, compromised=options["compromised"]
                ),
                "prepare-ca": lambda: prepare_region_ca(
                    suite=options["suite"], from_at=options["from_at"] or at, at=at
                ),
                "rotate-ca": lambda: rotate_region_ca(
                    suite=options["suite"], at=at, compromised=options["compromised"]
                ),
                "add-crl": lambda: import_revocation_list(der=_bytes(options["file"]), at=at),
                "add-ca": lambda: add_licensed_ca(certificate=_certificate(options["certificate"]), at=at),
            }
            prepared = {key.kid for key in node_keys() if key.state == _PENDING}
            kid = kids[options["act"]]()
            self.stdout.write(kid)
            if options["act"] in _ROTATIONS and kid not in prepared:
                self.stderr.write(_NOT_PREPARED)


def _certificate(path: Path) -> bytes:
    found = certificates_in(_bytes(path))
    if len(found) != 1:
        raise CommandError("the file must hold one certificate")
    return found[0]


def _bytes(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise CommandError("the file cannot be read") from error
