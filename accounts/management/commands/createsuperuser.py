"""Django's own way to a first administrator, closed: accounts here have a role, and no name or mail address."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError


class Command(BaseCommand):
    """`manage.py createsuperuser` only says where to go."""

    help = __doc__

    def handle(self, *args: Any, **options: Any) -> None:
        """This will refuse."""
        raise CommandError("use: manage.py create_user NAME --role node_admin")
