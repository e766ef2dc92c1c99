"""Run `manage.py` with every socket refused: `python -m demo.without_network verify FILE ...`. An audit hook cannot be taken off again."""

import os
import sys

from django.core.management import execute_from_command_line


class NetworkUsedError(RuntimeError):
    """Something reached for the network."""


def _refuse(event: str, arguments: tuple[object, ...]) -> None:
    if event in {"socket.connect", "socket.bind", "socket.getaddrinfo", "socket.gethostbyname", "socket.sendto"}:
        raise NetworkUsedError(event)


if __name__ == "__main__":
    sys.addaudithook(_refuse)
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings.base")
    execute_from_command_line(["manage.py", *sys.argv[1:]])
