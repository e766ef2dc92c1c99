"""A serializer that refuses members it does not know, and its field for long texts."""

from typing import Any

from django.utils.datastructures import MultiValueDict
from rest_framework import serializers
from rest_framework.validators import ProhibitSurrogateCharactersValidator


class StrictSerializer(serializers.Serializer[Any]):
    """A body with an unknown member, or a form's with one twice, is refused: nothing is ever dropped in silence."""

    def to_internal_value(self, data: Any) -> Any:
        """This will validate the members; raises ValidationError with code `unknown_member|repeated_member`, naming no value."""
        if isinstance(data, dict) and not set(data) <= set(self.fields):
            raise serializers.ValidationError({"non_field_errors": ["unknown member"]}, code="unknown_member")
        if isinstance(data, MultiValueDict) and any(len(parts) != 1 for _, parts in data.lists()):
            raise serializers.ValidationError({"non_field_errors": ["member given twice"]}, code="repeated_member")
        return super().to_internal_value(data)


class LongTextField(serializers.CharField):
    """A text of thousands of characters: the framework looks at each of them for half characters, which the parsers let nobody send."""

    def __init__(self, **options: Any) -> None:
        super().__init__(**options)
        self.validators = [one for one in self.validators if not isinstance(one, ProhibitSurrogateCharactersValidator)]
