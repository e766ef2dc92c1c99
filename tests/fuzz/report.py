"""What a run found, for people and for a file."""

from collections import Counter
from typing import Any

from tests.fuzz.run import Tally

_KINDS = {"false accept": "false_accepts", "stray exception": "stray_exceptions", "too slow": "too_slow"}


def tell(tally: Tally, *, seed: str, seconds: float) -> dict[str, Any]:
    """This will print the summary and give it as JSON."""
    by_code: Counter[str] = Counter()
    for codes in tally.refusals.values():
        by_code.update(codes)
    total = sum(tally.inputs.values())
    print(f"{'kind':34}{'inputs':>9}{'refused':>9}{'accepted':>9}  codes")
    for name, count in sorted(tally.inputs.items()):
        refused = tally.refusals.get(name, Counter())
        common = ", ".join(f"{code} {number}" for code, number in refused.most_common(3))
        print(f"{name:34}{count:>9}{sum(refused.values()):>9}{tally.accepted[name]:>9}  {len(refused)}: {common}")
    told: set[str] = set()
    for finding in tally.findings:
        gist = f"{finding.kind} {finding.target} {finding.what[-80:]}"
        if gist in told:
            continue
        told.add(gist)
        print(f"\n{finding.kind}: {finding.target} {finding.number}\n{finding.what}\n{finding.input[:600]}")
    counts = {name: tally.of_kind(kind) for kind, name in _KINDS.items()}
    print(
        f"\nseed {seed}: {total} inputs in {seconds:.0f} s, {sum(by_code.values())} refused by {len(by_code)} codes, "
        f"{sum(tally.accepted.values())} meant the same; {counts['false_accepts']} false accepts, {counts['stray_exceptions']} stray "
        f"exceptions, {counts['too_slow']} over 1 s; slowest {tally.slowest_seconds * 1000:.0f} ms ({tally.slowest})"
    )
    return {
        "seed": seed,
        "seconds": round(seconds, 1),
        "inputs": total,
        **counts,
        "slowest_ms": round(tally.slowest_seconds * 1000, 1),
        "slowest": tally.slowest,
        "accepted_as_the_same": sum(tally.accepted.values()),
        "refusals_by_code": dict(by_code.most_common()),
        "kinds": {
            name: {"inputs": count, "accepted": tally.accepted[name], "refusals": dict(tally.refusals.get(name, {}))}
            for name, count in sorted(tally.inputs.items())
        },
        "findings": [
            {"kind": f.kind, "target": f.target, "number": f.number, "what": f.what, "input": f.input[:20_000]}
            for f in tally.findings[:200]
        ],
    }
