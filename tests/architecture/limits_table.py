"""The table of limits, read from the code: every named bound with its value and the reason that stands beside it.

python -m tests.architecture.limits_table        # writes docs/limits.md anew
"""

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from tests.architecture.source_tree import ROOT, python_files

DOCUMENT = ROOT / "docs" / "limits.md"
_NAME = re.compile(r"_?(?:MAX|MOST|MIN|LARGEST)_[A-Z0-9_]+|CLOCK_[A-Z_]+|[A-Z]+_WINDOW|LIMITS")
_HEAD = """# Limits

Written from the code by `python -m tests.architecture.limits_table`; a test compares. Bytes and depth are bounded before anything is
read, counts before anything is done for each; from these follow the bounds that `make fuzz` holds every reader to: one second of processor
time and 64 MiB for one input. What exceeds a limit is refused by name.

| where | limit | is | because |
|---|---|---|---|
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Limit:
    """One named bound; `reason` is empty where none stands beside it."""

    place: str
    name: str
    value: str
    reason: str

    @property
    def row(self) -> str:
        value = self.value.replace("|", "\\|")
        return f"| `{self.place}` | `{self.name}` | `{value}` | {self.reason.replace('|', chr(92) + '|')} |"


def limits() -> list[Limit]:
    """This will find all bounds that are module constants of the apps and of the configuration."""
    return [limit for path in python_files("accounts", "certificates", "config", "verification") for limit in _of(path)]


def document() -> str:
    """This will give the text of docs/limits.md."""
    return _HEAD + "\n".join(limit.row for limit in limits()) + "\n"


def _of(path: Path) -> Iterator[Limit]:
    source = path.read_text("utf-8")
    lines = source.splitlines()
    for node in ast.parse(source).body:
        if isinstance(node, ast.Assign):
            targets, value = node.targets[0], node.value
        elif isinstance(node, ast.AnnAssign) and node.value is not None:
            targets, value = node.target, node.value
        else:
            continue
        names = targets.elts if isinstance(targets, ast.Tuple) else [targets]
        found = [name.id for name in names if isinstance(name, ast.Name) and _NAME.fullmatch(name.id)]
        if found:
            text = " ".join(re.sub(r"#.*", "", line).strip() for line in ast.unparse(value).splitlines())
            place = str(path.relative_to(ROOT)).removesuffix(".py")
            yield Limit(place=place, name=", ".join(found), value=text, reason=_reason(lines, node))


def _reason(lines: list[str], node: ast.stmt) -> str:
    """The comment behind the value, on any of its lines, or else the comment lines right above."""
    own = [line.partition("  # ")[2] for line in lines[node.lineno - 1 : node.end_lineno] if "  # " in line]
    above: list[str] = []
    at = node.lineno - 2
    while not own and at >= 0 and lines[at].startswith("# "):
        above.insert(0, lines[at][2:])
        at -= 1
    return " ".join(own or above).strip()


if __name__ == "__main__":
    DOCUMENT.write_text(document(), "utf-8")
