"""The printed table."""

from collections.abc import Iterable, Sequence
from pathlib import Path

from benchmarks.result import Row, Section

_DIGITS = {"ratio": ".2f", "times": ".2f", "ms": ".1f", "MB": ".0f", "/s": ",.0f"}


def print_section(section: Section) -> None:
    """This will print one section's rows: name, measured, aim, whether it holds, and what was beside it."""
    print(f"\n{section.title}")
    for row in section.rows:
        print(f"  {row.name:<52} {_value(row, row.measured):>12}  {_aim(row):<18} {row.beside}")
    print(end="", flush=True)


def print_summary(sections: Sequence[Section], failures: Sequence[str], *, seconds: float, path: Path) -> None:
    """This will say where the time goes, which aims are missed, and where the numbers are."""
    print("\nWhere the time goes (computed from this run)")
    for text in (text for section in sections for text in section.words):
        print(f"  - {text}")
    missed = [(section, row) for section in sections for row in section.rows if row.holds is False]
    print()
    for section, row in missed:
        print(
            f"*** AIM MISSED *** {row.name.strip()}: {_value(row, row.measured)}, wanted {_bound(row)} ({section.title})"
        )
    for failure in failures:
        print(f"*** NOT MEASURED *** {failure}")
    print(f"{_count(sections)} in {seconds:.0f} s; {path}")


def _count(sections: Iterable[Section]) -> str:
    aims = [row.holds for section in sections for row in section.rows if row.holds is not None]
    return f"{aims.count(True)} of {len(aims)} aims reached"


def _aim(row: Row) -> str:
    if row.holds is None:
        return ""
    return f"{_bound(row)} {'ok' if row.holds else '*** MISSED'}"


def _bound(row: Row) -> str:
    return f"{'<=' if row.at_most else '>='} {_value(row, row.aim or 0.0)}"


def _value(row: Row, value: float) -> str:
    text = f"{value:{_DIGITS.get(row.unit, '.2f')}}"
    return text if row.unit in {"ratio", "times"} else f"{text} {row.unit}"
