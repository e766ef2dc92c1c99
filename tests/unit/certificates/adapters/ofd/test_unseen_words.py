"""Words of an OFD that nobody sees, under a good seal: a page with them agrees with no credential."""

import pytest

from certificates.adapters.ofd.container_read import read_container
from certificates.adapters.ofd.page_words import UNSEEN
from certificates.adapters.ofd.read import read_ofd
from certificates.core.errors import DocumentError
from tests.unit.certificates.ofd_parts import Sealers, resealed

PAGE = "Doc_0/Pages/Page_0/Content.xml"
BOUNDARY, SIZE = b'Boundary="19.2 15.2 9.6 6.8"', b'Size="4"'
INK, CODE = b'<ofd:FillColor Value="0 0 0"/>', b'<ofd:TextCode X="0.8" Y="4.8" DeltaX="4">'


def changed(sealed: bytes, sealers: Sealers, old: bytes, new: bytes) -> bytes:
    files = dict(read_container(sealed))
    assert old in files[PAGE], files[PAGE]
    return resealed(sealers, {**files, PAGE: files[PAGE].replace(old, new, 1)})


def test_the_words_of_a_licence_are_all_seen(sealed: bytes) -> None:
    assert read_ofd(sealed).text == "张三"


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (SIZE, b'Size="0.5"'),
        (SIZE, b'Size="0"'),
        (SIZE, b'Size="4" CTM="0.1 0 0 0.1 0.8 4.8"'),
        (SIZE, b'Size="4" CTM="1 0 0 0.001 0.8 4.8"'),
        (SIZE, b'Size="4" CTM="0 0 0 0 0 0"'),
        (SIZE, b'Size="4" Fill="false"'),
        (INK, b'<ofd:FillColor Value="255 255 255"/>'),
        (INK, b'<ofd:FillColor Value="230 240 250"/>'),
        (INK, b'<ofd:FillColor Value="0 0 0" Alpha="3"/>'),
        (BOUNDARY, b'Boundary="500 15.2 9.6 6.8"'),
        (BOUNDARY, b'Boundary="19.2 -90 9.6 6.8"'),
        (BOUNDARY, b'Boundary="19.2 15.2 0.1 6.8"'),
        (BOUNDARY, b'Boundary="19.2 15.2 3 6.8"'),
        (CODE, b'<ofd:TextCode X="0.8" Y="40" DeltaX="4">'),
        (CODE, b'<ofd:TextCode X="-90" Y="4.8" DeltaX="4">'),
        (CODE, b'<ofd:TextCode X="0.8" Y="4.8" DeltaX="400">'),
        (CODE, b'<ofd:TextCode X="nan" Y="4.8" DeltaX="4">'),
    ],
)
def test_words_that_nobody_sees_are_told_apart(sealed: bytes, sealers: Sealers, old: bytes, new: bytes) -> None:
    assert read_ofd(changed(sealed, sealers, old, new)).text == UNSEEN * 2


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (SIZE, b'Size="4" Visible="false"'),
        (SIZE, b'Size="4" Alpha="0"'),
        (SIZE, b'Size="4" DrawParam="1"'),
        (SIZE, b'Size="4" HScale="0.01"'),
        (SIZE, b'Size="4" CharDirection="90"'),
        (INK, INK + b"<ofd:Clips/>"),
        (b'Type="Body"', b'Type="Background"'),
        (b'Type="Body"', b'Type="Body" DrawParam="1"'),
        (CODE, CODE.replace(b'X="0.8"', b'X="0.8" Other="1"')),
    ],
)
def test_refuses_ways_of_drawing_that_licences_do_not_have(
    sealed: bytes, sealers: Sealers, old: bytes, new: bytes
) -> None:
    with pytest.raises(DocumentError) as refused:
        read_ofd(changed(sealed, sealers, old, new))
    assert refused.value.code == "ofd.active"


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (SIZE, b'Size="four"'),
        (BOUNDARY, b'Boundary="19.2 15.2 9.6"'),
        (CODE, CODE.replace(b'DeltaX="4"', b'DeltaX="g 1 4"')),
        (CODE, b'<ofd:TextCode X="0" Y="0"/>' + CODE),
        (b"<ofd:PhysicalBox>0 0 ", b"<ofd:PhysicalBox>0 5 "),
    ],
)
def test_refuses_places_that_are_none(sealed: bytes, sealers: Sealers, old: bytes, new: bytes) -> None:
    with pytest.raises(DocumentError) as refused:
        read_ofd(changed(sealed, sealers, old, new))
    assert refused.value.code == "ofd.structure"
