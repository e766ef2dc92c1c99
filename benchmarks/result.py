"""What a benchmark hands back: rows of the table, numbers for the file, and sentences computed from them."""

from collections.abc import Mapping
from dataclasses import dataclass, field


class NotMeasuredError(Exception):
    """Something that a row needs did not work; the row says so instead of showing a number."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """This will hold one line of the table.

    `aim` is the least that is wanted, or with `at_most` the most; None where nothing was promised. `beside` names what
    was measured next to it in the same run.
    """

    name: str
    measured: float
    unit: str
    aim: float | None = None
    at_most: bool = False
    beside: str = ""

    @property
    def holds(self) -> bool | None:
        """This will tell whether the aim is reached, or give None where there is no aim."""
        if self.aim is None:
            return None
        return self.measured <= self.aim if self.at_most else self.measured >= self.aim


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """This will hold what one benchmark found: `numbers` go to the summary file as they are, `words` below the table."""

    title: str
    rows: tuple[Row, ...]
    numbers: Mapping[str, object] = field(default_factory=dict)
    words: tuple[str, ...] = ()
