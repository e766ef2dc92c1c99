"""Steps about the trace: the holder's own check, a tampered copy, the audit."""

import json
import shutil
import sqlite3
from base64 import b64decode
from functools import partial
from typing import Any

from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat, load_der_public_key

from demo.journey import CONSTRUCTOR, Journey
from demo.node import DemoNode, NodeFailedError
from demo.own_history_check import HistoryDoesNotHoldError, check_look
from demo.story import StepFailedError, eventually, require

PROMISE_SECONDS = 60


def history(journey: Journey) -> str:
    """The holder's own client opens every commitment and proves every leaf, and finds exactly the looks it counted."""
    zhang = journey.cast.person(journey.zhejiang, "zhang.yan")
    region = _trusted_region(journey, journey.zhejiang)
    log_key = _log_key(region)
    own_values = _own_values(journey)

    def fetch() -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = zhang.get("/api/v1/me/lookups").expect(200)["lookups"]
        return [look for look in found if look["side"] != "self"]

    eventually(
        lambda: all(look["log"] is not None for look in fetch()),
        seconds=PROMISE_SECONDS,
        otherwise="a look is not in the tree",
    )
    looks = fetch()
    checked = [check_look(look, log_key=log_key, origin=region["log_origin"], own_values=own_values) for look in looks]
    found, counted = {item.lookup_id for item in checked}, set(journey.looks)
    require(found == counted, f"{len(found - counted)} looks nobody made, {len(counted - found)} looks not recorded")
    try:
        forged = dict(looks[0], openings={**looks[0]["openings"], "purpose": {"salt": "A" * 22, "value": "other"}})
        check_look(forged, log_key=log_key, origin=region["log_origin"], own_values=own_values)
    except HistoryDoesNotHoldError:
        opened = sum(item.opened for item in checked)
        return f"{len(checked)} looks, {opened} commitments opened, every leaf under a signed root; a changed purpose does not open"
    raise StepFailedError("a changed purpose opened a commitment")


def _trusted_region(journey: Journey, node: DemoNode) -> dict[str, Any]:
    """This will read a region's entry from the trust list file, whose signature the nodes checked."""
    token = json.loads((journey.folder / "trust_list.json").read_text("ascii"))["trust_list"]
    payload = token.split(".")[1].replace("-", "+").replace("_", "/")
    regions = json.loads(b64decode(payload + "=" * (-len(payload) % 4)))["regions"]
    found: dict[str, Any] = next(region for region in regions if region["code"] == node.code)
    return found


def _log_key(region: dict[str, Any]) -> bytes:
    key = load_der_public_key(b64decode(region["keys"]["log"][0]["spki"]))
    return key.public_bytes(Encoding.Raw, PublicFormat.Raw)


def _own_values(journey: Journey) -> dict[str, Any]:
    """This will give what the holder knows of the own licence, under the names the log commits to: values in full, and as masked."""
    zhang = journey.cast.person(journey.zhejiang, "zhang.yan")
    path = f"/api/v1/me/certificates/{journey.certificates[CONSTRUCTOR]}/values"
    both = [zhang.get(path + query).expect(200)["fields"] for query in ("", "?unmask=1")]
    known = {f"field.{item['name']}.{item['grain']}": item["value"] for fields in both for item in fields}
    return known | {"field.age_over_18.fact": True}  # a fact is signed only where it is true


def tamper(journey: Journey) -> str:
    """A superuser edits one entry in a copy of the database; the audit names it."""
    node = journey.zhejiang
    copy = journey.folder / "tampered"
    shutil.rmtree(copy, ignore_errors=True)
    copy.mkdir()
    with (
        sqlite3.connect(f"file:{node.folder / 'db.sqlite3'}?mode=ro", uri=True) as source,
        sqlite3.connect(copy / "db.sqlite3") as target,
    ):
        source.backup(target)
    with sqlite3.connect(copy / "db.sqlite3") as database:
        names = [row[0] for row in database.execute("SELECT name FROM sqlite_master WHERE type='trigger'")]
        statements = [row[0] for row in database.execute("SELECT sql FROM sqlite_master WHERE type='trigger'")]
        for name in names:
            database.execute(f'DROP TRIGGER "{name}"')
        index, entry_id, leaf = database.execute(
            'SELECT l."index", e.id, e.leaf FROM verification_logentry e JOIN verification_logleaf l ON l.entry_id = e.id '
            'WHERE e.lookup_id IS NOT NULL ORDER BY l."index" LIMIT 1'
        ).fetchone()
        changed = bytes(leaf).replace(b'"kind":"lookup.', b'"kind":"lookuq.')
        database.execute("UPDATE verification_logentry SET leaf = ? WHERE id = ?", (changed, entry_id))
        for statement in statements:
            database.execute(statement)
    environment = node.environment() | {"DATABASE_URL": f"sqlite:///{copy / 'db.sqlite3'}"}
    report = node.fails("audit_log", environment=environment)
    require(f"{index}" in report, f"the audit did not name entry {index}: {report[-400:]}")
    return f"entry {index} was edited past the triggers; the audit says: {_first_line_naming(report, index)}"


def _first_line_naming(report: str, index: int) -> str:
    return next(line.strip() for line in report.splitlines() if f"{index}" in line)


def audit(journey: Journey) -> str:
    """Both logs recompute clean from raw rows, and each newest head bears the other province's cosignature."""
    lines = []
    for node, witness in ((journey.zhejiang, journey.sichuan), (journey.sichuan, journey.zhejiang)):
        cosigned = partial(_cosigned, journey, node, witness)
        eventually(cosigned, seconds=20, otherwise=f"{node.name}'s head is not cosigned")
        try:
            report = node.manage("audit_log")
        except NodeFailedError as found:
            raise StepFailedError(str(found)) from found
        size = journey.anonymous(node, "/log/checkpoint").decode().splitlines()[1]
        lines.append(f"{node.name}: {report.strip().splitlines()[0]} (size {size}, cosigned by {witness.name})")
    return "\n".join(lines)


def _cosigned(journey: Journey, node: DemoNode, witness: DemoNode) -> bool:
    note = journey.anonymous(node, "/log/checkpoint").decode()
    name = _trusted_region(journey, witness)["witnesses"][0]["name"]
    return any(line.startswith(f"\u2014 {name} ") for line in note.splitlines())
