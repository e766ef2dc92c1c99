"""A process that forks a child for each piece of work, so that the child can be killed for real: one JSON line in, one out.

It sets Django up once and never opens a database connection, a key or a font itself: what a child inherits is code only.
"""

import json
import os
import sys
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings.test")
django.setup()

# isort: split
from django.conf import settings
from django.core.files.storage import default_storage
from django.db import connection

from accounts.models import Agency
from certificates.core.act_reasons import REASONS
from certificates.core.certificate_states import Act
from certificates.core.errors import CertificatesError
from certificates.models import Document
from certificates.services.correct_certificate import correct_certificate
from certificates.services.issue_certificate import issue_certificate
from certificates.services.reinstate_certificate import reinstate_certificate
from certificates.services.render_document import render_document
from certificates.services.revoke_certificate import revoke_certificate
from certificates.services.suspend_certificate import suspend_certificate
from config.env import TimestampAuthority
from tests.conftest import node_in
from tests.integration.crashes.points import Points
from tests.integration.factories import Node, officer_of

ACTS = {"revoke": revoke_certificate, "suspend": suspend_certificate, "reinstate": reinstate_certificate}


def do(task: dict[str, Any]) -> None:
    """One piece of work, as a request or a worker does it."""
    agency = Agency.objects.get()
    node = Node(agency=agency, kid="", officer=officer_of(agency))
    points, at = task["points"], datetime.fromisoformat(task["at"])
    request = node.request(values=task["values"]) if "values" in task else None
    document = Document.objects.get(certificate=task["licence"], kind="pdf").pk if task["work"] == "render" else None
    with points.watching():
        if task["work"] == "issue":
            issue_certificate(caller=node.officer, request=request, idempotency_key=task["key"], at=at)
        elif task["work"] == "correct":
            correct_certificate(
                caller=node.officer,
                certificate_id=task["licence"],
                request=request,
                idempotency_key=task["key"],
                at=at,
            )
        elif task["work"] == "render":
            render_document(document_id=document, at=at)
        else:
            act = ACTS[task["work"]]
            act(caller=node.officer, certificate_id=task["licence"], reason_code=REASONS[Act(task["work"])][0], at=at)


def authority_of(told: dict[str, Any]) -> TimestampAuthority:
    """The timestamp authority that the test's own process runs."""
    return TimestampAuthority(
        url=told["url"],
        ca_files=(Path(told["ca_file"]),),
        crl_urls=(told["crl_url"],),
        timeout_seconds=5.0,
        clock_tolerance_seconds=60.0,
        renew_days=90,
    )


def child(task: dict[str, Any], answer: int) -> None:
    """Does the work and says which points it met, and how it ended; a killed one says nothing."""
    folder = Path(task["folder"])
    settings.NODE = replace(node_in(folder), tsa=authority_of(task["authority"]) if "authority" in task else None)
    default_storage.location = default_storage.base_location = str(folder / "files")
    connection.settings_dict["NAME"] = task["database"]
    task["points"] = points = Points(
        mode=task["mode"], stop=task["stop"], folder=folder, ledger=folder.parent / f"{folder.name}.ledger"
    )
    ended = "done"
    try:
        do(task)
    except CertificatesError as refused:
        ended = refused.code
    except Exception as error:  # noqa: BLE001  # whatever comes out of a point that failed
        ended = type(error).__name__
    os.write(answer, json.dumps({"names": points.names, "ended": ended}).encode())


def main() -> None:
    """This will serve until its input ends."""
    for line in sys.stdin:
        read, write = os.pipe()
        pid = os.fork()
        if pid == 0:
            os.close(read)
            try:
                child(json.loads(line), write)
            finally:
                os._exit(0)
        os.close(write)
        with os.fdopen(read, "rb") as told:
            answer = told.read()
        _, status = os.waitpid(pid, 0)
        reply = json.loads(answer) if answer else {"names": [], "ended": "nothing"}
        reply["signal"] = os.WTERMSIG(status) if os.WIFSIGNALED(status) else 0
        print(json.dumps(reply), flush=True)


if __name__ == "__main__":
    main()
