"""`dataclass` of the standard library, whose methods are made when they are first used.

Python writes and compiles several methods for each class, which takes half a millisecond. There are
hundreds of classes, of which a command uses some.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterable, Mapping
from operator import attrgetter
from reprlib import recursive_repr
from threading import RLock
from typing import TYPE_CHECKING, Any

__all__ = ["dataclass"]

_INIT, _FIELDS = "__init__", "__dataclass_fields__"
_MADE = ("__dataclass_params__", "__match_args__", "__replace__")
_LOCK = RLock()

if TYPE_CHECKING:
    from dataclasses import dataclass
else:

    def dataclass(
        cls: type | None = None, /, *, slots: bool = False, order: bool = False, **options: bool
    ) -> Any:
        """As `dataclasses.dataclass`; what is frozen has no attributes beside its fields."""
        if order:  # there are few of them
            return dataclasses.dataclass(cls, slots=slots, order=True, **options)
        return _later(cls, slots, **options) if cls else lambda cls: _later(cls, slots, **options)


def _later(cls: type, slots: bool, eq: bool = True, frozen: bool = False, **options: bool) -> type:
    """The class with a stub, which makes what an object is made with when the first one is."""
    own = {name: each for name, each in vars(cls).items() if name not in _OF_OBJECTS}
    record = _slotted(cls, own) if slots else cls

    def complete() -> None:
        with _LOCK:
            if not isinstance(vars(record)[_FIELDS], _Fields):
                return
            # In a twin, for another thread may make objects meanwhile.
            twin = type(cls)(cls.__name__, cls.__bases__, own)
            dataclasses.dataclass(twin, init=False, eq=False, repr=False, **options)
            made = vars(twin)
            for name in _MADE:
                if name in made and made[name] is not own.get(name):
                    setattr(record, name, made[name])
            fields = made[_FIELDS]
            if _INIT not in own:
                setattr(record, _INIT, _initial(record, dataclasses.fields(twin), frozen))
            for name in () if slots else fields.keys() & own.keys():
                if name in made:
                    setattr(record, name, made[name])
                else:
                    delattr(record, name)
            setattr(record, _FIELDS, fields)

    def __init__(self: object, *arguments: Any, **named: Any) -> None:  # noqa: N807
        complete()
        vars(record)[_INIT](self, *arguments, **named)

    methods: dict[str, Any] = {_INIT: __init__, "__repr__": _repr}
    if eq:
        methods |= _comparing(record, frozen)
    if frozen:
        methods |= {"__setattr__": _refuse, "__delattr__": _refuse}
    if frozen and slots:
        methods |= {"__getstate__": _state, "__setstate__": _set_state}
    for name, method in methods.items():
        if name not in own or (name == "__hash__" and own[name] is None):
            setattr(record, name, method)
    setattr(record, _FIELDS, _Fields(record, complete))
    return record


def _initial(
    record: type, fields: Iterable[dataclasses.Field[Any]], frozen: bool
) -> Callable[..., None]:
    """The method that is called with the values of fields and sets them."""
    names: dict[str, Any] = {"_set_": object.__setattr__, "_unset_": object()}
    parameters, by_name, lines = ["self"], list[str](), list[str]()
    for each in fields:
        default, factory = f"_default_{each.name}", f"_factory_{each.name}"
        names |= {default: each.default, factory: each.default_factory}
        is_made = each.default_factory is not dataclasses.MISSING
        has_default = each.default is not dataclasses.MISSING
        if each.init:
            usual = "=_unset_" if is_made else f"={default}" if has_default else ""
            (by_name if each.kw_only else parameters).append(f"{each.name}{usual}")
            value = (
                f"{factory}() if {each.name} is _unset_ else {each.name}" if is_made else each.name
            )
        elif is_made or has_default:
            value = f"{factory}()" if is_made else default
        else:
            continue
        line = f"_set_(self, {each.name!r}, {value})" if frozen else f"self.{each.name} = {value}"
        lines.append(line)
    if hasattr(record, "__post_init__"):
        lines.append("self.__post_init__()")
    head = ", ".join([*parameters, *(["*", *by_name] if by_name else [])])
    exec(f"def __init__({head}):\n " + "\n ".join(lines or ["pass"]), names)
    made: Callable[..., None] = names["__init__"]
    made.__qualname__ = f"{record.__qualname__}.__init__"
    return made


def _comparing(record: type, frozen: bool) -> dict[str, Any]:
    """What compares objects, all of whose fields count if they are not said to be left out."""
    key: Callable[[object], object] | None = None

    def key_of(self: object) -> object:
        nonlocal key
        if key is None:
            names = [each.name for each in dataclasses.fields(record) if each.compare]
            key = attrgetter(*names) if names else bool
        return key(self)

    def __eq__(self: object, other: object) -> bool:  # noqa: N807
        if other.__class__ is not self.__class__:
            return NotImplemented
        return (key or key_of)(self) == (key or key_of)(other)

    def __hash__(self: object) -> int:  # noqa: N807
        return hash((key or key_of)(self))

    return {"__eq__": __eq__, "__hash__": __hash__ if frozen else None}


_OF_OBJECTS = ("__dict__", "__weakref__")


def _slotted(cls: type, own: Mapping[str, Any]) -> type:
    """The class with slots for its fields."""
    inherited = {each for base in cls.__mro__[1:] for each in getattr(base, "__slots__", ())}
    slots = tuple(
        name
        for name, annotation in own.get("__annotations__", {}).items()
        if name not in inherited and "ClassVar[" not in str(annotation)
    )
    kept = {name: each for name, each in own.items() if name not in slots}
    record = type(cls)(cls.__name__, cls.__bases__, {**kept, "__slots__": slots})
    record.__qualname__ = cls.__qualname__
    return record


class _Fields:
    """Stands for the fields of a record: who asks for them has its methods made."""

    def __init__(self, record: type, complete: Callable[[], None]) -> None:
        self._record = record
        self._complete = complete

    def __get__(self, instance: object, owner: type) -> Any:
        self._complete()
        return vars(self._record)[_FIELDS]


@recursive_repr()
def _repr(self: Any) -> str:
    shown = (f"{f.name}={getattr(self, f.name)!r}" for f in dataclasses.fields(self) if f.repr)
    return f"{type(self).__qualname__}({', '.join(shown)})"


def _refuse(self: object, name: str, *value: object) -> None:
    what = "assign to" if value else "delete"
    raise dataclasses.FrozenInstanceError(f"cannot {what} field {name!r}")


def _state(self: Any) -> list[object]:
    return [getattr(self, field.name) for field in dataclasses.fields(self)]


def _set_state(self: Any, state: list[object]) -> None:
    for field, value in zip(dataclasses.fields(self), state, strict=True):
        object.__setattr__(self, field.name, value)
