"""Writing a session file: atomically, and so that a person can read and edit it."""

from __future__ import annotations

import contextlib
import json
import os
import tempfile
from pathlib import Path

from bpdebug.session.errors import Problem, SessionError
from bpdebug.session.format import SessionPart, WorkPart

_WIDTH = 100

_LAST = (*WorkPart.model_fields, "recorded_from", "actions", "digests")
"""The fields that are about a run, not about what is run."""


def write_session(part: SessionPart, path: Path) -> None:
    """Write a session file. The old file stays whole if that fails, with a SessionError."""
    text = session_text(part)
    try:
        # Through a link to the file behind it, so that the link stays.
        target = Path(os.path.realpath(path))
        mode = target.stat().st_mode & 0o777 if target.exists() else None
        handle, temporary = tempfile.mkstemp(prefix=f".{target.name}.", dir=target.parent)
        try:
            with open(handle, "w", encoding="utf-8") as file:
                file.write(text)
                file.flush()
                os.fsync(file.fileno())
            os.chmod(temporary, mode if mode is not None else 0o666 & ~_umask())
            os.replace(temporary, target)
        except BaseException:
            with contextlib.suppress(OSError):
                os.unlink(temporary)
            raise
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        message = f"cannot be saved: {reason}; the old file is unchanged"
        raise SessionError(str(path), [Problem("", message)]) from error
    _sync_folder(target.parent)


def _sync_folder(folder: Path) -> None:
    """Make the new name durable. Where folders cannot be synced, the file is saved all the same."""
    with contextlib.suppress(OSError):
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)


def session_text(part: SessionPart) -> str:
    """The session as JSON, short lists on one line; empty fields are left out."""
    head = {"format": part.format, "version": part.version, "numerics": part.numerics}
    fields = part.model_dump(mode="json", exclude_unset=True)
    # What it is comes before what was made of it.
    order = [name for name in fields if name not in _LAST] + [n for n in _LAST if n in fields]
    usual = {name: field.default for name, field in WorkPart.model_fields.items()}
    kept = {name: fields[name] for name in order if fields[name] != usual.get(name)}
    data = head | {name: value for name, value in kept.items() if value not in ([], {}, None)}
    return _written(data, "") + "\n"


def _written(value: object, indent: str) -> str:
    line = json.dumps(value, ensure_ascii=False, allow_nan=False)
    if len(indent) + len(line) <= _WIDTH and indent:
        return line
    inner = indent + "  "
    if isinstance(value, dict) and value:
        rows = [
            f"{inner}{json.dumps(key, ensure_ascii=False)}: {_written(each, inner)}"
            for key, each in value.items()
        ]
        return "{\n" + ",\n".join(rows) + f"\n{indent}}}"
    if isinstance(value, list) and value:
        rows = [f"{inner}{_written(each, inner)}" for each in value]
        return "[\n" + ",\n".join(rows) + f"\n{indent}]"
    return line


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask
