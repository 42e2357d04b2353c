"""What each operation of torch (`aten::…`) is on traced arrays."""

from __future__ import annotations

from collections.abc import Mapping

from bpdebug.importers.torch.operations.elements import ELEMENTS
from bpdebug.importers.torch.operations.losses import LOSSES
from bpdebug.importers.torch.operations.norms import NORMS
from bpdebug.importers.torch.operations.pointwise import POINTWISE, Operation
from bpdebug.importers.torch.operations.sums import SUMS
from bpdebug.importers.torch.operations.windows import WINDOWS

OPERATIONS: Mapping[str, Operation] = {
    **POINTWISE,
    **SUMS,
    **ELEMENTS,
    **NORMS,
    **LOSSES,
    **WINDOWS,
}
"""By the name of the operation, without that it works in place."""
