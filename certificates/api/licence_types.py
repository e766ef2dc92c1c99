"""The licence types a node issues."""

from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.api.permissions import NO_SCOPE
from certificates.core.grains import Grain
from certificates.core.licence_types import FieldDefinition, LicenceTypeDefinition
from certificates.queries.licence_types import licence_types


class FactBody(serializers.Serializer[Any]):
    """A fact a field can be shown as; it is asked for by its own name."""

    name = serializers.CharField()
    title_zh = serializers.CharField()
    title_en = serializers.CharField()


class FieldBody(serializers.Serializer[Any]):
    """A field of a type."""

    name = serializers.CharField()
    title_zh = serializers.CharField()
    title_en = serializers.CharField()
    kind = serializers.CharField()
    required = serializers.BooleanField()  # type: ignore[assignment]  # the member's name is the design's word
    multiple = serializers.BooleanField()
    grains = serializers.SerializerMethodField()
    facts = FactBody(many=True)

    def get_grains(self, field: FieldDefinition) -> list[str]:
        """This will list the grains from the most to the least."""
        return [grain.value for grain in Grain if grain in field.grains]


class LicenceTypeBody(serializers.Serializer[Any]):
    """The current version of a type."""

    code = serializers.CharField()
    version = serializers.IntegerField()
    provisional = serializers.BooleanField()
    title_zh = serializers.CharField()
    title_en = serializers.CharField()
    fields = FieldBody(many=True)  # type: ignore[assignment]  # the member's name is the design's word


class LicenceTypesBody(serializers.Serializer[Any]):
    """All of them."""

    licence_types = LicenceTypeBody(many=True)


def licence_types_body() -> dict[str, object]:
    """This will give the current types as the API and the recognition API show them."""
    return {"licence_types": [type_body(known.definition) for known in licence_types()]}


def type_body(definition: LicenceTypeDefinition) -> dict[str, object]:
    """This will give one type."""
    return {
        "code": definition.code,
        "version": definition.version,
        "provisional": definition.provisional,
        "title_zh": definition.title_zh,
        "title_en": definition.title_en,
        "fields": [FieldBody(field).data for field in definition.fields],
    }


class LicenceTypes(APIView):
    """`/api/v1/licence-types`."""

    scopes = NO_SCOPE

    @extend_schema(responses=LicenceTypesBody)
    def get(self, request: Request) -> Response:
        """List the current version of every type."""
        return Response(licence_types_body())
