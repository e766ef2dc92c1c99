"""Steps in which something is missing or wrong: no network, a revoked licence, a province that is down."""

import subprocess
import sys
import time
from datetime import UTC, datetime
from pathlib import Path

from demo.journey import (
    CONSTRUCTOR,
    FOOD,
    FOOD_SICHUAN,
    TENDER_SICHUAN,
    TENDER_ZHEJIANG,
    Journey,
    codes_of,
    outcome_of,
    wait_seconds,
)
from demo.node import PROJECT
from demo.steps_recognition import SHOWN
from demo.story import StepFailedError, eventually, require

VALID, INVALID, UNDETERMINED = 0, 2, 3
REVOCATION_SECONDS = 10
STATUS_LISTS = (1, 2)  # one for credentials, one for printed codes
FOOD_SHOWN = {"certificate_number": "full", "holder_name": "full", "valid_until": "full"}


def offline(journey: Journey) -> str:
    """The printed code on the command line with every socket refused: VALID with a fresh status file, UNDETERMINED without."""
    holder = journey.cast.person(journey.zhejiang, "zhou.wenjing")
    folder = journey.folder / "offline"
    folder.mkdir(exist_ok=True)
    (folder / "seal_code.txt").write_text(journey.seal_code(holder, FOOD), "ascii")
    _fetch(journey, "/recognition/v1/agency-keys", folder / "agency_keys.jwt")
    for number in STATUS_LISTS:
        _fetch(journey, f"/status-lists/{number}", folder / f"status_{number}.jwt")
    at = datetime.now(UTC)  # the verdict is on this moment, however long the command takes to start
    with_status = _verify_offline(journey, folder, at=at, with_status=True)
    without = _verify_offline(journey, folder, at=at, with_status=False)
    require(with_status == VALID, f"with a fresh status file the exit status was {with_status}")
    require(without == UNDETERMINED, f"without a status file the exit status was {without}")
    return "断网核验纸质印章码：有新鲜状态文件 VALID，没有则 UNDETERMINED，从不默认为绿"


def _fetch(journey: Journey, path: str, to: Path) -> None:
    to.write_bytes(journey.anonymous(journey.zhejiang, path))


def _verify_offline(journey: Journey, folder: Path, *, at: datetime, with_status: bool) -> int:
    fingerprint = (journey.folder / "anchor_fingerprint").read_text("ascii").strip()
    command = [
        *(sys.executable, "-m", "demo.without_network", "verify", "seal_code.txt"),
        *("--trust-list", str(journey.folder / "trust_list.json"), "--anchor-fingerprint", fingerprint),
        *("--agency-keys", "agency_keys.jwt", "--at", at.isoformat()),
        *([word for number in STATUS_LISTS for word in ("--status", f"status_{number}.jwt")] if with_status else []),
    ]
    environment = {"PATH": "/usr/bin:/bin", "PYTHONPATH": str(PROJECT), "HUZHENG_VAR": str(folder / "no-node")}
    done = subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, check=False)
    if done.returncode not in {VALID, INVALID, UNDETERMINED}:
        raise StepFailedError(f"verify ended with {done.returncode}: {done.stderr[-800:]}")
    return done.returncode


def revoke(journey: Journey) -> str:
    """The issuing agency revokes; both provinces say INVALID within ten seconds."""
    zhejiang, sichuan, cast = journey.zhejiang, journey.sichuan, journey.cast
    zhang = cast.person(zhejiang, "zhang.yan")
    counters = {
        zhejiang: (cast.person(zhejiang, "hz.counter"), TENDER_ZHEJIANG),
        sichuan: (cast.person(sichuan, "cd.counter"), TENDER_SICHUAN),
    }
    # Codes made while the licence was still good: the worst case, for they show nothing of the revocation by themselves.
    codes = {node.name: [journey.present(zhang, CONSTRUCTOR, SHOWN) for _ in range(8)] for node in counters}
    system = cast.system(zhejiang, "zj_construction")
    path = f"/api/v1/certificates/{journey.certificates[CONSTRUCTOR]}/revoke"
    system.post(path, {"reason_code": "holder_request"}).expect(200)
    started = time.monotonic()
    lines = []
    for node, (counter, look) in counters.items():

        def says_invalid(node_name: str = node.name, counter: object = counter, look: object = look) -> bool:
            answer = journey.verify(counter, codes[node_name].pop(), look, SHOWN).expect(200)  # type: ignore[arg-type]
            journey.looks.append(answer["lookup_id"])
            return outcome_of(answer) == "INVALID" and "status.revoked" in codes_of(answer)

        eventually(says_invalid, seconds=REVOCATION_SECONDS, otherwise=f"{node.name} did not say INVALID")
        lines.append(f"{node.name} INVALID status.revoked after {time.monotonic() - started:.1f} s")
    return "\n".join(lines)


def peer_down(journey: Journey) -> str:
    """Zhejiang is stopped: Sichuan says UNDETERMINED to a code, and to a printed code once its status has aged."""
    holder = journey.cast.person(journey.zhejiang, "zhou.wenjing")
    counter = journey.cast.person(journey.sichuan, "jinjiang.counter")
    seal_code = journey.seal_code(holder, FOOD)
    code = journey.present(holder, FOOD, FOOD_SHOWN)
    fresh = journey.verify(counter, seal_code, FOOD_SICHUAN, FOOD_SHOWN).expect(200)
    require(outcome_of(fresh) == "VALID", f"the printed code was {outcome_of(fresh)}: {codes_of(fresh)}")
    journey.zhejiang.stop()
    try:
        answer = journey.verify(counter, code, FOOD_SICHUAN, FOOD_SHOWN).expect(200)
        require(outcome_of(answer) == "UNDETERMINED", f"a code was {outcome_of(answer)}: {codes_of(answer)}")
        wait_seconds(journey.zhejiang.status_ttl + 1)
        aged = journey.verify(counter, seal_code, FOOD_SICHUAN, FOOD_SHOWN).expect(200)
        require(outcome_of(aged) == "UNDETERMINED", f"an aged printed code was {outcome_of(aged)}: {codes_of(aged)}")
    finally:
        journey.zhejiang.start()
    unreachable = sorted(code for code in codes_of(answer) if code.startswith("peer."))
    stale = sorted(code for code in codes_of(aged) if code.startswith("status."))
    return f"code: UNDETERMINED ({', '.join(unreachable)})\nprinted code: VALID while fresh, then UNDETERMINED ({', '.join(stale)})"
