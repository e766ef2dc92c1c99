"""Who may do what: one closed table. Which licence, field or agency it may be done to is policy, decided elsewhere."""

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType
from typing import Protocol

from accounts.core.errors import NotPermitted


class Role(StrEnum):
    """This will name what a caller is. AGENCY_SYSTEM is a body's own software, all others are people."""

    HOLDER = "holder"
    ISSUING_OFFICER = "issuing_officer"
    COUNTER_OFFICER = "counter_officer"
    AGENCY_ADMIN = "agency_admin"
    NODE_ADMIN = "node_admin"
    AUDITOR = "auditor"
    AGENCY_SYSTEM = "agency_system"


class Action(StrEnum):
    """This will name what can be asked for. REVOKE covers suspend and reinstate; to correct takes ISSUE and REVOKE.

    MASS_REVOKE is asking for, and deciding on, the revocation of many licences at once: it always takes two people.
    """

    ISSUE = "issue"
    REVOKE = "revoke"
    MASS_REVOKE = "mass_revoke"
    VERIFY = "verify"
    PRESENT = "present"
    SEE_OWN = "see_own"
    MANAGE_AGENCY = "manage_agency"
    MANAGE_NODE = "manage_node"
    AUDIT = "audit"
    READ_METADATA = "read_metadata"


class Scope(StrEnum):
    """This will name what a system's token can be good for (RFC 6749 section 3.3); each address of the API says which it needs."""

    CERTIFICATES_ISSUE = "certificates:issue"
    CERTIFICATES_MANAGE = "certificates:manage"
    CERTIFICATES_READ = "certificates:read"
    VERIFICATIONS_WRITE = "verifications:write"
    LOOKUPS_READ = "lookups:read"


SCOPE_OF: Mapping[Action, Scope] = MappingProxyType(
    {
        Action.ISSUE: Scope.CERTIFICATES_ISSUE,
        Action.REVOKE: Scope.CERTIFICATES_MANAGE,
        Action.READ_METADATA: Scope.CERTIFICATES_READ,
        Action.VERIFY: Scope.VERIFICATIONS_WRITE,
    }
)

# Nobody who runs a node or audits it can look at a licence: neither VERIFY nor SEE_OWN is in their rows.
PERMITTED: Mapping[Role, frozenset[Action]] = MappingProxyType(
    {
        Role.HOLDER: frozenset({Action.PRESENT, Action.SEE_OWN}),
        Role.ISSUING_OFFICER: frozenset({Action.ISSUE, Action.REVOKE, Action.READ_METADATA}),
        Role.COUNTER_OFFICER: frozenset({Action.VERIFY, Action.READ_METADATA}),
        Role.AGENCY_ADMIN: frozenset({Action.MANAGE_AGENCY, Action.MASS_REVOKE, Action.READ_METADATA}),
        Role.NODE_ADMIN: frozenset({Action.MANAGE_NODE, Action.MASS_REVOKE}),
        Role.AUDITOR: frozenset({Action.AUDIT}),
        Role.AGENCY_SYSTEM: frozenset({Action.ISSUE, Action.REVOKE, Action.VERIFY, Action.READ_METADATA}),
    }
)

# Where two of them must agree, one who could open the other's account would agree with nobody: these are opened on the machine itself.
OPENED_ON_MACHINE = frozenset(role for role in Role if PERMITTED[role] & {Action.MASS_REVOKE, Action.MANAGE_NODE})


class Acting(Protocol):
    """This will be anyone a permission can be asked of: `accounts.core.caller.Caller` is one."""

    @property
    def kind(self) -> Role: ...

    @property
    def scopes(self) -> frozenset[str]: ...


def may(caller: Acting, action: Action) -> bool:
    """This will say whether the caller's role, and a system's granted scopes, allow the action."""
    if action not in PERMITTED[caller.kind]:
        return False
    return caller.kind is not Role.AGENCY_SYSTEM or SCOPE_OF[action].value in caller.scopes


def require(caller: Acting, action: Action) -> None:
    """This will let the action pass or raise NotPermitted: `scope.missing` where only the system's scope is lacking, else `permission.denied`."""
    if may(caller, action):
        return
    if action in PERMITTED[caller.kind]:
        raise scope_missing()
    raise NotPermitted


def scope_missing() -> NotPermitted:
    """This will say that a system's token is not good for what it asks."""
    return NotPermitted("scope.missing", "the token is not good for this")
