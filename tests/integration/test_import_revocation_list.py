"""What a licensed CA revoked by itself reaches this node's register and, in the bundle, every peer."""

from base64 import b64decode
from datetime import datetime, timedelta

import pytest

from certificates.core.errors import CertificatesError, IssueError
from certificates.core.x509_crl import Reason, Revocation
from certificates.core.x509_read import read_certificate
from certificates.models import IssuerKey, RegionCa
from certificates.services.add_licensed_ca import add_licensed_ca
from certificates.services.import_issuer_certificate import import_issuer_certificate
from certificates.services.import_revocation_list import import_revocation_list
from certificates.services.publish_revocation_lists import publish_revocation_lists
from certificates.services.request_issuer_certificate import request_issuer_certificate
from tests.integration.factories import AT, Node
from tests.integration.licensed_ca import LicensedCa
from verification.core.agency_keys import AgencyKeys, verify_agency_keys
from verification.core.errors import IssuerError
from verification.core.reasons import UNKNOWN_REASON, reason
from verification.core.trust_list import read_region
from verification.models import AgencyKeyBundle
from verification.queries.own_agency_keys import own_agency_keys
from verification.queries.readiness import warnings
from verification.services.describe_node import describe_node
from verification.services.publish_agency_keys import publish_agency_keys

HOUR = timedelta(hours=1)
pytestmark = pytest.mark.django_db


@pytest.fixture
def ca(node: Node) -> LicensedCa:
    licensed = LicensedCa(at=AT)
    add_licensed_ca(certificate=licensed.certificate, at=AT)
    return licensed


@pytest.fixture
def certified(node: Node, ca: LicensedCa) -> tuple[str, int]:
    """Kid and serial number of an active key under the licensed CA."""
    asked = request_issuer_certificate(agency_uscc=node.agency.uscc, use="credential", licence_types=[])
    leaf = ca.certify(asked.csr)
    assert import_issuer_certificate(kid=asked.kid, chain=[leaf], from_at=AT, at=AT)
    return asked.kid, read_certificate(leaf).serial_number


def bundle() -> AgencyKeys:
    publish_agency_keys(at=AT)
    newest = AgencyKeyBundle.objects.order_by("-version").first()
    assert newest is not None
    return verify_agency_keys(newest.bundle, region=read_region(describe_node(at=AT)), at=AT)


def refusal(der: bytes, **changes: object) -> str:
    with pytest.raises(CertificatesError) as refused:
        import_revocation_list(der=der, **({"at": AT + HOUR} | changes))  # type: ignore[arg-type]
    return refused.value.code


def test_a_key_that_the_ca_calls_compromised_is_so_in_the_register_and_for_peers(
    ca: LicensedCa, certified: tuple[str, int]
) -> None:
    kid, serial = certified
    entry = Revocation(serial_number=serial, revoked_at=AT, reason=Reason.KEY_COMPROMISE)

    assert (
        import_revocation_list(der=ca.revocation_list(entry), at=AT + HOUR)
        == RegionCa.objects.get(backend="external").kid
    )

    row = IssuerKey.objects.get(kid=kid)
    assert (row.state, row.compromised_at) == ("compromised", AT)
    told = bundle()
    assert told.by_kid[kid].state == "compromised"
    assert [item.by_serial for item in told.revocation_lists] == [{serial: entry}]


def test_a_key_revoked_for_another_reason_is_retired_as_of_then(ca: LicensedCa, certified: tuple[str, int]) -> None:
    kid, serial = certified
    entry = Revocation(serial_number=serial, revoked_at=AT + HOUR, reason=Reason.SUPERSEDED)
    import_revocation_list(der=ca.revocation_list(entry), at=AT + HOUR)
    row = IssuerKey.objects.get(kid=kid)
    assert (row.state, row.to_at) == ("retired", AT + HOUR)
    # Found to be earlier by a newer list, it ended earlier; never later.
    for number, when, wanted in ((2, AT + HOUR / 2, AT + HOUR / 2), (3, AT + HOUR, AT + HOUR / 2)):
        again = Revocation(serial_number=serial, revoked_at=when, reason=Reason.SUPERSEDED)
        import_revocation_list(der=ca.revocation_list(again, number=number), at=AT + HOUR)
        assert IssuerKey.objects.get(kid=kid).to_at == wanted


def test_a_pending_key_whose_certificate_was_revoked_never_begins(node: Node, ca: LicensedCa) -> None:
    asked = request_issuer_certificate(agency_uscc=node.agency.uscc, use="credential", licence_types=[])
    leaf = ca.certify(asked.csr)
    import_issuer_certificate(kid=asked.kid, chain=[leaf], from_at=AT + 24 * HOUR, at=AT)
    entry = Revocation(serial_number=read_certificate(leaf).serial_number, revoked_at=AT, reason=Reason.SUPERSEDED)
    import_revocation_list(der=ca.revocation_list(entry), at=AT + HOUR)
    assert IssuerKey.objects.get(kid=asked.kid).state == "compromised"
    assert IssuerKey.objects.get(kid=node.kid).state == "active"


def test_another_cas_certificates_of_the_same_number_stay(node: Node, ca: LicensedCa) -> None:
    own = IssuerKey.objects.get(kid=node.kid)
    serial = read_certificate(b64decode(own.chain_der[0])).serial_number
    import_revocation_list(der=ca.revocation_list(Revocation(serial_number=serial, revoked_at=AT)), at=AT + HOUR)
    assert IssuerKey.objects.get(kid=node.kid).state == "active"


def test_this_node_makes_no_list_for_a_licensed_ca(ca: LicensedCa) -> None:
    publish_revocation_lists(at=AT)
    assert RegionCa.objects.get(backend="external").crl_der is None


def test_refuses_a_list_of_a_ca_that_is_not_entered(node: Node, ca: LicensedCa) -> None:
    assert refusal(LicensedCa(at=AT).revocation_list()) == "issue.ca"
    assert refusal(b"junk") == "crl.unreadable"
    good = ca.revocation_list()
    assert refusal(good[:-1] + bytes([good[-1] ^ 1])) == "issuer.signature"


def test_refuses_a_list_that_is_not_in_force_or_older_than_the_one_at_hand(ca: LicensedCa) -> None:
    assert refusal(ca.revocation_list(), at=AT + timedelta(days=30)) == "issue.crl_not_in_force"
    assert refusal(ca.revocation_list(), at=AT - HOUR) == "issue.crl_not_in_force"
    import_revocation_list(der=ca.revocation_list(number=5), at=AT)
    import_revocation_list(der=ca.revocation_list(number=5), at=AT)
    assert refusal(ca.revocation_list(number=4)) == "issue.crl_older"


@pytest.mark.parametrize("reason", [Reason.KEY_COMPROMISE, Reason.SUPERSEDED])
@pytest.mark.parametrize("begins", [AT + HOUR, AT + 24 * HOUR], ids=["at once", "later"])
def test_refuses_a_certificate_that_its_ca_has_already_revoked(
    node: Node, ca: LicensedCa, reason: Reason, begins: datetime
) -> None:
    asked = request_issuer_certificate(agency_uscc=node.agency.uscc, use="credential", licence_types=[])
    leaf, other = ca.certify(asked.csr), ca.certify(asked.csr)
    entry = Revocation(serial_number=read_certificate(leaf).serial_number, revoked_at=AT, reason=reason)
    import_revocation_list(der=ca.revocation_list(entry), at=AT)

    with pytest.raises(IssueError) as refused:
        import_issuer_certificate(kid=asked.kid, chain=[leaf], from_at=begins, at=AT + HOUR)

    assert refused.value.code == "issue.certificate_revoked"
    row = IssuerKey.objects.get(kid=asked.kid)
    assert (row.state, row.chain_der, row.from_at) == ("pending", [], None)
    assert IssuerKey.objects.get(kid=node.kid).state == "active"
    # Another certificate of the same CA for the same key is taken.
    assert import_issuer_certificate(kid=asked.kid, chain=[other], from_at=AT + HOUR, at=AT + HOUR)


def test_the_own_counters_judge_by_the_lists_that_peers_read(ca: LicensedCa, certified: tuple[str, int]) -> None:
    kid, serial = certified
    entry = Revocation(serial_number=serial, revoked_at=AT, reason=Reason.SUPERSEDED)
    import_revocation_list(der=ca.revocation_list(entry), at=AT + HOUR)
    publish_revocation_lists(at=AT)

    own = own_agency_keys(kids=[kid], at=AT + HOUR)

    assert own.revocation_lists == bundle().revocation_lists
    assert entry in [item.by_serial.get(serial) for item in own.revocation_lists]
    assert own_agency_keys(kids=[], at=AT).revocation_lists == ()


def test_refuses_to_judge_by_a_kept_list_that_its_ca_did_not_sign(ca: LicensedCa, certified: tuple[str, int]) -> None:
    stranger = LicensedCa(at=AT)
    RegionCa.objects.filter(backend="external").update(crl_der=stranger.revocation_list())
    with pytest.raises(IssuerError) as refused:
        own_agency_keys(kids=[certified[0]], at=AT)
    assert refused.value.code == "agency_keys.crl"


def test_a_list_that_ends_within_a_week_is_told_to_who_runs_the_node(node: Node, ca: LicensedCa) -> None:
    publish_revocation_lists(at=AT)
    import_revocation_list(der=ca.revocation_list(), at=AT + HOUR)
    assert warnings(at=AT + timedelta(days=15)) == ()
    publish_revocation_lists(at=AT + timedelta(days=25))  # the node's own are renewed by themselves
    assert warnings(at=AT + timedelta(days=25)) == ("node.crl_ends",)
    assert reason("node.crl_ends") is not UNKNOWN_REASON
    at = AT + timedelta(days=40)
    publish_revocation_lists(at=at)
    assert warnings(at=at) == ("node.crl_ends",)
