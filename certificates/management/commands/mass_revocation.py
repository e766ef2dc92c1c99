"""`manage.py mass_revocation USCC --type CODE`: what a mass revocation would revoke; with --ask it is asked for, and approved on the page."""

from datetime import date
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from accounts.core.errors import AccountsError, NotPermitted
from accounts.services.officer_caller import officer_caller
from certificates.core.act_reasons import MASS_REASONS
from certificates.core.errors import CertificatesError
from certificates.core.mass_revocation import MassSelection
from certificates.queries.mass_revocations import mass_plan
from certificates.services.ask_mass_revocation import ask_mass_revocation


class Command(BaseCommand):
    """Try a mass revocation out, or ask for it in an administrator's name. Nobody approves one here: that takes another person, signed in."""

    help = __doc__

    def add_arguments(self, parser: CommandParser) -> None:
        """This will take the choice, and with `--ask` the account, the reason and the count that the dry run told."""
        parser.add_argument("agency", help="USCC")
        parser.add_argument("--type", default="", help="licence type code")
        parser.add_argument("--from", type=date.fromisoformat, help="first day of issue, in China")
        parser.add_argument("--until", type=date.fromisoformat, help="last day of issue, in China")
        parser.add_argument("--key", default="", help="key id of the issue key")
        parser.add_argument("--reason", default="issued_in_error", choices=MASS_REASONS)
        parser.add_argument("--ask", metavar="USERNAME", help="ask for it in the name of this agency administrator")
        parser.add_argument("--count", type=int, help="with --ask: the count that the dry run told")

    def handle(self, *args: Any, **options: Any) -> None:
        """This will print the count of each type; with `--ask` commit the set and print its id."""
        selection = MassSelection(
            agency_uscc=options["agency"],
            type_code=options["type"],
            issued_from=options["from"],
            issued_until=options["until"],
            issuer_kid=options["key"],
        )
        if not selection.as_json():
            raise CommandError("choose at least one of --type, --from, --until and --key")
        if options["ask"] is not None and options["count"] is None:
            raise CommandError("--ask needs --count, as the dry run told it")
        try:
            self.stdout.write(_tried(selection, options) if options["ask"] is None else _asked(selection, options))
        except (AccountsError, NotPermitted, CertificatesError) as refused:
            raise CommandError(f"{refused.code}: {refused}") from refused


def _tried(selection: MassSelection, options: dict[str, Any]) -> str:
    plan = mass_plan(selection=selection, reason_code=options["reason"])
    return "\n".join([*(f"{code} {number}" for code, number in plan.by_type), f"total {plan.count}"])


def _asked(selection: MassSelection, options: dict[str, Any]) -> str:
    mass_id = ask_mass_revocation(
        caller=officer_caller(username=options["ask"]),
        selection=selection,
        reason_code=options["reason"],
        expected_count=options["count"],
        at=timezone.now(),
    )
    return str(mass_id)
