"""Import this first in a module that measures inside a node: it sets Django up for the node of the environment."""

import os

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings.base")
django.setup()
