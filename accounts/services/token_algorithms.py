"""Which algorithms an assertion may be signed with."""

from accounts.adapters.client_signature import client_suites


def token_algorithms() -> tuple[str, ...]:
    """This will name the JOSE algorithms of all suites; which one a client uses is decided by its registered key."""
    return tuple(sorted(suite.jose_alg for suite in client_suites().values()))
