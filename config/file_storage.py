"""Where sealed files stand: a folder of the node, or a bucket of an S3-compatible store, as `HUZHENG_FILES` says."""

import re
from importlib.util import find_spec
from pathlib import Path
from typing import Any, Final
from urllib.parse import SplitResult, parse_qsl, urlsplit

from django.core.exceptions import ImproperlyConfigured

_BUCKET: Final = re.compile(r"[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]")
_PREFIX: Final = re.compile(r"[A-Za-z0-9_-]+(/[A-Za-z0-9_-]+)*")
_LOOPBACK: Final = frozenset({"127.0.0.1", "localhost", "::1"})
_CONNECT_SECONDS: Final = 4
_READ_SECONDS: Final = 15  # of silence; a document is tried again by the sweep
_TRIES: Final = 2


def file_storage(text: str, *, folder: Path) -> dict[str, Any]:
    """This will give Django's storage for `text`: empty for files in `folder`, or `s3://bucket/prefix?endpoint=https://...&region=...`.

    Name and secret of the account come from `AWS_ACCESS_KEY_ID` and `AWS_SECRET_ACCESS_KEY`, or the store's other usual ways. Raises
    ImproperlyConfigured: the rule that is broken, never the value.
    """
    if not text:
        return {"BACKEND": "django.core.files.storage.FileSystemStorage", "OPTIONS": {"location": str(folder)}}
    address = urlsplit(text)
    prefix = address.path.strip("/")
    named = dict(parse_qsl(address.query, keep_blank_values=True))
    if (
        address.scheme != "s3"
        or not _BUCKET.fullmatch(address.netloc)
        or (prefix and not _PREFIX.fullmatch(prefix))
        or not set(named) <= {"endpoint", "region"}
    ):
        raise ImproperlyConfigured("HUZHENG_FILES must be empty or s3://bucket/prefix?endpoint=https://...&region=...")
    if "endpoint" in named and not _is_confidential(urlsplit(named["endpoint"])):
        raise ImproperlyConfigured("HUZHENG_FILES must name an endpoint over https, or on loopback")
    if find_spec("storages") is None or find_spec("boto3") is None:
        raise ImproperlyConfigured("HUZHENG_FILES names an S3 store: install requirements-services.txt")
    return {"BACKEND": "storages.backends.s3.S3Storage", "OPTIONS": _options(address.netloc, prefix, named)}


def _is_confidential(endpoint: SplitResult) -> bool:
    loopback = endpoint.scheme == "http" and endpoint.hostname in _LOOPBACK
    return bool(endpoint.hostname) and (loopback or endpoint.scheme == "https")


def _options(bucket: str, prefix: str, named: dict[str, str]) -> dict[str, Any]:
    from botocore.config import Config

    return {
        "bucket_name": bucket,
        "location": prefix,
        "endpoint_url": named.get("endpoint") or None,
        "region_name": named.get("region") or None,
        "file_overwrite": False,
        "client_config": Config(
            s3={"addressing_style": "path"},
            signature_version="s3v4",
            connect_timeout=_CONNECT_SECONDS,
            read_timeout=_READ_SECONDS,
            retries={"total_max_attempts": _TRIES, "mode": "standard"},
        ),
    }
