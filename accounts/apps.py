"""Who: agencies, officers, holders, API clients, regions, roles, sign-in."""

from django.apps import AppConfig


class AccountsConfig(AppConfig):
    """The app at the bottom of the stack: it knows nothing of licences."""

    name = "accounts"
    verbose_name = "Accounts 账户"
