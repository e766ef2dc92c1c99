"""How rows and log name who acted."""

from accounts.core.caller import Caller


def actor_of(caller: Caller) -> str:
    """This will name a caller by role and id, never by a person's name."""
    return f"{caller.kind.value}:{caller.principal_id}"
