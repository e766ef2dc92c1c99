"""Revoke, suspend and reinstate: they return after the new status list is signed and stored."""

from collections.abc import Callable
from typing import Any, ClassVar
from uuid import UUID

from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.api.authentication import caller_of
from accounts.api.strict_serializer import StrictSerializer
from accounts.core.permissions import Scope
from certificates.api.issue import MetadataBody
from certificates.core.act_reasons import REASONS
from certificates.core.certificate_states import Act
from certificates.services.read_agency_certificate import read_agency_certificate
from certificates.services.reinstate_certificate import reinstate_certificate
from certificates.services.revoke_certificate import revoke_certificate
from certificates.services.suspend_certificate import suspend_certificate


class RevocationBody(StrictSerializer):
    """Why it ends."""

    reason_code = serializers.ChoiceField(REASONS[Act.REVOKE])


class SuspensionBody(StrictSerializer):
    """Why it does not hold for now."""

    reason_code = serializers.ChoiceField(REASONS[Act.SUSPEND])


class ReinstatementBody(StrictSerializer):
    """Why it holds again."""

    reason_code = serializers.ChoiceField(REASONS[Act.REINSTATE])


class LifeStep(APIView):
    """One step of a certificate's life."""

    scopes = (Scope.CERTIFICATES_MANAGE, Scope.CERTIFICATES_READ)  # the answer is the metadata

    act: ClassVar[Callable[..., None]]
    body: ClassVar[type[StrictSerializer]]

    def post(self, request: Request, certificate_id: UUID) -> Response:
        """Take the step, and give the metadata as it is now."""
        body = self.body(data=request.data)
        body.is_valid(raise_exception=True)
        reason: dict[str, Any] = body.validated_data
        type(self).act(caller=caller_of(request), certificate_id=certificate_id, at=timezone.now(), **reason)
        return Response(
            MetadataBody(read_agency_certificate(caller=caller_of(request), certificate_id=certificate_id)).data
        )


@extend_schema(request=RevocationBody, responses=MetadataBody)
class Revocation(LifeStep):
    """`/api/v1/certificates/{id}/revoke`: for good."""

    act = staticmethod(revoke_certificate)
    body = RevocationBody


@extend_schema(request=SuspensionBody, responses=MetadataBody)
class Suspension(LifeStep):
    """`/api/v1/certificates/{id}/suspend`: until reinstated or revoked."""

    act = staticmethod(suspend_certificate)
    body = SuspensionBody


@extend_schema(request=ReinstatementBody, responses=MetadataBody)
class Reinstatement(LifeStep):
    """`/api/v1/certificates/{id}/reinstate`: ends a suspension."""

    act = staticmethod(reinstate_certificate)
    body = ReinstatementBody
