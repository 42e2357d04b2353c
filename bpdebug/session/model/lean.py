"""Parts of a session file in which what is as usual is left out."""

from __future__ import annotations

from typing import Any, TypeVar

from pydantic import BaseModel

_Part = TypeVar("_Part", bound=BaseModel)


def lean(part: type[_Part], **values: Any) -> _Part:
    """A part in which what is as usual is left out."""
    fields = part.model_fields
    return part(**{n: v for n, v in values.items() if v != fields[n].default})
