"""Make, certify, replace and end agencies' issue keys; none is ever removed from the list."""

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from accounts.management.arguments import add_key_id, moment, require_writable
from certificates.core.pem_files import certificates_in, request_pem
from certificates.management.key_arguments import lines, told_refusals
from certificates.queries.key_register import issuer_keys
from certificates.services.create_issuer_key import create_issuer_key
from certificates.services.import_issuer_certificate import import_issuer_certificate
from certificates.services.mark_key_compromised import mark_key_compromised
from certificates.services.request_issuer_certificate import request_issuer_certificate
from certificates.services.rotate_issuer_key import rotate_issuer_key

_USES = ("credential", "document")


class Command(BaseCommand):
    """`manage.py issuer_key create|rotate|compromise|csr|import|list ...`."""

    help = __doc__

    def add_arguments(self, parser: CommandParser) -> None:
        """This will take what to do, and whom it concerns."""
        act = parser.add_subparsers(dest="act", required=True)
        create = act.add_parser("create", help="the first keys of an agency, certified by the region's own CA")
        create.add_argument("uscc")
        create.add_argument("--type", action="append", required=True, dest="types", help="code of a licence type")
        rotate = act.add_parser("rotate", help="retire the active key and make a new one for the same types")
        rotate.add_argument("uscc")
        rotate.add_argument("--use", choices=_USES, default="credential")
        rotate.add_argument("--compromised", action="store_true", help="the old key was stolen just now")
        compromise = act.add_parser("compromise", help="others may hold the key since a time")
        add_key_id(compromise)
        compromise.add_argument("--since", type=moment, help="default: now")
        csr = act.add_parser("csr", help="a pending key, and the request for a licensed CA")
        csr.add_argument("uscc")
        csr.add_argument("--use", choices=_USES, default="credential")
        csr.add_argument("--type", action="append", default=[], dest="types", help="default: those of the active key")
        csr.add_argument("-o", "--output", type=Path, required=True)
        imported = act.add_parser("import", help="the certificate that the CA gave")
        add_key_id(imported)
        imported.add_argument("certificate", type=Path, help="PEM or DER, leaf first")
        imported.add_argument("--from", type=moment, dest="from_at", help="when the key begins; default: now")
        listed = act.add_parser("list", help="all keys with their states and times")
        listed.add_argument("uscc", nargs="?")

    def handle(self, *args: Any, **options: Any) -> None:
        """This will do it and print the key's id; peers see it with the next published bundle, within seconds."""
        with told_refusals():
            for line in getattr(self, f"_{options['act']}")(options):
                self.stdout.write(line)

    def _create(self, options: dict[str, Any]) -> list[str]:
        return [create_issuer_key(agency_uscc=options["uscc"], licence_types=options["types"], at=timezone.now())]

    def _rotate(self, options: dict[str, Any]) -> list[str]:
        rotated = rotate_issuer_key(
            agency_uscc=options["uscc"],
            use=options["use"],
            at=timezone.now(),
            compromised=options["compromised"],
        )
        return [rotated]

    def _compromise(self, options: dict[str, Any]) -> list[str]:
        at = timezone.now()
        mark_key_compromised(kid=options["kid"], since=options["since"] or at, at=at)
        return [options["kid"]]

    def _csr(self, options: dict[str, Any]) -> list[str]:
        require_writable(options["output"])
        request = request_issuer_certificate(
            agency_uscc=options["uscc"], use=options["use"], licence_types=options["types"]
        )
        options["output"].write_bytes(request_pem(request.csr))
        return [request.kid]

    def _import(self, options: dict[str, Any]) -> list[str]:
        at = timezone.now()
        try:
            chain = certificates_in(options["certificate"].read_bytes())
        except OSError as error:
            raise CommandError("the file of the certificate cannot be read") from error
        active = import_issuer_certificate(kid=options["kid"], chain=chain, from_at=options["from_at"] or at, at=at)
        return [f"{options['kid']} {'active' if active else 'pending'}"]

    def _list(self, options: dict[str, Any]) -> list[str]:
        return list(lines(issuer_keys(agency_uscc=options["uscc"])))
