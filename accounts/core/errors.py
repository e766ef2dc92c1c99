"""The errors of identity, permission and sign-in: each carries a stable dotted code and never the value it refuses."""


class AccountsError(Exception):
    """This will name, by its `code`, why something about a person, agency or caller was refused."""

    def __init__(self, code: str, message: str | None = None) -> None:
        super().__init__(code, message)
        self.code = code
        self.message = message or code

    def __str__(self) -> str:
        return self.message


class IdentityCodeError(AccountsError):
    """This will say which rule an identity code broke, without repeating the code."""


class NotPermitted(AccountsError):  # noqa: N818 - reads as the sentence it is
    """This will refuse an action that the caller's role, or a system's scopes, do not allow."""

    def __init__(self, code: str = "permission.denied", message: str | None = None) -> None:
        super().__init__(code, message or "the caller may not do this")


class AuthenticationFailed(AccountsError):  # noqa: N818 - reads as the sentence it is
    """This will refuse a caller whose identity could not be established (codes `auth.*`)."""


class RecordError(AccountsError):
    """This will refuse a new or changed record: `agency.*`, `user.*`, `api_client.*`, `membership.*`."""
