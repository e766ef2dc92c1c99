"""Rare characters of real names are printed; what has no agreed shape is reported."""

import pytest

from certificates.adapters.pdf.glyphs import missing_glyphs


def test_rare_characters_of_names_are_covered() -> None:
    assert (
        missing_glyphs(["㛃䶮𫖯𬀩𠅤𬍛龘囍喆堃", "阿卜杜热合曼·买买提", "（）「」《》：；，。、—…", "ABC xyz 0189 -/:%"])
        == ()
    )


@pytest.mark.parametrize(
    ("text", "code_point"),
    [
        ("\U0003fffd", "U+3FFFD"),  # unassigned
        ("\ue815", "U+E815"),  # private use, where old systems keep rare names
        ("张\u202e三", "U+202E"),  # turns the reading direction
        ("张\u200b三", "U+200B"),  # invisible
        ("张\n三", "U+000A"),
        ("\ud800", "U+D800"),
        ("\ufeff", "U+FEFF"),
    ],
)
def test_reports_what_cannot_be_printed_truthfully(text: str, code_point: str) -> None:
    assert missing_glyphs(["李四", text]) == (code_point,)


def test_reports_each_code_point_once_and_sorted() -> None:
    assert missing_glyphs(["\ue001\ue000", "\ue001"]) == ("U+E000", "U+E001")
