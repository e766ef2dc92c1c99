"""Everything a node learns from its environment, read once and typed.

A node is one folder (`HUZHENG_VAR`) and a few variables; whoever controls a setting marked *trust* controls what the node believes.
"""

import os
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

import environ
from django.core.exceptions import ImproperlyConfigured

from accounts.core.regions import REGIONS
from config.env_values import address, addresses, flag, one_of, seconds, some_of, whole

BASE_DIR = Path(__file__).resolve().parent.parent

_env = environ.Env()

PROFILES = ("international", "guomi")
KEY_BACKENDS = ("software", "pkcs11")
SUITES = ("ES256", "SM2", "Ed25519")


@dataclass(frozen=True, slots=True, kw_only=True)
class TimestampAuthority:
    """Whom a node asks for RFC 3161 timestamps, and whom it believes about them."""

    url: str
    ca_files: tuple[Path, ...]  # trust: whoever replaces them can date documents as they please
    crl_urls: tuple[str, ...]  # where the lists of revoked certificates of its CAs are
    timeout_seconds: float
    clock_tolerance_seconds: float
    renew_days: int  # archive timestamps are renewed so long before their certificate ends


@dataclass(frozen=True, slots=True, kw_only=True)
class NodeEnvironment:
    """The settings of one node; times are seconds."""

    var: Path
    region: str
    profile: str  # "international" or "guomi": fixed when the node is made
    node_url: str
    secret_key_file: Path
    kek_file: Path  # trust: whoever reads it and `var/keys` can sign as this node and read every sealed value
    kek_text: str = field(repr=False)  # trust: the same as the file's content, where the environment holds it instead
    key_backend: str  # where new keys are made: "software" (files under the KEK) or "pkcs11"
    software_suites: tuple[str, ...]  # suites that stay in software beside an HSM that cannot do them
    pkcs11_module: str  # trust: this library makes every signature of an HSM node
    pkcs11_token: str
    pkcs11_pin_file: Path  # trust: whoever reads it and reaches the HSM can sign as this node
    pkcs11_timeout_seconds: float
    issue_key_rate: int  # signatures a minute under one key of an agency, 0: no ceiling
    node_key_rate: int  # the same under one key of the node itself
    tsa: TimestampAuthority | None  # none: documents are signed without a timestamp, PAdES B-B
    trust_list_file: Path
    anchor_fingerprint: str  # trust: whoever sets it decides which national anchor is believed
    status_ttl: int
    as_of_days: int  # how far back a look may ask how things stood, whatever a matter allows
    mass_revoke_threshold: int  # so many revocations and suspensions of one agency in an hour take two administrators
    mass_revoke_delay: int  # between asking for a mass revocation and deciding on it
    presentation_seconds: int
    files: str  # an S3-compatible store for sealed files; empty: a folder of `var`
    render_processes: int  # that make documents
    redelivery_seconds: int  # until a broker gives an unanswered message to another worker
    copy_days: int  # most days that a purpose copy is good for; a licence type may say less
    publish_seconds: float
    cosign_seconds: float
    log_stall_seconds: int
    peer_timeout_seconds: float
    calls_per_caller: int  # a minute
    calls_per_address: int  # a minute
    allowed_hosts: tuple[str, ...]
    behind_tls_proxy: bool


def read_environment() -> NodeEnvironment:
    """This will read the node's settings from the environment, with defaults for a development node under `var/node`.

    Raises ImproperlyConfigured: the variable and what is allowed, never the value.
    """
    var = Path(_env.str("HUZHENG_VAR", default=str(BASE_DIR / "var" / "node"))).resolve()
    fingerprint_file = var / "anchor_fingerprint"
    node_url = _env.str("HUZHENG_NODE_URL", default="http://127.0.0.1:8033").rstrip("/")
    pinned = fingerprint_file.read_text("ascii").strip() if fingerprint_file.exists() else ""
    return NodeEnvironment(
        var=var,
        region=one_of("HUZHENG_REGION", REGIONS, default="330000"),
        profile=one_of("HUZHENG_CRYPTO_PROFILE", PROFILES, default="international"),
        node_url=node_url,
        secret_key_file=Path(_env.str("HUZHENG_SECRET_KEY_FILE", default=str(var / "secret_key"))),
        kek_file=Path(_env.str("HUZHENG_KEK_FILE", default=str(var / "kek"))),
        kek_text=_env.str("HUZHENG_KEK", default=""),
        key_backend=one_of("HUZHENG_KEY_BACKEND", KEY_BACKENDS, default="software"),
        software_suites=some_of("HUZHENG_SOFTWARE_SUITES", SUITES),
        pkcs11_module=_env.str("HUZHENG_PKCS11_MODULE", default=""),
        pkcs11_token=_env.str("HUZHENG_PKCS11_TOKEN", default=""),
        pkcs11_pin_file=Path(_env.str("HUZHENG_PKCS11_PIN_FILE", default=str(var / "pkcs11_pin"))),
        pkcs11_timeout_seconds=seconds("HUZHENG_PKCS11_TIMEOUT", default=5.0),
        # Ten times what a busy province issues: a thief who reaches the handle is slowed, an office is not.
        issue_key_rate=whole("HUZHENG_ISSUE_KEY_RATE", default=30_000, least=0),
        node_key_rate=whole("HUZHENG_NODE_KEY_RATE", default=300_000, least=0),
        tsa=_timestamp_authority(),
        trust_list_file=Path(_env.str("HUZHENG_TRUST_LIST", default=str(var / "trust_list.json"))),
        anchor_fingerprint=_env.str("HUZHENG_ANCHOR_FINGERPRINT", default=pinned),
        status_ttl=whole("HUZHENG_STATUS_TTL", default=60),
        as_of_days=whole("HUZHENG_AS_OF_DAYS", default=1830, least=0),
        mass_revoke_threshold=whole("HUZHENG_MASS_REVOKE_THRESHOLD", default=50),
        mass_revoke_delay=whole("HUZHENG_MASS_REVOKE_DELAY", default=300, least=0),
        copy_days=whole("HUZHENG_COPY_DAYS", default=30),
        presentation_seconds=whole("HUZHENG_PRESENTATION_SECONDS", default=60),
        files=_env.str("HUZHENG_FILES", default=""),
        render_processes=whole("HUZHENG_RENDER_PROCESSES", default=min(2, os.cpu_count() or 1)),
        redelivery_seconds=whole("HUZHENG_REDELIVERY_SECONDS", default=300),
        publish_seconds=seconds("HUZHENG_PUBLISH_SECONDS", default=0.5),
        cosign_seconds=seconds("HUZHENG_COSIGN_SECONDS", default=3.0),
        log_stall_seconds=whole("HUZHENG_LOG_STALL_SECONDS", default=300),
        peer_timeout_seconds=seconds("HUZHENG_PEER_TIMEOUT", default=4.0),
        calls_per_caller=whole("HUZHENG_CALLS_PER_CALLER", default=1200),
        calls_per_address=whole("HUZHENG_CALLS_PER_ADDRESS", default=6000),
        allowed_hosts=tuple(
            _env.list("HUZHENG_ALLOWED_HOSTS", default=["127.0.0.1", "localhost", urlsplit(node_url).hostname])
        ),
        behind_tls_proxy=flag("HUZHENG_BEHIND_TLS_PROXY", default=False),
    )


def _timestamp_authority() -> TimestampAuthority | None:
    url = address("HUZHENG_TSA_URL")
    if not url:
        return None
    ca_files = tuple(Path(name) for name in _env.list("HUZHENG_TSA_CA", default=[]))
    crl_urls = addresses("HUZHENG_TSA_CRL_URL")
    if not ca_files or not crl_urls:
        raise ImproperlyConfigured("HUZHENG_TSA_CA and HUZHENG_TSA_CRL_URL must be set where HUZHENG_TSA_URL is")
    return TimestampAuthority(
        url=url,
        ca_files=ca_files,
        crl_urls=crl_urls,
        timeout_seconds=seconds("HUZHENG_TSA_TIMEOUT", default=5.0),
        clock_tolerance_seconds=seconds("HUZHENG_TSA_CLOCK_TOLERANCE", default=60.0),
        renew_days=whole("HUZHENG_TSA_RENEW_DAYS", default=90),
    )
