"""A template reaches the values and the common library, and nothing else, even where the words of the check would let it."""

from dataclasses import replace
from pathlib import Path

import pytest

from certificates.adapters.pdf.content import DocumentContent, Item
from certificates.adapters.pdf.render import render
from certificates.core.errors import DocumentError, LicenceTypeError
from certificates.core.layout_kinds import TEMPLATE_FIRST_LINE
from tests.unit.certificates.adapters.pdf.test_render import text_of

HEAD = TEMPLATE_FIRST_LINE + "\n#show: sheet\n"


def page_of(content: DocumentContent, body: str) -> bytes:
    return render(replace(content, template=HEAD + body))


def test_a_template_prints_items_by_name_as_they_are(content: DocumentContent) -> None:
    wild = '#evil() $x$ *粗* <b> \\ " ${a} = @q `c`'
    page = page_of(
        replace(content, items={"owner": Item(label="姓名", values=(wild, "二"))}),
        '#label-of("owner") #value("owner") #text-of("owner") #text-of("nothing")',
    )
    assert "".join(wild.split()) + "二" in text_of(page)
    assert "".join(wild.split()) + "、二" in text_of(page)


@pytest.mark.parametrize(
    "body",
    [
        '#read("/etc/passwd")',
        '#read("../../render.py")',
        '#read("/../../../../pyproject.toml")',
        '#image("/etc/hostname")',
        '#json("/data.json")',
        "#text(missing-name)",
        "#",
    ],
)
def test_refuses_files_outside_the_library_and_broken_source(content: DocumentContent, body: str) -> None:
    with pytest.raises(DocumentError) as refused:
        page_of(content, body)
    assert refused.value.code == "pdf.layout"
    assert "passwd" not in str(refused.value)


def test_a_real_file_beside_the_layout_is_out_of_reach(content: DocumentContent) -> None:
    module = Path(__file__).parents[5] / "certificates" / "adapters" / "pdf" / "render.py"
    assert module.is_file()
    for address in (str(module), "../render.py", "/../render.py"):
        with pytest.raises(DocumentError):
            page_of(content, f'#read("{address}")')


def test_refuses_a_stored_template_that_the_check_would_refuse_today(content: DocumentContent) -> None:
    with pytest.raises(LicenceTypeError) as refused:
        page_of(content, '#import "@preview/cetz:0.3.1"')
    assert refused.value.code == "licence_type.template"
