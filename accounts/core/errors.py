"""The errors of identity, permission and sign-in: each carries a stable dotted code and never the value it refuses."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

# RFC 6749 section 5.2: the standard's own word for a refused request for a token; what stands nowhere is invalid_client.
_OAUTH_WORDS: Final[Mapping[str, str]] = MappingProxyType(
    {
        "oauth.form": "invalid_request",
        "oauth.grant_type": "unsupported_grant_type",
        "oauth.assertion_type": "invalid_request",
        "oauth.scope": "invalid_scope",
    }
)


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


class TokenRefused(AccountsError):  # noqa: N818 - reads as the sentence it is
    """This will refuse a request for a token (codes `oauth.*`)."""

    @property
    def oauth_word(self) -> str:
        """This will be the standard's `error` (RFC 6749 section 5.2)."""
        return _OAUTH_WORDS.get(self.code, "invalid_client")


class OperatorError(AccountsError):
    """This will refuse a call of a system that does not say who acts (codes `operator.*`)."""


class RateLimited(AccountsError):  # noqa: N818 - reads as the sentence it is
    """This will refuse a call beyond what one caller or one address may send (codes `rate.*`)."""

    def __init__(self, code: str, message: str, *, retry_after: int) -> None:
        super().__init__(code, message)
        self.retry_after = retry_after  # whole seconds
