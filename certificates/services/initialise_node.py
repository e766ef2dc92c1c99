"""Making a folder and an empty database into a node."""

import secrets
from datetime import datetime

from django.conf import settings
from django.db import transaction

from certificates.adapters.blind_index import INDEX_SUBJECT
from certificates.adapters.kek import ensure_kek
from certificates.adapters.key_vault import create_subject_key
from certificates.adapters.secret_files import create_secret_file
from certificates.services.allot_status_entries import ensure_status_lists
from certificates.services.create_node_keys import create_node_keys
from certificates.services.create_region_cas import create_region_cas
from certificates.services.require_same_node import require_same_node


def initialise_node(*, at: datetime) -> tuple[str, ...]:
    """This will make what a node lacks and name it: key-encryption key, Django's secret key, index key, node keys, region
    CAs, status lists. What is there stays as it is, so that it may be run again at any time.

    Raises IssueError `issue.profile|region` where the settings name another crypto profile or region than the node was made with.
    """
    require_same_node()
    made = ["kek"] if ensure_kek() else []
    if create_secret_file(settings.NODE.secret_key_file, secrets.token_urlsafe(48).encode("ascii")):
        made.append("secret_key")
    create_subject_key(INDEX_SUBJECT)
    made += [f"key:{purpose}" for purpose in create_node_keys(at=at)]
    made += [f"region_ca:{suite}" for suite in create_region_cas(at=at)]
    with transaction.atomic():
        ensure_status_lists(at=at)
    return tuple(made)
