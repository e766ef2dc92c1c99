"""Everything a node learns from its environment, read once and typed.

A node is one folder (`HUZHENG_VAR`) and a few variables; whoever controls a setting marked *trust* controls what the node believes.
"""

from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

import environ

BASE_DIR = Path(__file__).resolve().parent.parent

_env = environ.Env()


@dataclass(frozen=True, slots=True, kw_only=True)
class NodeEnvironment:
    """The settings of one node; times are seconds."""

    var: Path
    region: str
    node_url: str
    secret_key_file: Path
    kek_file: Path  # trust: whoever reads it and `var/keys` can sign as this node and read every sealed value
    trust_list_file: Path
    anchor_fingerprint: str  # trust: whoever sets it decides which national anchor is believed
    status_ttl: int
    presentation_seconds: int
    publish_seconds: float
    cosign_seconds: float
    log_stall_seconds: int
    peer_timeout_seconds: float
    allowed_hosts: tuple[str, ...]
    behind_tls_proxy: bool


def read_environment() -> NodeEnvironment:
    """This will read the node's settings from the environment, with defaults for a development node under `var/node`."""
    var = Path(_env.str("HUZHENG_VAR", default=str(BASE_DIR / "var" / "node"))).resolve()
    fingerprint_file = var / "anchor_fingerprint"
    node_url = _env.str("HUZHENG_NODE_URL", default="http://127.0.0.1:8033").rstrip("/")
    pinned = fingerprint_file.read_text("ascii").strip() if fingerprint_file.exists() else ""
    return NodeEnvironment(
        var=var,
        region=_env.str("HUZHENG_REGION", default="330000"),
        node_url=node_url,
        secret_key_file=Path(_env.str("HUZHENG_SECRET_KEY_FILE", default=str(var / "secret_key"))),
        kek_file=Path(_env.str("HUZHENG_KEK_FILE", default=str(var / "kek"))),
        trust_list_file=Path(_env.str("HUZHENG_TRUST_LIST", default=str(var / "trust_list.json"))),
        anchor_fingerprint=_env.str("HUZHENG_ANCHOR_FINGERPRINT", default=pinned),
        status_ttl=_env.int("HUZHENG_STATUS_TTL", default=60),
        presentation_seconds=_env.int("HUZHENG_PRESENTATION_SECONDS", default=60),
        publish_seconds=_env.float("HUZHENG_PUBLISH_SECONDS", default=0.5),
        cosign_seconds=_env.float("HUZHENG_COSIGN_SECONDS", default=3.0),
        log_stall_seconds=_env.int("HUZHENG_LOG_STALL_SECONDS", default=300),
        peer_timeout_seconds=_env.float("HUZHENG_PEER_TIMEOUT", default=4.0),
        allowed_hosts=tuple(
            _env.list("HUZHENG_ALLOWED_HOSTS", default=["127.0.0.1", "localhost", urlsplit(node_url).hostname])
        ),
        behind_tls_proxy=_env.bool("HUZHENG_BEHIND_TLS_PROXY", default=False),
    )
