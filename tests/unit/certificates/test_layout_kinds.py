"""A template is held to the common library: no file, no package, no text run as code."""

import pytest

from certificates.core.errors import LicenceTypeError
from certificates.core.layout_kinds import MAX_TEMPLATE_BYTES, TEMPLATE_FIRST_LINE, check_template

GOOD = (
    TEMPLATE_FIRST_LINE + '\n#show: sheet\n#title()\n#let importance = "included, evaluated, imports"\n#text[standard]'
)


def refused(source: str) -> str:
    with pytest.raises(LicenceTypeError) as error:
        check_template(source)
    return error.value.code


def test_a_template_of_the_common_library_is_taken() -> None:
    check_template(GOOD)
    check_template(GOOD.replace("\n", "\r\n"))


@pytest.mark.parametrize(
    "more",
    [
        '#import "@preview/cetz:0.3.1"',
        '#import "@local/mine:1.0.0": *',
        '#let name = "@preview/cetz:0.3.1"\n#import name',
        '#include "/generic.typ"',
        '#{ import "/huzheng.typ" }',
        '#eval("1 + 1")',
        "#std.eval",
        '#dictionary(std).at("ev" + "al")("1")',
        '#plugin("a.wasm")',
        "// import in a comment is refused like any other",
        '#(0 -eval("1 + 1"))',
        '#{ -import "@preview/cetz:0.3.1" }',
        '#(1-std.read("/generic.typ"))',
        '$-std.eval("1")$',
        '$x_std.eval("1")$',
        '$2std.eval("1")$',
        '$\u00b2std.eval("1")$',
        '#(0-eval-2("1"))',
    ],
)
def test_refuses_a_word_that_reaches_further(more: str) -> None:
    assert refused(f"{GOOD}\n{more}") == "licence_type.template"


@pytest.mark.parametrize(
    "source",
    [
        "",
        "#show: sheet",
        '#import "/huzheng.typ": sheet',
        '#import "/huzheng.typ": * \n',
        '#import "@preview/cetz:0.3.1"\n' + GOOD,
        '#import "/huzheng.typ": *; #import "@preview/cetz:0.3.1"\n',
        "\n" + GOOD,
        "\ufeff" + GOOD,
    ],
)
def test_refuses_another_first_line(source: str) -> None:
    assert refused(source) == "licence_type.template"


def test_refuses_a_template_that_is_too_long() -> None:
    assert refused(GOOD + "字" * (MAX_TEMPLATE_BYTES // 3)) == "licence_type.template"
