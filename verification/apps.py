"""Who looked and what they were told: verdict, recognition, policies, log, receipts."""

from importlib import import_module

from django.apps import AppConfig
from django.db.models.signals import post_migrate


class VerificationConfig(AppConfig):
    """The app of look-ups and of the log; it puts the append-only triggers back after every migrate."""

    name = "verification"
    verbose_name = "Verification 核验"

    def ready(self) -> None:
        """This will hook the triggers to every migrate (a later AlterField on SQLite drops them in silence), and the checks."""
        from verification import triggers

        import_module("verification.checks")  # importing registers them
        post_migrate.connect(triggers.install_after_migrate, sender=self, dispatch_uid="huzheng.triggers")
