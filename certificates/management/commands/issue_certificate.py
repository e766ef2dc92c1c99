"""Issue one licence from a JSON file, as an issuing officer: the body is that of `POST /api/v1/certificates`."""

import json
from datetime import date
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from accounts.core.errors import AccountsError
from accounts.services.officer_caller import officer_caller
from certificates.core.errors import CertificatesError
from certificates.core.issue_request import IssueRequest
from certificates.services.issue_certificate import issue_certificate


class Command(BaseCommand):
    """`manage.py issue_certificate licence.json --officer zj.issue --idempotency-key KEY`."""

    help = __doc__

    def add_arguments(self, parser: CommandParser) -> None:
        """This will take the file, the officer's account and the key of this request."""
        parser.add_argument("file", type=Path)
        parser.add_argument("--officer", required=True, help="username of an issuing officer")
        parser.add_argument(
            "--idempotency-key", required=True, help="8 to 80 characters; the same again issues nothing"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """This will issue and print the licence's id and identifier; refusals are told by code and sentence."""
        request = _request(options["file"])
        try:
            answer = issue_certificate(
                caller=officer_caller(username=options["officer"]),
                request=request,
                idempotency_key=options["idempotency_key"],
                at=timezone.now(),
            )
        except (AccountsError, CertificatesError) as refused:
            raise CommandError(f"{refused.code}: {refused.message}") from refused
        self.stdout.write(f"{answer.id} {answer.identifier}")


def _request(path: Path) -> IssueRequest:
    try:
        body = json.loads(path.read_text("utf-8"))
        until = body.get("valid_until")
        return IssueRequest(
            type_code=body["type_code"],
            values=body["values"],
            valid_from=date.fromisoformat(body["valid_from"]),
            valid_until=date.fromisoformat(until) if until else None,
        )
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as unreadable:
        raise CommandError("the file is not the JSON body of an issue") from unreadable
