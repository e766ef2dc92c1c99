"""An agency's own seal is shapes with plain colours, or it is refused."""

from time import process_time

import pytest

from accounts.core.errors import RecordError
from accounts.core.seal_outlines import MAX_SHAPES, MAX_SVG_BYTES, seal_outlines

HEAD = '<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" viewBox="0 0 100 100"'
STAR = '<path d="M50 20L59 47L88 47Z" fill="#c8161d"/>'


def drawing(body: str = STAR, more: str = "") -> bytes:
    return f"{HEAD}{more}>{body}</svg>".encode()


def code_of(data: bytes) -> str:
    with pytest.raises(RecordError) as refused:
        seal_outlines(data)
    return refused.value.code


def test_shapes_come_out_as_they_were_drawn() -> None:
    ring = (
        '<g transform="translate(50 50)" id="ring"><circle r="48" fill="none" stroke="#c8161d" stroke-width="2"/></g>'
    )
    kept = seal_outlines(
        b'<?xml version="1.0" encoding="UTF-8"?>\n' + drawing(ring + STAR, ' width="42mm" height="42mm"')
    )
    assert kept.startswith(b'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 100 100"><g>')
    assert b'<circle r="48" fill="none" stroke="#c8161d" stroke-width="2"></circle>' in kept
    assert b'd="M50 20L59 47L88 47Z"' in kept
    assert b"ring" not in kept
    assert seal_outlines(kept).count(b"<circle") == 1


@pytest.mark.parametrize(
    "body",
    [
        "<script>alert(1)</script>",
        '<path d="M0 0" onload="alert(1)"/>',
        '<path d="M0 0" style="fill:url(https://example.org)"/>',
        "<style>path{fill:red}</style>",
        '<image href="https://example.org/a.png"/>',
        '<image xlink:href="file:///etc/passwd"/>',
        '<use href="#a"/>',
        '<a href="https://example.org"><path d="M0 0"/></a>',
        "<text>云溪市行政审批局</text>",
        '<foreignObject><p xmlns="http://www.w3.org/1999/xhtml">x</p></foreignObject>',
        '<path d="M0 0" fill="url(#gradient)"/>',
        '<path d="M0 0" fill="expression(1)"/>',
        '<path d="M0 0" class="a"/>',
        '<path d="M0 0 javascript:alert(1)"/>',
        '<path d="M1e999 0"/>',
        '<path d="M99999999999 0"/>',
        '<path d="M0 0" transform="rotate(1) url(x)"/>',
        '<path d="M0 0"><animate attributeName="d" to="M1 1"/></path>',
        "<defs><path d='M0 0'/></defs>",
        "<title>a seal</title>",
        "words beside the shapes" + STAR,
        STAR + "words behind the shapes",
        '<other:path xmlns:other="urn:x" d="M0 0"/>',
    ],
)
def test_refuses_what_is_not_a_shape(body: str) -> None:
    assert code_of(drawing(body)) == "agency.seal_content"


@pytest.mark.parametrize(
    "data",
    [
        b'<!DOCTYPE svg [<!ENTITY a "b">]>' + drawing(),
        drawing("<!-- a comment -->" + STAR),
        drawing('<?xml-stylesheet href="a.css"?>' + STAR),
        b'<?xml version="1.0" encoding="UTF-16"?>' + drawing(),
    ],
)
def test_refuses_document_types_entities_comments_and_other_encodings(data: bytes) -> None:
    assert code_of(data) == "agency.seal_content"


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"GIF89a",
        b"<svg",
        drawing(""),
        b'<html xmlns="http://www.w3.org/1999/xhtml"/>',
        drawing().replace(b'viewBox="0 0 100 100"', b""),
        drawing().replace(b"0 0 100 100", b"0 0 100 10"),
        drawing().replace(b"0 0 100 100", b"0 0 nan nan"),
        drawing().replace(b"#c8161d", b"\xff"),
    ],
)
def test_refuses_what_is_no_drawing_of_a_seal(data: bytes) -> None:
    assert code_of(data) == "agency.seal_format"


@pytest.mark.parametrize(
    "data",
    [
        drawing().ljust(MAX_SVG_BYTES + 1, b" "),
        drawing('<path d="M0 0"/>' * (MAX_SHAPES + 1)),
        drawing("<g>" * 20 + STAR + "</g>" * 20),
    ],
)
def test_refuses_a_drawing_beyond_its_limits(data: bytes) -> None:
    assert code_of(data) == "agency.seal_size"


def test_no_message_holds_what_was_drawn() -> None:
    with pytest.raises(RecordError) as refused:
        seal_outlines(drawing("<text>secret</text>"))
    assert "secret" not in str(refused.value)


@pytest.mark.parametrize(
    "shape", ['<polygon points="{}px"/>', '<g transform="matrix({}px)"/>', '<path transform="scale({}"/>']
)
def test_a_long_list_that_ends_wrong_is_refused_at_once(shape: str) -> None:
    begun = process_time()
    assert code_of(drawing(shape.format("11 " * 22))) == "agency.seal_content"
    assert code_of(drawing(shape.format("1" * 20_000 + " "))) == "agency.seal_content"
    assert process_time() - begun < 1.0
