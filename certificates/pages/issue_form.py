"""The form of one licence type, made from its definition; the lint that guards signing guards the form as well."""

import base64
import uuid
from datetime import date
from typing import Any, Final

from django import forms
from django.forms.boundfield import BoundField
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.core.caller import Caller
from accounts.core.identity_codes import HOLDER_CODE_TYPES
from accounts.pages.wording import in_language, sentence_for
from certificates.core.errors import IssueError
from certificates.core.field_kinds import FieldKind
from certificates.core.field_rules import FieldError, check_values
from certificates.core.licence_type_model import FieldDefinition, FieldValue, LicenceTypeDefinition
from certificates.core.photos import MAX_PHOTO_BYTES, photo_field, photo_value
from certificates.pages.licence_view import term_words
from certificates.pages.rows import Row, field_title, value_texts
from certificates.services.prepare_photo import prepare_photo

# Filled in by the node, not typed: who issues, and the days that stand in the validity part of the form.
_ISSUER: Final = frozenset({"ZZBFJG", "ZZBFJGDM"})
_VALIDITY: Final = frozenset({"ZZYXQQSRQ", "ZZYXQJZRQ"})
_LONG_TEXT: Final = 80
_PREFIX: Final = "field."
_PHOTO: Final = "photo"  # the picture goes on to the comparison, and back, as base64 in a hidden input
_CARRIED: Final = "photo_ready"


class IssueForm(forms.Form):
    """This will take the values of one licence and its validity; `licence_values()` gives them as a service wants them."""

    idempotency_key = forms.UUIDField(widget=forms.HiddenInput)
    valid_from = forms.DateField(
        label=gettext_lazy("开始日期"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )
    valid_until = forms.DateField(
        label=gettext_lazy("截止日期"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )

    def __init__(
        self, *args: Any, definition: LicenceTypeDefinition, caller: Caller, today: date, **kwargs: Any
    ) -> None:
        """This will add one input for every field that an officer types."""
        kwargs.setdefault("initial", {"idempotency_key": uuid.uuid4(), "valid_from": today})
        super().__init__(*args, **kwargs)
        self.definition, self.caller, self.today = definition, caller, today
        self.fields["valid_until"].required = not definition.validity.long_term
        if definition.validity.long_term:
            self.fields["valid_until"].help_text = gettext_lazy("不填表示长期有效。")
        for field in definition.fields:
            if field.kind is FieldKind.PHOTO:
                self.fields[_PHOTO] = _photo_input(field)
                self.fields[_CARRIED] = forms.CharField(required=False, widget=forms.HiddenInput)
            elif field.short_name not in _ISSUER | _VALIDITY:
                self.fields[_PREFIX + field.name] = _form_field(field, definition, today)
        for shown in self.fields.values():
            shown.error_messages.update(required=_("请填写这一项。"), invalid=_("格式不正确。"))

    @property
    def licence_fields(self) -> list[BoundField]:
        """This will list the inputs of the licence's own fields, in the order of the type."""
        return [self[name] for name in self.fields if name.startswith(_PREFIX) or name == _PHOTO]

    @property
    def photo(self) -> bytes | None:
        """This will give the picture that was handed in, ready to be kept."""
        return self.cleaned_data.get(_PHOTO)

    @property
    def photo_base64(self) -> str:
        """This will give the same as text for the next step, empty without one."""
        return base64.b64encode(self.photo).decode("ascii") if self.photo else ""

    def clean_photo_ready(self) -> str:
        """This will take the picture that was chosen now, or the one that was ready before; both are read anew."""
        chosen, carried = self.cleaned_data.get(_PHOTO), self.cleaned_data.get(_CARRIED) or ""
        try:
            data = chosen.read(MAX_PHOTO_BYTES + 1) if chosen else base64.b64decode(carried, validate=True)
            self.cleaned_data[_PHOTO] = prepare_photo(data=data) if data else None
        except ValueError:
            self.add_error(_PHOTO, sentence_for("issue.photo_format"))
        except IssueError as error:
            self.add_error(_PHOTO, sentence_for(error.code))
        return ""

    def licence_values(self) -> dict[str, FieldValue]:
        """This will give the values by field name; what was left empty is absent."""
        values = {
            field.name: self._value(field) for field in self.definition.fields if field.kind is not FieldKind.PHOTO
        }
        return {name: value for name, value in values.items() if value}

    def rows(self) -> list[Row]:
        """This will list the checked values for the officer to compare with the papers."""
        values = self.licence_values()
        shown = [
            Row(title=field_title(field), values=value_texts(field, values[field.name]))
            for field in self.definition.fields
            if field.name in values and field.short_name not in _VALIDITY
        ]
        term = term_words(self.cleaned_data["valid_from"], self.cleaned_data["valid_until"])
        return [*shown, Row(title=_("有效期"), values=(term,))]

    def clean(self) -> dict[str, Any]:
        """This will run the type's own lint once every single input is readable, and put its refusal at the field."""
        cleaned = super().clean() or self.cleaned_data
        if self.errors:
            return cleaned
        try:
            check_values(
                self.definition,
                self._signed_values(),
                valid_from=cleaned["valid_from"],
                valid_until=cleaned["valid_until"],
                at=self.today,
            )
        except FieldError as error:
            self._refuse(error)
        return cleaned

    def _signed_values(self) -> dict[str, FieldValue]:
        field, picture = photo_field(self.definition), self.photo
        digest = {field.name: photo_value(picture)} if field is not None and picture else {}
        return {**self.licence_values(), **digest}

    def _refuse(self, error: FieldError) -> None:
        field = photo_field(self.definition)
        name = _PHOTO if field is not None and error.field == field.name else _PREFIX + error.field
        if name not in self.fields:
            name = "valid_until" if error.code.startswith("licence_type.validity.") else "__all__"
        self.add_error(None if name == "__all__" else name, sentence_for(error.code))

    def _value(self, field: FieldDefinition) -> FieldValue:
        if field.short_name in _ISSUER:
            own = self.caller.agency_name if field.short_name == "ZZBFJG" else self.caller.agency_uscc
            return own or ""
        if field.short_name in _VALIDITY:
            day = self.cleaned_data.get("valid_from" if field.short_name == "ZZYXQQSRQ" else "valid_until")
            return day.isoformat() if day else ""
        typed = self.cleaned_data.get(_PREFIX + field.name) or ""
        if field.is_list:
            return [line.strip() for line in str(typed).splitlines() if line.strip()]
        return typed.isoformat() if isinstance(typed, date) else str(typed)


def _photo_input(field: FieldDefinition) -> forms.Field:
    made = forms.FileField(
        help_text=_("JPEG 或 PNG，不超过 160 KiB。"), widget=forms.FileInput(attrs={"accept": "image/jpeg,image/png"})
    )
    made.label, made.required = field_title(field), False  # the type's lint asks for it where it must be there
    made.is_wide = True  # type: ignore[attr-defined]  # read by the template
    made.is_needed = field.required  # type: ignore[attr-defined]  # likewise
    return made


def _form_field(field: FieldDefinition, definition: LicenceTypeDefinition, today: date) -> forms.Field:
    made = _input(field, definition, today)
    made.label = field_title(field)
    made.required = field.required
    made.is_wide = isinstance(made.widget, forms.Textarea) or field.max_length > _LONG_TEXT  # type: ignore[attr-defined]  # read by the template
    return made


def _input(field: FieldDefinition, definition: LicenceTypeDefinition, today: date) -> forms.Field:
    if field.kind is FieldKind.HOLDER_CODE_TYPE:
        return _holder_code_type(field, definition)
    if field.is_list:
        help_text = _("每行一位持证人，顺序一致。") if field.multiple else _("每行一项。")
        return forms.CharField(help_text=help_text, widget=forms.Textarea(attrs={"rows": 3}))
    if field.kind is FieldKind.DATE:
        initial = today if field.short_name == "ZZBFRQ" else None
        return forms.DateField(initial=initial, widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"))
    if field.kind is FieldKind.ENUM:
        return forms.ChoiceField(
            choices=[
                ("", _("请选择")),
                *((item.value, in_language(item.title_zh, item.title_en)) for item in field.options),
            ]
        )
    if field.max_length > _LONG_TEXT * 2:
        return forms.CharField(max_length=field.max_length, widget=forms.Textarea(attrs={"rows": 4}))
    attrs = {"spellcheck": "false"}
    if field.kind in {FieldKind.CITIZEN_ID, FieldKind.USCC, FieldKind.HOLDER_CODE}:
        attrs |= {"autocapitalize": "characters", "class": "code"}
    return forms.CharField(max_length=field.max_length, widget=forms.TextInput(attrs=attrs))


def _holder_code_type(field: FieldDefinition, definition: LicenceTypeDefinition) -> forms.Field:
    kinds = {code: HOLDER_CODE_TYPES[code] for code in sorted(definition.holder_kinds)}
    names = [(code, f"{in_language(kind.name_zh, kind.name_en)} {code}") for code, kind in kinds.items()]
    if field.is_list:
        hint = " · ".join(name for _code, name in names)
        return forms.CharField(
            help_text=_("每行一位持证人，填代码：%(kinds)s") % {"kinds": hint}, widget=forms.Textarea(attrs={"rows": 2})
        )
    return forms.ChoiceField(choices=names)
