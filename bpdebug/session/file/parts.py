"""Parts of a file: classes whose annotations say what their fields may hold.

The core of pydantic checks them. Pydantic itself is not imported: to load it and to make its models
takes longer than all else that a command does.
"""

from __future__ import annotations

import types
from collections.abc import Callable, Mapping
from enum import Enum
from typing import (
    Annotated,
    Any,
    ClassVar,
    Literal,
    Self,
    Union,
    dataclass_transform,
    get_args,
    get_origin,
)

from pydantic_core import SchemaSerializer, SchemaValidator

_REQUIRED: Any = object()
_MUTABLE = (list, dict)


class Limits:
    """What a value has to keep to besides its type.

    `numbers` are `ge`, `le`, `pattern`, `min_length`, `max_length`, `allow_inf_nan`, `strict` as
    pydantic's core has them. `before` is called with the value that is checked, `after` with the
    checked one. `shown` is its name in the JSON Schema, where that
    says more than the type.
    """

    def __init__(
        self,
        *,
        before: Callable[[Any], object] | None = None,
        after: Callable[[Any], object] | None = None,
        shown: str | None = None,
        **numbers: object,
    ) -> None:
        self.before = before
        self.after = after
        self.shown = shown
        self.numbers = numbers


class Field:
    """A field of a part: what it may hold, what it is for, and what it holds if it is left out."""

    def __init__(self, annotation: Any, default: Any) -> None:
        self.annotation = annotation
        self._default = default

    @property
    def is_required(self) -> bool:
        return self._default is _REQUIRED

    @property
    def default(self) -> Any:
        """What it holds if it is left out, a list or mapping of its own; None if it may not be."""
        if self._default is _REQUIRED:
            return None
        return self._default.copy() if isinstance(self._default, _MUTABLE) else self._default

    @property
    def description(self) -> str:
        """What it is for: the last text among its annotations."""
        return next((e for e in reversed(get_args(self.annotation)) if isinstance(e, str)), "")


@dataclass_transform(kw_only_default=True)
class Part:
    """Fields that are checked when they are given by name. Raises pydantic_core.ValidationError.

    Fields that are not known are kept in `unknown`, for who reads the file to judge, or left out if
    `keeps_unknown` is false. `given` are the fields that were not left out.
    """

    __slots__ = ("__dict__", "__pydantic_extra__", "__pydantic_fields_set__")

    fields: ClassVar[dict[str, Field]] = {}
    keeps_unknown: ClassVar[bool] = True

    def __init_subclass__(cls, keeps_unknown: bool = True) -> None:
        cls.keeps_unknown = keeps_unknown
        cls.fields = cls.fields | {
            name: Field(annotation, cls.__dict__.get(name, _REQUIRED))
            for name, annotation in cls.__annotations__.items()
        }

    def __init__(self, **values: Any) -> None:
        if values or any(field.is_required for field in self.fields.values()):
            _validator(type(self)).validate_python(values, self_instance=self)
        else:  # nothing to check
            self.__dict__ = {name: field.default for name, field in self.fields.items()}
            self.__pydantic_extra__: dict[str, Any] | None = {} if self.keeps_unknown else None
            self.__pydantic_fields_set__: set[str] = set()

    @classmethod
    def read(cls, data: object) -> Self:
        """The part that JSON data are."""
        found: Self = _validator(cls).validate_python(data)
        return found

    @property
    def unknown(self) -> dict[str, Any]:
        return self.__pydantic_extra__ or {}

    @property
    def given(self) -> set[str]:
        return self.__pydantic_fields_set__

    def changed(self, changes: Mapping[str, object]) -> Self:
        """A copy with other values, which are not checked."""
        new = type(self).__new__(type(self))
        known = {name: value for name, value in changes.items() if name in self.fields}
        new.__dict__ = self.__dict__ | known
        others = {name: value for name, value in changes.items() if name not in self.fields}
        new.__pydantic_extra__ = self.unknown | others if self.keeps_unknown else None
        new.__pydantic_fields_set__ = self.given | changes.keys()
        return new

    def as_data(self, *, given_only: bool = False) -> dict[str, Any]:
        """The fields as JSON data, with `given_only` without those that were left out."""
        written: dict[str, Any] = _serializer(type(self)).to_python(
            self, mode="json", exclude_unset=given_only
        )
        return written

    def as_json(self, *, given_only: bool = False, only: set[str] | None = None) -> str:
        """The same as a text, `only` of some fields if they are said."""
        written = _serializer(type(self)).to_json(self, exclude_unset=given_only, include=only)
        return written.decode()

    def __eq__(self, other: object) -> bool:
        if type(self) is not type(other) or not isinstance(other, Part):
            return NotImplemented
        return self.__dict__ == other.__dict__ and self.unknown == other.unknown

    def __repr__(self) -> str:
        fields = ", ".join(f"{n}={v!r}" for n, v in (self.__dict__ | self.unknown).items())
        return f"{type(self).__name__}({fields})"


_VALIDATORS: dict[type[Part], SchemaValidator] = {}
_SERIALIZERS: dict[type[Part], SchemaSerializer] = {}


def _validator(part: type[Part]) -> SchemaValidator:
    if part not in _VALIDATORS:
        _VALIDATORS[part] = SchemaValidator(_schema(part))
    return _VALIDATORS[part]


def _serializer(part: type[Part]) -> SchemaSerializer:
    if part not in _SERIALIZERS:
        _SERIALIZERS[part] = SchemaSerializer(_schema(part))
    return _SERIALIZERS[part]


def _schema(part: type[Part]) -> Any:
    """What pydantic's core checks a part with."""
    definitions: dict[str, dict[str, Any]] = {}
    schema = _of_part(part, definitions)
    return {"type": "definitions", "schema": schema, "definitions": list(definitions.values())}


def _of_part(part: type[Part], definitions: dict[str, dict[str, Any]]) -> dict[str, Any]:
    name = part.__name__
    if name not in definitions:
        fields = {
            each: {"type": "model-field", "schema": _of_field(field, definitions)}
            for each, field in part.fields.items()
        }
        unknown = "allow" if part.keeps_unknown else "ignore"
        definitions[name] = {
            "type": "model",
            "cls": part,
            "schema": {"type": "model-fields", "fields": fields, "model_name": name},
            "config": {"strict": True, "extra_fields_behavior": unknown, "title": name},
            "ref": name,
        }
    return {"type": "definition-ref", "schema_ref": name}


def _of_field(field: Field, definitions: dict[str, dict[str, Any]]) -> dict[str, Any]:
    schema = _of(field.annotation, definitions)
    if field.is_required:
        return schema
    if isinstance(field.default, _MUTABLE):
        return {"type": "default", "schema": schema, "default_factory": type(field.default)}
    return {"type": "default", "schema": schema, "default": field.default}


def _of(annotation: Any, definitions: dict[str, dict[str, Any]]) -> dict[str, Any]:
    origin, arguments = get_origin(annotation), get_args(annotation)
    if origin is Annotated:
        return _within(_of(arguments[0], definitions), arguments[1:])
    if origin in (Union, types.UnionType):
        choices = [_of(each, definitions) for each in arguments if each is not types.NoneType]
        choice = choices[0] if len(choices) == 1 else {"type": "union", "choices": choices}
        is_nullable = types.NoneType in arguments
        return {"type": "nullable", "schema": choice} if is_nullable else choice
    if origin is list:
        return {"type": "list", "items_schema": _of(arguments[0], definitions)}
    if origin is dict:
        keys, values = (_of(each, definitions) for each in arguments)
        return {"type": "dict", "keys_schema": keys, "values_schema": values}
    if origin is Literal:
        return {"type": "literal", "expected": list(arguments)}
    if isinstance(annotation, type) and issubclass(annotation, Part):
        return _of_part(annotation, definitions)
    if isinstance(annotation, type) and issubclass(annotation, Enum):
        # In a file it is a text.
        members = list(annotation)
        found = {"type": "enum", "cls": annotation, "members": members, "sub_type": "str"}
        return found | {"strict": False}
    return {"type": _PLAIN[annotation]}


_PLAIN = {str: "str", int: "int", float: "float", bool: "bool", Any: "any"}


def _within(schema: dict[str, Any], notes: tuple[Any, ...]) -> dict[str, Any]:
    """What is checked of a type, with what is noted beside it."""
    for limits in notes:
        if not isinstance(limits, Limits):
            continue
        if schema["type"] == "nullable":
            schema = schema | {"schema": schema["schema"] | limits.numbers}
        else:
            schema = schema | limits.numbers
        if limits.before is not None:
            call = {"type": "no-info", "function": limits.before}
            schema = {"type": "function-before", "function": call, "schema": schema}
        if limits.after is not None:
            call = {"type": "no-info", "function": limits.after}
            schema = {"type": "function-after", "function": call, "schema": schema}
    return schema
