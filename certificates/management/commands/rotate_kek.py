"""Give the node another key-encryption key while it works; cut off, run it again."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from certificates.core.errors import CertificatesError
from certificates.services.rotate_kek import rotate_kek


class Command(BaseCommand):
    """`manage.py rotate_kek`."""

    help = __doc__

    def handle(self, *args: Any, **options: Any) -> None:
        """This will rotate, and say what older copies of the folder need."""
        try:
            rotated = rotate_kek()
        except CertificatesError as refused:
            raise CommandError(f"{refused.code}: {refused.message}") from refused
        self.stdout.write(f"version {rotated.version}, {rotated.files} key files wrapped anew")
        if rotated.dropped:
            gone = ", ".join(str(version) for version in rotated.dropped)
            self.stdout.write(f"dropped version {gone}: copies of keys/ and vault/ made before need the old kek file")
