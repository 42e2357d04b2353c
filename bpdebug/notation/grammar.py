"""The grammar: from tokens to an expression tree.

Precedence, loosest first: `or`; `and`; `not`; comparisons; `+ -`; `* /` and multiplication
by writing a parenthesis, in LaTeX any factor but a number, behind a factor; unary minus;
`^`. Everything here raises NotationError.
"""

from __future__ import annotations

from typing import NoReturn

from bpdebug.notation.cursor import Cursor
from bpdebug.notation.equation import Equation
from bpdebug.notation.exponents import RAISES, read_exponent
from bpdebug.notation.functions import CONDITION_FUNCTIONS, FUNCTIONS, REDUCTIONS, TRUTHS
from bpdebug.notation.references import (
    MOST_TERMS,
    read_function,
    read_index,
    read_name,
    read_symbol,
)
from bpdebug.notation.symbols import Calculated, Index, Symbol, index_letters, is_plain
from bpdebug.notation.tokens import Token
from bpdebug.notation.tree import (
    Binary,
    Call,
    Comparison,
    Expression,
    Greatest,
    Logic,
    Negation,
    Not,
    Number,
    Power,
    Sum,
    SumWhere,
    children,
)

MAX_DEPTH = 120
"""How many parentheses, and how many operations of a tree, may stand one inside another.

What reads and changes trees is recursive and relies on this limit; a sum of n terms counts
n. It is the same for both so that whatever can be read in one form can be read in any.
"""

_OR, _AND, _NOT, _COMPARISON, _SUM, _PRODUCT = range(6)

_LEVELS = {
    "or": _OR,
    "and": _AND,
    **dict.fromkeys(("<", "<=", ">", ">=", "==", "!="), _COMPARISON),
    **dict.fromkeys("+-", _SUM),
    **dict.fromkeys("*/(", _PRODUCT),
}
_SIGNS = ("+", "-", "*", "/", "%")
_IN_INDEX = ("name", "number", "+", "-", "*", "[", "]", ",")
_BRACES = r"braces may only follow \frac, \sqrt, _ and ^"
_NO_OPERAND = {"{": _BRACES, "[": 'brackets are for indices, for all else write "("'}
_FACTORS = ("name", "∂", "frac", "\\sum")
"""What multiplies in LaTeX where it stands behind a factor, besides a parenthesis."""
_LATEX_LEVELS = _LEVELS | dict.fromkeys(_FACTORS, _PRODUCT)


def _is_logical(tree: Expression) -> bool:
    match tree:
        case Comparison() | Logic() | Not():
            return True
        case Call(function):
            return function in TRUTHS
    return False


def _height(tree: Expression) -> int:
    """How many nodes stand one inside another, counted without recursion."""
    height = 0
    level = [tree]
    while level:
        height += 1
        level = [child for node in level for child in children(node)]
    return height


class Grammar:
    """Reads the grammar from a list of tokens.

    `logical` admits what only conditions have, `latex` products without a sign.
    """

    def __init__(self, tokens: list[Token], logical: bool, latex: bool) -> None:
        self._cursor = Cursor(tokens)
        self._logical = logical
        self._latex = latex
        self._levels = _LATEX_LEVELS if latex else _LEVELS
        if logical:
            self._levels = self._levels | {"%": _PRODUCT}
        self._depth = 0

    # Whole texts

    def equation(self) -> Equation:
        """A quantity, `=` or `:=`, an expression."""
        start = self._cursor.next
        target = self.symbol()
        if not is_plain(target):
            message = "an index is calculated on the right only, and not in a derivative"
            self._cursor.fail(message, start, "index letters and numbers")
        sign = self._cursor.next
        if sign.kind not in ("=", ":="):
            self._cursor.expected('"=" or ":="')
        self._cursor.take()
        return Equation(target, self.expression(), assigns=sign.kind == ":=")

    def expression(self) -> Expression:
        """An expression whose value is a number."""
        start = self._cursor.next
        return self._not_too_deep(start, self._number(start, self._read(_SUM)))

    def condition(self) -> Expression:
        """An expression whose value is true or false."""
        start = self._cursor.next
        return self._not_too_deep(start, self._truth(self._read(_OR)))

    def watch(self) -> Expression:
        """An expression whose value is a number, or true or false."""
        start = self._cursor.next
        return self._not_too_deep(start, self._read(_OR))

    def symbol(self) -> Symbol:
        """A quantity or a derivative."""
        if self._cursor.next.kind not in ("name", "∂"):
            self._cursor.expected("the name of a quantity")
        return read_symbol(self._cursor)

    def finish(self) -> None:
        """Nothing may follow. Raises NotationError."""
        if self._cursor.next.kind != "end":
            self._operator_expected("an operator or the end")

    # Checks

    def _not_too_deep(self, start: Token, tree: Expression) -> Expression:
        if _height(tree) > MAX_DEPTH:
            self._cursor.fail(
                f"more than {MAX_DEPTH} operations are nested; write a long sum as sum(i: …)",
                start,
            )
        return tree

    def _number(self, start: Token, tree: Expression) -> Expression:
        """`tree`, which begins at `start` and has to be a number."""
        if _is_logical(tree):
            self._cursor.fail("expected a number, found a comparison", start, "a number")
        return tree

    def _truth(self, tree: Expression) -> Expression:
        """`tree`, which ends here and has to be true or false."""
        if not _is_logical(tree):
            equals = self._cursor.next.kind in ("=", ":=")
            hint = 'to compare, write "=="' if equals else ""
            self._cursor.expected('a comparison such as "< 0.5"', hint)
        return tree

    def _operator_expected(self, expected: str) -> NoReturn:
        """Complain about what stands here, where an operand has just ended."""
        kind = self._cursor.next.kind
        hint = ""
        if kind in ("number", *_FACTORS):
            hint = r'to multiply, write "\cdot"' if self._latex else 'to multiply, write "*"'
        elif kind == ")":
            hint = 'no "(" is open here'
        elif kind == "{":
            hint = _BRACES
        elif kind in ("=", ":="):
            hint = 'to compare, write "=="' if self._logical else "only an equation has one"
        elif kind == "%":
            hint = "only a condition has remainders"
        elif kind == "not" or _LEVELS.get(kind, _SUM) <= _COMPARISON:
            hint = "" if self._logical else "only a condition compares"
        self._cursor.expected(expected, hint)

    # Operators

    def _read(self, level: int, first: Expression | None = None) -> Expression:
        """The expression here, as far as its operators bind at least as tightly as `level`.

        `first` is its first factor, if that has been read.
        """
        cursor = self._cursor
        start = cursor.next
        if first is not None:
            tree = first
        else:
            tree = self._negated() if level <= _NOT and start.kind == "not" else self._factor()
        while True:
            operator = cursor.next.kind
            binds = self._levels.get(operator, -1)
            if binds < level or (binds <= _COMPARISON and not self._logical):
                return tree
            if binds <= _AND:
                operands = [self._truth(tree)]
                while cursor.accept(operator):
                    operands.append(self._truth(self._read(binds + 1)))
                tree = Logic(operator, tuple(operands))
            elif binds == _COMPARISON:
                tree = self._compared(self._number(start, tree))
            else:
                left = self._number(start, tree)
                if operator in _SIGNS:
                    cursor.take()
                else:
                    operator = "*"
                right = cursor.next
                operand = self._factor() if binds == _PRODUCT else self._read(_PRODUCT)
                tree = Binary(operator, left, self._number(right, operand))

    def _negated(self) -> Expression:
        if not self._logical:
            return self._factor()
        count = 0
        while self._cursor.accept("not"):
            count += 1
        tree = self._truth(self._read(_COMPARISON))
        for _ in range(count):
            tree = Not(tree)
        return tree

    def _compared(self, first: Expression) -> Expression:
        operands = [first]
        operators = []
        while _LEVELS.get(self._cursor.next.kind) == _COMPARISON:
            operators.append(self._cursor.take().kind)
            start = self._cursor.next
            operands.append(self._number(start, self._read(_SUM)))
        return Comparison(tuple(operands), tuple(operators))

    def _factor(self) -> Expression:
        """An operand with its signs and its exponent."""
        minuses = 0
        sign = self._cursor.next
        while self._cursor.next.kind in ("-", "+"):
            minuses += self._cursor.take().kind == "-"
        start = self._cursor.next
        tree = self._raised(start, self._operand())
        if start is not sign:
            tree = self._number(start, tree)
        for _ in range(minuses):
            tree = Negation(tree)
        return tree

    def _raised(self, start: Token, tree: Expression) -> Expression:
        """`tree`, which begins at `start`, with the exponent after it, if there is one."""
        if self._cursor.next.kind not in RAISES:
            return tree
        exponent = read_exponent(self._cursor)
        tree = self._number(start, tree)
        return tree if exponent == 1 else Power(tree, exponent)

    # Operands

    def _operand(self) -> Expression:
        cursor = self._cursor
        token = cursor.next
        if token.kind not in ("number", "(", *_FACTORS):
            hint = _NO_OPERAND.get(token.kind, "")
            if token.kind == "not" and not self._logical:
                hint = '"not" is for conditions'
            cursor.expected('a number, a name or "("', hint)
        if token.kind == "number":
            return Number(float(cursor.take().value))
        if token.kind == "(":
            self._enter()
            tree = self._read(_OR)
            self._leave(")", 'an operator or ")"')
            return tree
        if token.kind == "frac":
            cursor.take()
            return Binary("/", self._braced(), self._braced())
        if token.kind == "\\sum":
            return self._sum_to_sign()
        function = read_function(cursor, self._logical, self._latex)
        if function == "sum" and not (self._logical and cursor.ahead(3).kind != ":"):
            return self._sum()
        if function == "max" and cursor.ahead(3).kind == ":":
            return self._greatest()
        return self._call(function) if function else read_symbol(cursor)

    def _enter(self) -> None:
        """Go behind what stands here, one level deeper."""
        if self._depth >= MAX_DEPTH:
            self._cursor.fail(f"more than {MAX_DEPTH} parentheses are nested")
        self._depth += 1
        self._cursor.take()

    def _leave(self, closing: str, expected: str) -> None:
        if not self._cursor.accept(closing):
            self._operator_expected(expected)
        self._depth -= 1

    def _braced(self) -> Expression:
        if self._cursor.next.kind != "{":
            self._cursor.expected('"{"')
        self._enter()
        start = self._cursor.next
        tree = self._number(start, self._read(_SUM))
        self._leave("}", 'an operator or "}"')
        return tree

    def _greatest(self) -> Expression:
        """`max(i: x[i])`."""
        self._cursor.take()
        self._enter()
        index = read_name(self._cursor)
        self._cursor.take()
        start = self._cursor.next
        body = self._number(start, self._read(_OR))
        self._leave(")", 'an operator or ")"')
        return Greatest(index, body)

    def _sum(self) -> Expression:
        cursor = self._cursor
        cursor.take()
        self._enter()
        first = cursor.next
        where = self._where(first, ())
        indices: tuple[str, ...] = ()
        if where is None:
            if first.kind != "name":
                cursor.expected("an index as in sum(i: x[i])")
            indices = self._sum_indices()
            cursor.require(":", '":" as in sum(i: x[i])')
            where = self._where(first, indices)
        if where is not None:
            cursor.require(":", '":" as in sum(i, k: i+k = p: x[i])')
        start = cursor.next
        body = self._number(start, self._read(_OR))
        self._leave(")", 'an operator or ")"')
        return Sum(indices[0], body) if where is None else SumWhere(indices, *where, body)

    def _sum_indices(self) -> tuple[str, ...]:
        """The index, or the indices, that a sum is over."""
        cursor = self._cursor
        start = cursor.next
        found = [read_name(cursor)]
        while cursor.accept(","):
            found.append(read_name(cursor))
            if len(found) > MOST_TERMS:
                cursor.fail(f"a sum is over at most {MOST_TERMS} indices at once", start)
        if len(set(found)) < len(found):
            cursor.fail("a sum has the same index twice", start, "different indices")
        return tuple(found)

    def _where(self, first: Token, indices: tuple[str, ...]) -> tuple[Index, Index] | None:
        """Where the terms of a sum are, as in `i+k = p`, if that is said here; `first` is the first
        of its indices.
        """
        cursor, behind = self._cursor, 0
        start = cursor.next
        depth = 0
        while (kind := cursor.ahead(behind).kind) in _IN_INDEX and (depth or kind != ","):
            depth += (kind == "[") - (kind == "]")
            behind += 1
        # sum(i = 1: …) is not a sum of one term but one with bounds, which there are not.
        if kind != "=" or (not indices and behind == 1):
            if len(indices) > 1:
                message = "a sum over several indices says where, as in sum(i, k: i+k = p: …)"
                cursor.fail(f"{message}; otherwise write sum(i: sum(k: …))", first)
            return None
        position = read_index(cursor)
        cursor.require("=")
        at = cursor.next
        place = read_index(cursor)
        if isinstance(place, Calculated) or place in indices:
            cursor.fail("after = comes a number, or an index of something else", at)
        if not set(indices) <= set(index_letters(position)):
            cursor.fail("before = comes a calculation with all indices of the sum", start)
        return position, place

    def _sum_to_sign(self) -> Expression:
        """A sum with its index below, over the parenthesis or the product after it.

        A parenthesis is all of it unless a power or a factor without a sign comes next.
        """
        cursor = self._cursor
        outside = self._depth
        self._enter()
        first = cursor.next
        where = self._where(first, ())
        indices: tuple[str, ...] = ()
        if where is None:
            indices = self._sum_indices()
            where = self._where(first, indices) if cursor.accept(":") else None
        if where is not None:
            cursor.require(":")
        start = cursor.next
        if start.kind != "(":
            body = self._read(_PRODUCT)
        else:
            cursor.take()
            body = self._read(_OR)
            if not cursor.accept(")"):
                self._operator_expected('an operator or ")"')
            kind = cursor.next.kind
            if kind in RAISES or (kind not in _SIGNS and self._levels.get(kind) == _PRODUCT):
                body = self._read(_PRODUCT, self._number(start, self._raised(start, body)))
        self._depth = outside
        whole = self._number(start, body)
        return Sum(indices[0], whole) if where is None else SumWhere(indices, *where, whole)

    def _call(self, name: str) -> Expression:
        cursor = self._cursor
        token = cursor.take()
        arity = FUNCTIONS[name].arity if name in FUNCTIONS else CONDITION_FUNCTIONS.get(name, 1)
        # In a condition max and min take two numbers, or one array.
        arities = {arity, 1} if self._logical and name in REDUCTIONS else {arity}
        read = self._truth if name in ("any", "all") else None
        self._enter()
        arguments: list[Expression] = []
        while arguments or cursor.next.kind != ")":
            start = cursor.next
            argument = self._read(_OR)
            arguments.append(read(argument) if read else self._number(start, argument))
            if not cursor.accept(","):
                break
        if cursor.next.kind == ")" and len(arguments) not in arities:
            takes = "1 argument" if arity == 1 else f"{arity} arguments"
            takes = takes if len(arities) == 1 else f"1 or {takes}"
            cursor.fail(f"{name} takes {takes}, found {len(arguments)}", token, takes)
        self._leave(")", 'an operator or ")"' if arity == 1 else 'an operator, "," or ")"')
        return Call(name, tuple(arguments))
