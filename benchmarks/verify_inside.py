"""Runs inside a node: verifies presentations as the endpoint does, and tells where the time goes and how many queries it takes."""

import json
import os
import secrets
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import benchmarks.django_node  # noqa: F401  # Django must be set up before its models are imported

# isort: split
from django.db import connection
from django.utils import timezone

from accounts.core.caller import Caller, Operator
from accounts.core.permissions import Role, Scope
from benchmarks.lookup_requests import AGENCY, body_of
from benchmarks.stopwatch import Stopwatch
from certificates.core.grains import Grain
from demo.people import client_id, read_toml
from verification.core.verification_request import VerificationRequest
from verification.services.verify_presentation import verify_presentation

CALLS, WARM_UP = 120, 10
FIRST_CASE = 5_000_000  # apart from the cases of the load
PARTS = {
    "verification.services.verify_presentation.earlier_answer": "looking for an earlier answer",
    "verification.services.verify_statement.usage_rules": "the usage list",
    "verification.services.gather_evidence.registered_licence": "whose licence it is",
    "verification.services.verify_presentation.permit_request": "matter, case and purpose",
    "verification.services.verify_statement.gather_evidence": "fetching the evidence",
    "verification.services.verify_statement.examine": "the verdict",
    "verification.core.statement.verify_credential": "signatures and disclosures",
    "verification.services.verify_statement.tell": "the view",
    "verification.services.record_answer.record_lookup": "recording the look-up",
    "verification.services.record_lookup.sign_receipt": "signing the promise",
    "verification.services.record_answer.store_answer": "keeping the answer",
}


def main() -> None:
    """This will print seconds by part and the number of queries of one verification, means over many."""
    shown = json.loads((Path(os.environ["HUZHENG_VAR"]) / "presentations.json").read_text("utf-8"))["sd_jwt"]
    caller, watch = _caller(), Stopwatch()
    with watch.watching(PARTS):
        for number in range(WARM_UP):
            _verify(caller, shown, number)
        watch.reset()
        start = time.perf_counter()
        for number in range(WARM_UP, WARM_UP + CALLS):
            _verify(caller, shown, number)
        whole = time.perf_counter() - start
    queries: list[str] = []
    with connection.execute_wrapper(_counting(queries)):
        _verify(caller, shown, WARM_UP + CALLS)
    parts = {name: seconds / CALLS for name, seconds in watch.seconds.items()}
    reads, writes = (
        sum(sql.startswith(words) for sql in queries) for words in ("SELECT", ("INSERT", "UPDATE", "DELETE"))
    )
    print(json.dumps({"whole": whole / CALLS, "parts": parts, "reads": reads, "writes": writes}))


def _verify(caller: Caller, shown: list[str], number: int) -> None:
    body = body_of(shown[number % len(shown)], FIRST_CASE + number)
    answer = verify_presentation(
        caller=caller,
        request=VerificationRequest(
            presentation=body["presentation"],
            matter_code=body["matter_code"],
            case_number=body["case_number"],
            purpose=body["purpose"],
            fields={name: Grain(grain) for name, grain in body["fields"].items()},
        ),
        idempotency_key=secrets.token_urlsafe(18),
        at=timezone.now(),
    )
    if answer.status != 200 or not answer.body["view"]["fields"]:
        raise SystemExit("the presentation was not verified")


def _caller() -> Caller:
    agency = next(item for item in read_toml("people.toml")["agencies"] if item["id"] == AGENCY)
    return Caller(
        kind=Role.AGENCY_SYSTEM,
        principal_id=client_id(AGENCY),
        agency_uscc=agency["uscc"],
        agency_name=agency["name_zh"],
        operator=Operator(name="傅一鸣", post="窗口受理岗", unit="建设工程交易部"),
        scopes=frozenset({Scope.VERIFICATIONS_WRITE.value}),
    )


def _counting(queries: list[str]) -> Callable[..., Any]:
    def run(execute: Callable[..., Any], sql: str, params: Any, many: bool, context: Any) -> Any:
        queries.append(sql)
        return execute(sql, params, many, context)

    return run


if __name__ == "__main__":
    main()
