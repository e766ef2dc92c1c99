"""Copies of every type of licence, made by its holder from issue to file: VALID by files alone, at a B-B signature that other readers take."""

import shutil
import subprocess
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from pytest_django import Settings

from certificates.core.errors import CopyError
from certificates.core.grains import Grain
from certificates.core.licence_types import parse_licence_type
from certificates.models import Certificate, LicenceType, PurposeCopy
from certificates.services.create_issuer_key import create_issuer_key
from certificates.services.initialise_node import initialise_node
from certificates.services.load_licence_types import load_licence_types
from demo.people import read_licence_types
from tests.integration.copy_steps import fetched, ordered, rendered, row_of
from tests.integration.factories import AT, Node, make_agency, officer_of
from tests.integration.recognition_steps import World, make_world
from tests.integration.test_every_type_verified import ALWAYS, LICENCES, request
from tests.integration.test_verify_offline import codes, taken_along
from verification.core.verdict import VerdictOutcome
from verification.services.verify_offline import verify_offline

pytestmark = pytest.mark.django_db
FIRST = {licence["type"]: name for name, licence in reversed(LICENCES.items())}.values()  # one of each type


@pytest.fixture
def world(node_folder: Path, settings: Settings, own_files: None) -> World:
    """A node whose one agency issues every type."""
    initialise_node(at=AT)
    types, templates = read_licence_types()
    load_licence_types(definitions=types, templates=templates, at=AT)
    agency = make_agency()
    kid = create_issuer_key(agency_uscc=agency.uscc, licence_types=[one["code"] for one in types], at=AT)
    return make_world(Node(agency=agency, kid=kid, officer=officer_of(agency)), settings)


def grains_of(type_code: str, grain: Grain) -> dict[str, Grain]:
    """Everything at that grain, what is never so at the other one; and every fact."""
    definition = parse_licence_type(LicenceType.objects.get(code=type_code).definition)
    other = Grain.MASKED if grain is Grain.FULL else Grain.FULL
    fields = {field.name: grain if grain in field.grains else other for field in definition.fields}
    return fields | {fact.name: Grain.FACT for fact in definition.facts}


@pytest.mark.parametrize("grain", [Grain.FULL, Grain.MASKED])
@pytest.mark.parametrize(
    "name", [pytest.param(name, marks=[] if name in ALWAYS else [pytest.mark.exhaustive]) for name in sorted(FIRST)]
)
def test_a_copy_is_valid_by_files_alone(name: str, grain: Grain, world: World, tmp_path: Path) -> None:
    issued = world.node.issue(request(world.node, LICENCES[name]))
    made = ordered(issued, grains=grains_of(LICENCES[name]["type"], grain))
    rendered(made)
    data = fetched(made, issued).data

    files = taken_along(world, world.trust(issued_at=AT - timedelta(hours=1)))
    told: Any = verify_offline(data=data, files=files, at=AT)
    assert told.verdict.outcome is VerdictOutcome.VALID, codes(told)
    assert row_of(made).document.level == "B-B"
    assert Certificate.objects.get().identifier.encode() not in data
    pdfsig, file = shutil.which("pdfsig"), tmp_path / "copy.pdf"
    if pdfsig is not None:
        file.write_bytes(data)
        said = subprocess.run([pdfsig, str(file)], capture_output=True, text=True, check=True, timeout=60).stdout
        assert "Signature is Valid" in said
        assert "Total document signed" in said


def test_one_number_is_not_masked_in_one_place_and_whole_in_another(world: World) -> None:
    issued = world.node.issue(request(world.node, LICENCES["zhang_id_card"]))

    for one, other in ((Grain.FULL, Grain.MASKED), (Grain.MASKED, Grain.FULL)):
        with pytest.raises(CopyError) as refused:
            ordered(issued, grains={"certificate_number": one, "holder_code": other})
        assert refused.value.code == "copy.same_number"
    assert not PurposeCopy.objects.exists()
    assert ordered(issued, grains={"certificate_number": Grain.MASKED, "holder_code": Grain.WITHHELD}).number
