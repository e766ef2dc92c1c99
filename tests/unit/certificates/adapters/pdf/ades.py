"""pyHanko's own AdES validation (ETSI EN 319 102-1) of a file, with nothing fetched: a second opinion on what we made."""

import asyncio
import io
from collections.abc import Sequence
from datetime import datetime

import time_machine
from asn1crypto import crl, x509
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.ades.report import AdESSubIndic
from pyhanko.sign.validation.ades import AdESLTAValidationResult, ades_lta_validation
from pyhanko.sign.validation.policy_decl import (
    LocalKnowledge,
    PdfSignatureValidationSpec,
    RevinfoOnlineFetchingRule,
    RevocationInfoGatheringSpec,
    SignatureValidationSpec,
)
from pyhanko_certvalidator.context import CertValidationPolicySpec
from pyhanko_certvalidator.ltv.types import ValidationTimingInfo
from pyhanko_certvalidator.policy_decl import REQUIRE_REVINFO, CertRevTrustPolicy
from pyhanko_certvalidator.registry import SimpleTrustManager
from pyhanko_certvalidator.revinfo.archival import CRLContainer


def ades_result(
    pdf: bytes, *, roots: list[bytes], tsa_roots: list[bytes], at: datetime, crls: Sequence[bytes] = ()
) -> AdESLTAValidationResult:
    """The whole result at the moment `at`, trusting these roots (DER); `crls` are fresh lists that the verifier brings along."""

    def policy(trusted: list[bytes]) -> CertValidationPolicySpec:
        manager = SimpleTrustManager.build(trust_roots=[x509.Certificate.load(der) for der in trusted])
        return CertValidationPolicySpec(trust_manager=manager, revinfo_policy=CertRevTrustPolicy(REQUIRE_REVINFO))

    knowledge = (
        LocalKnowledge(known_crls=[CRLContainer(crl.CertificateList.load(der)) for der in crls])
        if crls
        else LocalKnowledge()
    )
    spec = SignatureValidationSpec(
        cert_validation_policy=policy(roots),
        ts_cert_validation_policy=policy(tsa_roots),
        revinfo_gathering_policy=RevocationInfoGatheringSpec(online_fetching_rule=RevinfoOnlineFetchingRule.LOCAL_ONLY),
        local_knowledge=knowledge,
    )
    signature = PdfFileReader(io.BytesIO(pdf)).embedded_regular_signatures[0]
    timing = ValidationTimingInfo(validation_time=at, best_signature_time=at, point_in_time_validation=True)
    with time_machine.travel(at):  # what is at hand was known since now, by the library's clock
        return asyncio.run(ades_lta_validation(signature, PdfSignatureValidationSpec(spec), timing_info=timing))


def ades_indication(
    pdf: bytes, *, roots: list[bytes], tsa_roots: list[bytes], at: datetime, crls: Sequence[bytes] = ()
) -> AdESSubIndic:
    """PASSED OK, or why not."""
    return ades_result(pdf, roots=roots, tsa_roots=tsa_roots, at=at, crls=crls).ades_subindic
