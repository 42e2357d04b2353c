"""Derivations as programs write them, `dW1 = x.T @ dz1 / m`, as formulas in index notation.

So such a line is judged element by element, and path by path, like any other formula.
"""

from __future__ import annotations

import ast
import warnings
from collections.abc import Iterator, Mapping
from dataclasses import replace

from bpdebug.checks.derivations.errors import HandDerivationError
from bpdebug.checks.derivations.indexed import (
    ArrayFormula,
    bottom_up,
    shape_text,
)
from bpdebug.checks.derivations.lettered import Lettered, elementwise, outer, product, summed
from bpdebug.checks.derivations.line_names import LineNames
from bpdebug.checks.derivations.observations import Observations
from bpdebug.notation.equation import Equation
from bpdebug.notation.exponents import MAX_EXPONENT
from bpdebug.notation.functions import FUNCTIONS
from bpdebug.notation.grammar import MAX_DEPTH
from bpdebug.notation.names import SLIPS
from bpdebug.notation.symbols import Derivative, Index, Reference, with_indices
from bpdebug.notation.tree import (
    Binary,
    Call,
    Expression,
    Negation,
    Number,
    Power,
    Sum,
    extent,
    walk,
)
from bpdebug.program.program import Program
from bpdebug.program.quantities import Kind

_MOST_TEXT = 2_000
"""How many characters such a line may have."""

_MODULES = ("np", "numpy", "torch")
_LETTERS = "ijklnpqrsuvw"

_OPERATORS: Mapping[type, tuple[str, str]] = {
    ast.Add: ("+", "added"),
    ast.Sub: ("-", "subtracted"),
    ast.Mult: ("*", "multiplied element by element"),
    ast.Div: ("/", "divided"),
}
_FIRST_ONLY = ("sum", "mean", "power", "astype", "float", "copy", "transpose", "t")
"""Functions whose other arguments are not arrays."""

_GREATEST = 1e100
_MOST_TOLD = 60
_PRODUCTS = {"multiply": "*", "add": "+", "subtract": "-", "divide": "/"}


def read_matrix_form(program: Program, text: str) -> Iterator[ArrayFormula]:
    """What the line may say, the most likely first. Raises HandDerivationError.

    Where the loss is a mean over m observations, `dz1` is dE/dz1 or, as courses have it, the
    derivative of the loss of each observation, m · dE/dz1; then there are two.
    """
    if len(text) > _MOST_TEXT:
        raise HandDerivationError(
            f"a line has at most {_MOST_TEXT:,} characters, found {len(text):,}"
        )
    left, _, right = text.partition("=")
    reader = _Lines(program)
    made = [reader.formula(left.strip(), right.strip())]
    names = reader.names
    if names.each:
        assert names.observations is not None
        of_each = _of_each(made[0], sorted(names.each), names.observations, reader.target_is_each)
        made.append(of_each)
        # Who divides by the number of observations has not done so before.
        if names.counts:
            made.reverse()
    yield from made


def _of_each(
    made: ArrayFormula, names: list[str], seen: Observations, divided: bool
) -> ArrayFormula:
    """The same where derivatives are those of the loss of each observation."""
    count = Number(float(seen.count))

    def times(node: Expression) -> Expression:
        if isinstance(node, Derivative) and node.by.name in names:
            return Binary("*", count, node)
        return node

    value = bottom_up(made.equation.value, times)
    if divided:
        value = Binary("/", value, count)
    read = " and ".join(f"d{name}" for name in names[:3])
    return replace(
        made,
        equation=Equation(made.equation.target, value),
        assumed=f"{read} taken as derivatives of the loss of each observation, "
        f"{seen.count} times those of the mean",
    )


class _Lines:
    """Reads a line."""

    def __init__(self, program: Program) -> None:
        self._program = program
        self._loss = program.model.loss
        self._text = ""
        self.names = LineNames(program)
        self.target_is_each = False

    def formula(self, left: str, right: str) -> ArrayFormula:
        """The line in index notation."""
        found = self.names.derivative(self.names.plain(left))
        if found is None:
            raise HandDerivationError(
                f"the left side is {left:.40}; write the derivative that the formula is for, such "
                f"as d{self._a_parameter()} = …"
            )
        target, quantity = found
        self.target_is_each = target.name in self.names.each
        value = self._value(right)
        shape = quantity.shape if target.name == quantity.name else ()
        name = f"d{self._loss}/d{target.name}"
        if not _fits(value.shape, shape):
            hint = "; transpose it" if value.shape[::-1] == shape else ""
            raise HandDerivationError(
                f"{name} is {shape_text(shape)} and the right side is "
                f"{shape_text(value.shape)}{hint}"
            )
        left_over = iter([letter for letter in value.letters if letter is not None])
        indices = tuple(1 if size == 1 else next(left_over) for size in shape)
        by = Reference(target.name, indices)
        equation = Equation(Derivative(Reference(self._loss), by), value.tree)
        if extent(equation.value)[0] > MAX_DEPTH:
            raise HandDerivationError(f"more than {MAX_DEPTH} operations are nested")
        return self._in_good_letters(ArrayFormula(name, shape, equation, self.names.ranges))

    def _a_parameter(self) -> str:
        return next(q.name for q in self._program.of_kind(Kind.PARAMETER))

    def _number(self, value: float, text: str) -> Lettered:
        return Lettered((), (), Number(float(value)), text)

    # Expressions

    def _value(self, right: str) -> Lettered:
        self._text = " ".join(self.names.plain(right).split())
        try:
            with warnings.catch_warnings(action="ignore"):
                root = ast.parse(self._text, mode="eval").body
        except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
            told = error.msg if isinstance(error, SyntaxError) else "it is nested too deeply"
            raise HandDerivationError(f"the right side cannot be read: {told}") from error
        order, waiting = [], [root]
        while waiting:
            node = waiting.pop()
            order.append(node)
            waiting += self._operands(node)
        done: dict[int, Lettered] = {}
        for node in reversed(order):
            inner = [done[id(each)] for each in self._operands(node)]
            done[id(node)] = replace(self._made(node, inner), text=self._written(node))
        return done[id(root)]

    def _written(self, node: ast.expr) -> str:
        # Columns are counted in bytes.
        found = self._text.encode()[node.col_offset : node.end_col_offset].decode()
        return found if len(found) <= _MOST_TOLD else f"{found[:_MOST_TOLD]}…"

    def _operands(self, node: ast.expr) -> list[ast.expr]:
        """What has to be known before a node."""
        match node:
            case ast.BinOp(left, ast.Pow(), _):
                return [left]
            case ast.BinOp(left, _, right) | ast.Compare(left, [ast.Gt()], [right]):
                return [left, right]
            case ast.UnaryOp(_, operand):
                return [operand]
            case ast.Attribute(inner, "T"):
                return [inner]
            case ast.Subscript(ast.Attribute(inner, "shape"), _) | ast.Subscript(inner, _):
                return [inner]
            case ast.Call(ast.Attribute(ast.Name(module), name), arguments) if module in _MODULES:
                return arguments[:1] if name in _FIRST_ONLY else arguments
            case ast.Call(ast.Attribute(inner, name), arguments):
                return [inner] if name in _FIRST_ONLY else [inner, *arguments]
            case ast.Call(ast.Name(), arguments):
                return arguments
        return []

    def _made(self, node: ast.expr, inner: list[Lettered]) -> Lettered:
        match node:
            case ast.Name(name):
                return self.names.lettered(name)
            case ast.Constant(int() | float() as value) if not isinstance(value, bool):
                if not 0 <= value < _GREATEST:
                    raise HandDerivationError(f"{self._written(node)} is too large a number")
                return self._number(value, "")
            case ast.BinOp(_, ast.MatMult(), _):
                return product(*inner)
            case ast.BinOp(_, ast.Pow(), exponent):
                return self._power(inner[0], exponent)
            case ast.BinOp(_, sign, _) if type(sign) in _OPERATORS:
                return elementwise(*_OPERATORS[type(sign)], *inner)
            case ast.Compare(_, [ast.Gt()], _):
                over = elementwise("-", "compared", *inner)
                return replace(over, tree=Call("step", (over.tree,)))
            case ast.UnaryOp(ast.USub(), _):
                return replace(inner[0], tree=Negation(inner[0].tree))
            case ast.UnaryOp(ast.UAdd(), _):
                return inner[0]
            case ast.Attribute(_, "T"):
                return inner[0].transposed
            case ast.Subscript(ast.Attribute(_, "shape"), ast.Constant(int() as axis)):
                if not 0 <= axis < len(inner[0].shape):
                    raise HandDerivationError(f"{inner[0].told}: it has no axis {axis}")
                seen = self.names.observations
                self.names.counts |= seen is not None and inner[0].shape[axis] == seen.count
                return self._number(inner[0].shape[axis], "")
            case ast.Subscript(_, axes):
                return self._with_new_axes(node, inner[0], axes)
            case ast.Call(ast.Attribute(_, name) | ast.Name(name)):
                return self._call(node, name, inner)
        raise HandDerivationError(
            f"{self._written(node)} cannot be read here; a line may have names, numbers, "
            "+ - * / ** @, .T, sums and functions"
        )

    def _power(self, base: Lettered, exponent: ast.expr) -> Lettered:
        whole = exponent.value if isinstance(exponent, ast.Constant) else None
        if not isinstance(whole, int) or not 1 <= whole <= MAX_EXPONENT:
            raise HandDerivationError(
                f"the exponent {self._written(exponent)} is not a whole number from 1 to "
                f"{MAX_EXPONENT}"
            )
        return base if whole == 1 else replace(base, tree=Power(base.tree, whole))

    def _with_new_axes(self, node: ast.expr, inner: Lettered, axes: ast.expr) -> Lettered:
        """`x[:, None]`: axes of length 1 are put in."""
        left = list(zip(inner.shape, inner.letters, strict=True))
        made: list[tuple[int, str | None]] = []
        for each in axes.elts if isinstance(axes, ast.Tuple) else [axes]:
            match each:
                case ast.Slice(None, None, None) if left:
                    made.append(left.pop(0))
                case ast.Constant(None) | ast.Attribute(ast.Name(), "newaxis"):
                    made.append((1, None))
                case _:
                    raise HandDerivationError(
                        f"{self._written(node)} cannot be read here: a formula is for whole "
                        "arrays, and only : and None may be in brackets"
                    )
        made += left
        return inner.with_axes(tuple(n for n, _ in made), tuple(letter for _, letter in made))

    def _call(self, node: ast.Call, name: str, inner: list[Lettered]) -> Lettered:
        options = {each.arg: each.value for each in node.keywords}
        match name, inner:
            case ("dot" | "matmul" | "mm", [left, right]):
                return product(left, right)
            case ("outer", [left, right]) if len(left.shape) == len(right.shape) == 1:
                return outer(left, right)
            case ("multiply" | "add" | "subtract" | "divide", [left, right]):
                return elementwise(_PRODUCTS[name], "taken together", left, right)
            case ("transpose" | "t", [single]):
                return single.transposed
            case ("square", [single]):
                return replace(single, tree=Power(single.tree, 2))
            case ("power", [single]) if len(node.args) == 2:
                return self._power(single, node.args[1])
            case ("sum" | "mean", [single]):
                axis = options.get("axis", options.get("dim"))
                if axis is None and len(node.args) > (1 if self._is_module(node) else 0):
                    axis = node.args[-1]
                return self._summed(name, single, axis, options)
            case ("astype" | "float" | "copy", [single]):
                return single
            case ("maximum" | "minimum", [left, right]):
                found = elementwise("-", "compared", left, right)
                assert isinstance(found.tree, Binary)
                return replace(found, tree=Call(name[:3], (found.tree.left, found.tree.right)))
        function = SLIPS.get(name, name)
        if function in FUNCTIONS and FUNCTIONS[function].arity == len(inner) == 1:
            return replace(inner[0], tree=Call(function, (inner[0].tree,)))
        raise HandDerivationError(f"{self._written(node)} cannot be read here")

    def _is_module(self, node: ast.Call) -> bool:
        match node.func:
            case ast.Attribute(ast.Name(module), _):
                return module in _MODULES
        return False

    def _summed(
        self,
        name: str,
        inner: Lettered,
        axis: ast.expr | None,
        options: Mapping[str | None, ast.expr],
    ) -> Lettered:
        count = len(inner.shape)
        try:
            found = None if axis is None else ast.literal_eval(axis)
        except (ValueError, TypeError, SyntaxError, RecursionError, MemoryError):
            found = ""
        if found is None or (not count and found in (0, -1)):
            axes = list(range(count))
        elif type(found) is int and -count <= found < count:
            axes = [found % count]
        else:
            assert axis is not None
            raise HandDerivationError(f"{inner.told}: it has no axis {self._written(axis)}")
        keeps = options.get("keepdims", options.get("keepdim"))
        kept = isinstance(keeps, ast.Constant) and keeps.value is True
        return summed(inner, axes, kept, name == "mean")

    # The result

    def _in_good_letters(self, made: ArrayFormula) -> ArrayFormula:
        """The same with the letters of textbooks: i and j on the left, k and on in sums."""
        used = [index for index in made.equation.target.indices if isinstance(index, str)]
        used += [node.index for node in walk(made.equation.value) if isinstance(node, Sum)]
        pool = iter(_LETTERS)
        change: dict[str, Index] = {}
        for letter in dict.fromkeys(used):
            change[letter] = next(pool, letter)

        def named(node: Expression) -> Expression:
            match node:
                case Sum(index, body):
                    return Sum(str(change[index]), body)
                case Reference() | Derivative():
                    return with_indices(node, change)
            return node

        equation = Equation(
            with_indices(made.equation.target, change), bottom_up(made.equation.value, named)
        )
        ranges = {str(new): self.names.ranges[old] for old, new in change.items()}
        return replace(made, equation=equation, ranges=ranges)


def _fits(given: tuple[int, ...], wanted: tuple[int, ...]) -> bool:
    """Whether a shape is the one that is wanted; a bias may be a row or a column."""
    if len(given) == len(wanted):
        return given == wanted
    return [n for n in given if n > 1] == [n for n in wanted if n > 1]
