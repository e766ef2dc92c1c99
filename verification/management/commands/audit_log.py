"""Recompute the log from raw rows and name the first bad entry. Exit status 0: clean, 1: something was found."""

import sys
from typing import Any

from django.core.management.base import BaseCommand
from django.utils import timezone

from verification.services.audit_log import audit_log


class Command(BaseCommand):
    """`manage.py audit_log`: the check of the whole log."""

    help = __doc__

    def handle(self, *args: Any, **options: Any) -> None:
        """This will print every finding, then one line of totals."""
        report = audit_log(at=timezone.now())
        for finding in report.findings:
            place = "" if finding.index is None else f" at leaf {finding.index}"
            self.stdout.write(f"{finding.code}{place}: {finding.text}")
        totals = f"{report.size} leaves, {report.checkpoints} heads, {report.cosignatures} cosignatures verified"
        if report.clean:
            self.stdout.write(f"clean: {totals}")
            return
        first = report.first_bad
        named = "" if first is None or first.index is None else f", the first bad entry is {first.index}"
        self.stdout.write(f"NOT clean: {totals}{named}")
        sys.exit(1)
