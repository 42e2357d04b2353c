"""Where a module is while it computes: the line of somebody's forward, and the module."""

from __future__ import annotations

import ast
import linecache
import sys
from collections.abc import Mapping
from pathlib import Path
from types import CodeType, FrameType
from typing import Any

import torch

from bpdebug.code.source import Source
from bpdebug.code.tracing.recorder import Recorder

_SKIPPED = (str(Path(torch.__file__).parent), str(Path(__file__).parents[2]))
"""Whose frames are nobody's forward: those of torch, and ours."""


class Line(int):
    """The number of a line that knows in which file it is, and in which module of the network.

    The recorder carries lines about as numbers; 0 is no line.
    """

    file: str
    module: str

    def __new__(cls, number: int, file: str = "", module: str = "") -> Line:
        found = super().__new__(cls, number)
        found.file, found.module = file, module
        return found

    def __bool__(self) -> bool:
        """Whether it is known where that is, by a line or by a module."""
        return bool(self.file or self.module)

    @property
    def text(self) -> str:
        """What is there, without the space around it."""
        return linecache.getline(self.file, self).strip() if self.file else ""

    @property
    def place(self) -> str:
        """`net.py:31, in encoder.fc1 (Linear)`, as far as it is known."""
        at = f"{Path(self.file).name}:{int(self)}" if self.file else ""
        return ", ".join(each for each in (at, self.module and f"in {self.module}") if each)

    @property
    def origin(self) -> str:
        """Where something is computed, as it is shown beside the operation."""
        name = Path(self.file).name
        told = f"{name}:{int(self)}  {self.text}" if self.file else self.module
        return "".join(sign if sign.isprintable() else " " for sign in told)[:200]


class ModuleRecorder(Recorder):
    """A recorder for what modules compute, in whatever files their forwards are.

    `paths` names the modules by identity; `runner` is the code whose frame is the outermost that
    counts. `still` are the elements of parameters that have no gradient, as in a row for padding.
    """

    def __init__(self, paths: Mapping[int, str], runner: CodeType) -> None:
        super().__init__(Source("", "", ast.Module([], [])))
        self.paths = paths
        self.inside: list[Any] = []
        self.still: set[int] = set()
        self._runner = runner

    def frame(self) -> FrameType | None:
        """The innermost frame that is neither torch's nor ours."""
        frame: FrameType | None = sys._getframe(1)
        while frame is not None and frame.f_code is not self._runner:
            if not frame.f_code.co_filename.startswith((*_SKIPPED, "<frozen")):
                return frame
            frame = frame.f_back
        return None

    def line(self) -> Line:
        """The line of the innermost forward, with the module that is computing."""
        frame = self.frame()
        module = ""
        if self.inside:
            path, kind = self.path, type(self.inside[-1]).__name__
            module = f"{path} ({kind})" if path else kind
        if frame is None:
            return Line(0, "", module)
        return Line(frame.f_lineno, frame.f_code.co_filename, module)

    @property
    def path(self) -> str:
        """The path of the module that is computing, empty for the whole network."""
        return self.paths.get(id(self.inside[-1]), "") if self.inside else ""

    def depth(self) -> int:
        """Names that are given here are all equally good."""
        return 0

    def called(self, array: Any) -> str:
        """Arrays have no names of their own here: tensors have (`names`)."""
        return ""
