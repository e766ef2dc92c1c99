"""A serializer that refuses members it does not know."""

from typing import Any

from rest_framework import serializers


class StrictSerializer(serializers.Serializer[Any]):
    """A body with an unknown member is refused, so that a misspelt or smuggled one is never dropped in silence."""

    def to_internal_value(self, data: Any) -> Any:
        """This will validate the members; raises ValidationError with code `unknown_member`, naming no value."""
        if isinstance(data, dict) and not set(data) <= set(self.fields):
            raise serializers.ValidationError({"non_field_errors": ["unknown member"]}, code="unknown_member")
        return super().to_internal_value(data)
