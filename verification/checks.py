"""What must hold before a node runs: the log's triggers stand, trust lasts, and no setting undoes a promise."""

from collections.abc import Iterable, Sequence
from typing import Any

from django.apps.config import AppConfig
from django.conf import settings
from django.core.checks import CheckMessage, Error, Tags, register
from django.core.checks import Warning as Caution
from django.db import DEFAULT_DB_ALIAS, connection, connections
from django.utils import timezone

from certificates.core.errors import CertificatesError, TimestampError
from certificates.services.own_timestamp_cas import own_timestamp_cas
from certificates.services.require_same_node import require_same_node
from verification.core.errors import TrustListError
from verification.core.node_url import check_node_url
from verification.core.trust_list import days_left, expires_soon
from verification.queries.current_trust_list import current_trust_list
from verification.triggers import APPEND_ONLY, missing_triggers

_OTHERS = 0o077
_NODE_KEYS = "certificates_nodekey"
_TRUST_LISTS = "verification_loadedtrustlist"


@register(Tags.database)
def append_only_triggers_stand(
    app_configs: Sequence[AppConfig] | None, databases: Iterable[str] | None = None, **kwargs: Any
) -> list[CheckMessage]:
    """This will report every append-only trigger that is absent or altered, once the log's tables exist."""
    messages: list[CheckMessage] = []
    for using in databases or ():
        if set(APPEND_ONLY) <= set(connections[using].introspection.table_names()):
            messages += [
                Error(
                    f"append-only trigger {name} is absent or altered",
                    hint="run migrate, then audit_log",
                    id="huzheng.E001",
                )
                for name in missing_triggers(using=using)
            ]
    return messages


@register(Tags.database)
def trust_list_lasts(
    app_configs: Sequence[AppConfig] | None, databases: Iterable[str] | None = None, **kwargs: Any
) -> list[CheckMessage]:
    """This will warn of a trust list with 30 days or fewer left, and of none in force.

    A warning, never an error: a node whose list has ended must still start, to load the next one and to serve its log.
    """
    if DEFAULT_DB_ALIAS not in (databases or ()) or _TRUST_LISTS not in connection.introspection.table_names():
        return []
    at, hint = timezone.now(), "load a newer one with load_trust_list"
    try:
        trust_list = current_trust_list(at=at)
    except TrustListError as refused:
        return [Caution(f"no trust list is in force ({refused.code})", hint=hint, id="huzheng.W004")]
    if not expires_soon(trust_list, at=at):
        return []
    left = days_left(trust_list, at=at)
    return [Caution(f"the trust list expires in {left} days; all trust ends with it", hint=hint, id="huzheng.W003")]


@register(Tags.database)
def timestamp_authority_is_listed(
    app_configs: Sequence[AppConfig] | None, databases: Iterable[str] | None = None, **kwargs: Any
) -> list[CheckMessage]:
    """This will warn where the trust list in force does not name the timestamp authority of the node's settings."""
    if DEFAULT_DB_ALIAS not in (databases or ()) or _TRUST_LISTS not in connection.introspection.table_names():
        return []
    at = timezone.now()
    try:
        own = own_timestamp_cas()
        listed = (
            {one.der for one in current_trust_list(at=at).timestamp_authorities if one.in_force(at)} if own else set()
        )
    except TimestampError as refused:
        return [Error(str(refused), id="huzheng.E006")]
    except TrustListError:
        return []  # told by `trust_list_lasts`
    if set(own) <= listed:
        return []
    text = "the trust list does not name this node's timestamp authority: nobody can rely on its documents' times"
    return [Caution(text, hint="send the anchor a new describe_node", id="huzheng.W005")]


@register(Tags.database)
def crypto_profile_is_kept(
    app_configs: Sequence[AppConfig] | None, databases: Iterable[str] | None = None, **kwargs: Any
) -> list[CheckMessage]:
    """This will report settings that name another crypto profile than the node's keys are of, or another region than its CA."""
    if DEFAULT_DB_ALIAS not in (databases or ()) or _NODE_KEYS not in connection.introspection.table_names():
        return []
    try:
        require_same_node()
    except CertificatesError as refused:
        return [
            Error(f"HUZHENG_CRYPTO_PROFILE or HUZHENG_REGION is not this node's ({refused.code})", id="huzheng.E005")
        ]
    return []


@register(Tags.security)
def settings_are_safe(app_configs: Sequence[AppConfig] | None, **kwargs: Any) -> list[CheckMessage]:
    """This will report settings under which a node would speak in the clear, trust nobody, leak its keys or lose entries."""
    node = settings.NODE
    messages: list[CheckMessage] = []
    try:
        check_node_url(node.node_url)
    except TrustListError:
        messages.append(Error("HUZHENG_NODE_URL is neither https nor loopback http", id="huzheng.E002"))
    if settings.DEBUG and not node.node_url.startswith("http://127.0.0.1"):
        messages.append(Error("DEBUG is on for a node that others can reach", id="huzheng.E003"))
    messages += [
        Error(f"{path.name} can be read by other users of this machine", hint="chmod 600", id="huzheng.E004")
        for path in (node.kek_file, node.secret_key_file, node.pkcs11_pin_file)
        if path.exists() and path.stat().st_mode & _OTHERS
    ]
    if not node.anchor_fingerprint:
        messages.append(Caution("no anchor fingerprint is set: the node trusts no other region", id="huzheng.W001"))
    if connection.vendor == "sqlite" and "synchronous=FULL" not in connection.settings_dict["OPTIONS"].get(
        "init_command", ""
    ):
        messages.append(Caution("SQLite may lose the last entries when the power fails", id="huzheng.W002"))
    return messages
