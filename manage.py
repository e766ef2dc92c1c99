#!/usr/bin/env python
"""Entry point of every node command; see README.md for the commands people type."""

import os
import sys

from django.core.management import execute_from_command_line

from config.missing_node import told_in_one_line

if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings.base")
    with told_in_one_line(command=sys.argv[1] if len(sys.argv) > 1 else ""):
        execute_from_command_line(sys.argv)
