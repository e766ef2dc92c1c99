"""Runs inside a node: issues licences and renders documents part by part, and leaves presentations of them for the load.

Beside every document, typst alone sets a page of the same content with other numbers (it keeps what it saw before), and pyHanko alone
signs that page in its ordinary way, with a key in memory and no size named beforehand.
"""

import json
import os
import secrets
import sys
import time
from pathlib import Path
from typing import Any
from uuid import UUID

import benchmarks.django_node  # noqa: F401  # Django must be set up before its models are imported

# isort: split
from django.utils import timezone

from accounts.core.caller import Caller
from benchmarks.documents_alone import PyhankoAlone, TypstAlone
from benchmarks.sample_licences import issuing_officer, licence_request
from benchmarks.stopwatch import Stopwatch
from certificates.core.grains import Grain
from certificates.core.issue_request import IssueRequest
from certificates.models import Document
from certificates.services.disclose_credential import disclose_credential
from certificates.services.issue_certificate import issue_certificate
from certificates.services.render_document import render_document
from certificates.services.reveal_seal_code import reveal_seal_code
from verification.services.publish_log import publish_log

ISSUE_PARTS = {
    "certificates.services.reserve_certificate.check_values": "lint",
    "certificates.services.reserve_certificate.require_issuer": "lint",
    "certificates.services.issue_certificate.reserve_certificate": "intent",
    "certificates.services.complete_intent.prepare_certificate": "prepare",
    "certificates.services.complete_intent.sign_certificate": "sign and read back",
    "certificates.adapters.issue_keys.spend_token": "spend the token",
    "certificates.services.complete_intent.store_certificate": "store",
    "certificates.services.store_certificate.nudge": "nudge the worker",
}
DOCUMENT_PARTS = {
    "certificates.services.licence_pdf.document_content": "content",
    "certificates.adapters.pdf.render.missing_glyphs": "glyphs",
    "certificates.services.licence_pdf.render": "page data",
    "certificates.services.licence_pdf.lay_out": "sign (pyHanko)",
    "certificates.services.licence_pdf.finish": "sign (pyHanko)",
    "certificates.services.keep_document.keep_file": "seal and store",
}
SHOWN = {
    "certificate_number": Grain.FULL,
    "holder_name": Grain.FULL,
    "holder_code": Grain.MASKED,
    "age_over_18": Grain.FACT,
}


def main() -> None:
    """This will print what every licence and document took, in seconds by part."""
    licences, documents = int(sys.argv[1]), int(sys.argv[2])
    issued, issues = [], []
    watch, caller = Stopwatch(), issuing_officer()
    requests = [licence_request(number) for number in range(licences + 1)]
    with watch.watching(ISSUE_PARTS):
        for request in requests:
            watch.reset()
            start, cpu = time.perf_counter(), time.process_time()
            issued.append(issue(caller, request))
            whole, spent = time.perf_counter() - start, time.process_time() - cpu
            issues.append({"whole": whole, "cpu": spent, "parts": watch.seconds})
    publish_log(at=timezone.now())
    _leave_presentations(issued, Path(os.environ["HUZHENG_VAR"]) / "presentations.json")
    print(json.dumps({"issues": issues[1:], "documents": _documents(issued[: documents + 1])[1:] if documents else []}))


def issue(caller: Caller, request: IssueRequest) -> UUID:
    """This will issue one licence."""
    return issue_certificate(
        caller=caller,
        request=request,
        idempotency_key=secrets.token_urlsafe(18),
        at=timezone.now(),
    ).id


def _documents(issued: list[UUID]) -> list[dict[str, Any]]:
    found = []
    watch = Stopwatch()
    typst_alone, pyhanko_alone = TypstAlone(watch), PyhankoAlone()
    with typst_alone.listening(), watch.watching(DOCUMENT_PARTS):
        for certificate_id in issued:
            document_id = Document.objects.get(certificate=certificate_id).pk
            watch.reset()
            start = time.perf_counter()
            render_document(document_id=document_id, at=timezone.now())
            whole = time.perf_counter() - start
            parts = watch.seconds
            page, typst_seconds = typst_alone.set_another_page()
            found.append(
                {
                    "whole": whole,
                    "parts": parts,
                    "typst alone": typst_seconds,
                    "pyHanko alone": pyhanko_alone.sign(page),
                }
            )
    return found


def _leave_presentations(issued: list[UUID], path: Path) -> None:
    """What holders would show: the same four fields of each licence, and its printed code."""
    shown = [disclose_credential(certificate_id=one, grains=SHOWN).sd_jwt for one in issued]
    seals = [reveal_seal_code(certificate_id=one) for one in issued]
    path.write_text(json.dumps({"sd_jwt": shown, "seal_code": seals}), "utf-8")


if __name__ == "__main__":
    main()
