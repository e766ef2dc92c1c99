"""Row 5: a whole licence and a whole document in milliseconds, by part, typst and pyHanko alone beside them."""

import statistics
from collections.abc import Mapping, Sequence
from typing import Any

from benchmarks.nodes import BenchNode, guomi_node
from benchmarks.result import Row, Section

LICENCES, DOCUMENTS = 40, 10


def issuing_whole(nodes: Mapping[str, BenchNode]) -> Section:
    """This will issue licences on both databases and in the other crypto profile, and render documents on the first one given."""
    found: dict[str, Any] = {}
    for name, node in {**nodes, "SQLite, guomi": guomi_node()}.items():
        documents = DOCUMENTS if not found else 0
        found[name] = node.measure("benchmarks.issue_licences", str(LICENCES), str(documents))
    documents = next(iter(found.values()))["documents"]
    return Section(
        title="Issuing a whole licence and a whole document (wall clock, one at a time)",
        rows=(*(_issue_row(name, numbers["issues"]) for name, numbers in found.items()), *_document_rows(documents)),
        numbers={
            **{f"issue {name}": by_part(numbers["issues"]) for name, numbers in found.items()},
            "document": by_part(documents),
        },
        words=(
            *(f"Issuing on {name}: {shares(numbers['issues'])}." for name, numbers in found.items()),
            f"A document: {shares(documents)}.",
        ),
    )


def by_part(samples: Sequence[Mapping[str, Any]]) -> dict[str, float]:
    """This will give the median milliseconds of the whole and of every part; what no part covers is the rest."""
    parts = samples[0]["parts"]
    rests = [sample["whole"] - sum(sample["parts"].values()) for sample in samples]
    seconds = {
        "whole": _median(samples, "whole"),
        **{name: statistics.median(sample["parts"].get(name, 0.0) for sample in samples) for name in parts},
        "the rest": statistics.median(rests),
    }
    return {name: round(value * 1e3, 3) for name, value in seconds.items()}


def shares(samples: Sequence[Mapping[str, Any]]) -> str:
    """This will put the parts into words, largest first, as shares of the whole."""
    found = by_part(samples)
    whole = found.pop("whole")
    ordered = sorted(found.items(), key=lambda item: -item[1])
    return f"{whole:.1f} ms, of which " + ", ".join(f"{name} {value / whole:.0%}" for name, value in ordered)


def _issue_row(name: str, samples: Sequence[Mapping[str, Any]]) -> Row:
    parts = by_part(samples)
    lint, intent, store = parts["lint"], parts["intent"], parts["store"]
    signing = parts["prepare"] + parts["spend the token"] + parts["sign and read back"]
    cpu = _median(samples, "cpu") * 1e3
    beside = f"CPU {cpu:.1f}; lint {lint:.1f}, intent {intent:.1f}, prepare + sign + read back {signing:.1f}, store {store:.1f}"
    return Row(name=f"issue a licence, {name}", measured=parts["whole"], unit="ms", beside=beside)


def _document_rows(samples: Sequence[Mapping[str, Any]]) -> tuple[Row, ...]:
    parts = by_part(samples)
    typst, pyhanko = (_median(samples, f"{library} alone") for library in ("typst", "pyHanko"))
    over = statistics.median(sample["whole"] / (sample["typst alone"] + sample["pyHanko alone"]) for sample in samples)
    beside = f"typst {parts['typst']:.0f} (alone {typst * 1e3:.0f}), pyHanko {parts['sign (pyHanko)']:.0f} (alone {pyhanko * 1e3:.0f})"
    return (
        Row(name="make a signed PDF", measured=parts["whole"], unit="ms", beside=beside),
        Row(
            name="whole PDF over typst and pyHanko alone",
            measured=over,
            unit="times",
            beside="below 1: quicker than the two libraries used in their ordinary way, with everything else on top",
        ),
    )


def _median(samples: Sequence[Mapping[str, Any]], name: str) -> float:
    return float(statistics.median(sample[name] for sample in samples))
