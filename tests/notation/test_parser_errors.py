"""What is said about a text that is not of the language, and where."""

from __future__ import annotations

import pickle
from difflib import get_close_matches

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bpdebug.notation.names import ALIKE, KNOWN, SLIPS, likely_function
from bpdebug.notation.parser import (
    MAX_CONDITION,
    MAX_DEPTH,
    MAX_TEXT,
    NotationError,
    parse_condition,
    parse_equation,
    parse_expression,
    parse_symbol,
)

OPERAND = 'expected a number, a name or "("'
END = "expected an operator or the end"
MULTIPLY = 'to multiply, write "*"'
WHOLE = "expected a whole number from 2 to 16"

EXPRESSIONS = [
    ("", 1, f"{OPERAND}, found the end"),
    ("a + ", 4, f"{OPERAND}, found the end"),
    ("a + * b", 5, f'{OPERAND}, found "*"'),
    ("()", 2, f'{OPERAND}, found ")"'),
    ("2x", 2, f'{END}, found "x"; {MULTIPLY}'),
    ("a b", 3, f'{END}, found "b"; {MULTIPLY}'),
    ("1.2.3", 4, f'{END}, found ".3"; {MULTIPLY}'),
    ("a)", 2, f'{END}, found ")"; no "(" is open here'),
    ("(a", 3, 'expected an operator or ")", found the end'),
    ("a < b", 3, f'{END}, found "<"; only a condition compares'),
    ("a and b", 3, f'{END}, found "and"; only a condition compares'),
    ("not a", 1, f'{OPERAND}, found "not"; "not" is for conditions'),
    ("a = b", 3, f'{END}, found "="; only an equation has one'),
    ("1e400", 1, 'the number "1e400" is too large'),
    ("9" * 5000, 1, f'the number "{"9" * 29}…" is too large'),
    ("a + 1e999", 5, 'the number "1e999" is too large'),
    ("a $ b", 3, '"$" is not a sign of the language'),
    ("a & b", 3, '"&" is not a sign of the language; write "and"'),
    ("a \x1b[31m", 3, '"U+001B" is not a sign of the language'),
    ("a \u202e", 3, '"U+202E" is not a sign of the language'),
    ("xⁿ", 2, '"ⁿ" is not a sign of the language'),
    ("sigmiod(x)", 1, "sigmiod is not a function; did you mean sigmoid?"),
    ("ln(x)", 1, "ln is not a function; did you mean log?"),
    ("1 + Relu(x)", 5, "Relu is not a function; did you mean relu?"),
    ("prev(x)", 1, "prev(…) is for conditions; to multiply, write prev*(…)"),
    ("exp", 4, 'expected "(" after the function exp, found the end'),
    ("exp + 1", 5, 'expected "(" after the function exp, found "+"'),
    ("exp()", 1, "exp takes 1 argument, found 0"),
    ("1 + exp(a, b)", 5, "exp takes 1 argument, found 2"),
    ("max(a)", 1, "max takes 2 arguments, found 1"),
    ("max(a, b", 9, 'expected an operator, "," or ")", found the end'),
    ("max(a, )", 8, f'{OPERAND}, found ")"'),
    ("sum + 1", 5, 'expected "(" as in sum(i: x[i]), found "+"'),
    ("sum(x)", 6, 'expected ":" as in sum(i: x[i]), found ")"'),
    ("sum(1: x)", 5, 'expected an index as in sum(i: x[i]), found "1"'),
    ("sum(i, j: x)", 5, "a sum over several indices says where, as in sum(i, k: i+k = p: …)"),
    ("sum(i, i: i = p: x)", 5, "a sum has the same index twice"),
    ("sum(i, k: i = p: x)", 11, "before = comes a calculation with all indices of the sum"),
    ("sum(i: i+1 = 2*p: x)", 14, "after = comes a number, or an index of something else"),
    ("sum(i, k: i+k = p x[i])", 19, 'expected ":" as in sum(i, k: i+k = p: x[i]), found "x"'),
    ("w[", 3, "expected an index, a name or a whole number from 1, found the end"),
    ("w[]", 3, 'expected an index, a name or a whole number from 1, found "]"'),
    ("w[0]", 3, "indices count from 1, not from 0"),
    ("w[-1]", 3, "indices count from 1, not from -1"),
    ("w[i-i]", 3, "indices count from 1, not from 0"),
    ("w[1.5]", 3, 'expected an index, a name or a whole number from 1, found "1.5"'),
    ("w[i+]", 5, 'expected an index, a name or a whole number from 1, found "]"'),
    ("w[i*2]", 4, 'expected "," or "]", found "*"'),
    ("w[2*(i+1)]", 5, 'expected an index letter, or a look-up such as c[n], found "("'),
    ("w[c[i+1]]", 3, "a position is looked up at index letters and numbers, not at a calculation"),
    ("dE/dw[i+1]", 4, "an index is calculated on the right only, and not in a derivative"),
    ("w[a+b+c+d+e+f+g+h+i]", 3, "an index is calculated from at most 8 terms"),
    ("w[9999999999]", 3, "an index is at most 1,000,000,000"),
    ("w[" + "9" * 300 + "]", 3, "an index is at most 1,000,000,000"),
    ("x^", 3, f"{WHOLE}, found the end; write x^0.5 as sqrt(x) and x^y as exp(y*log(x))"),
    ("x^y", 3, f'{WHOLE}, found "y"; write x^0.5 as sqrt(x)'),
    ("x^0.5", 3, f'{WHOLE}, found "0.5"; write x^0.5 as sqrt(x)'),
    ("x^-1", 3, f'{WHOLE}, found "-"; write x^-2 as 1/x^2'),
    ("x⁻¹", 2, f'{WHOLE}, found "⁻¹"; write x^-2 as 1/x^2'),
    ("x^0", 3, f'{WHOLE}, found "0"; multiply several powers'),
    ("x^17", 3, f'{WHOLE}, found "17"; multiply several powers, or use exp and log'),
    ("x^" + "9" * 300, 3, f'{WHOLE}, found "{"9" * 29}…"'),
    ("x^2^3", 4, 'expected an operator, found "^"; write a power of a power as (x^2)^3'),
    ("∂E/dw", 4, 'expected "∂", found "dw"'),
    ("∂E", 3, 'expected "/", found the end'),
    ("dmax/dx", 1, '"max" is not a quantity; for a quotient, put spaces around "/"'),
    (r"\frac{a}{b", 11, 'expected an operator or "}", found the end'),
    ("a % 2", 3, f'{END}, found "%"; only a condition has remainders'),
    (r"a + \foo", 5, r'"\foo" is not a command of the language'),
    ("a + {b}", 5, f'{OPERAND}, found "{{"'),
]


@pytest.mark.parametrize(
    ("text", "column", "message"), EXPRESSIONS, ids=[text[:20] for text, *_ in EXPRESSIONS]
)
def test_expressions(text: str, column: int, message: str) -> None:
    with pytest.raises(NotationError) as caught:
        parse_expression(text)
    assert str(caught.value).startswith(f"column {column}: {message}")
    assert (caught.value.line, caught.value.column) == (1, column)
    if message.startswith("expected"):
        assert caught.value.message.startswith(f"expected {caught.value.expected}")
        assert caught.value.expected


@pytest.mark.parametrize(
    ("text", "column", "message"),
    [
        ("w7 = 0.5", 4, 'expected a comparison such as "< 0.5", found "="; to compare, write "=="'),
        ("a < b = c", 7, f'{END}, found "="; to compare, write "=="'),
        ("w7", 3, 'expected a comparison such as "< 0.5", found the end'),
        ("a and b < 1", 3, 'expected a comparison such as "< 0.5", found "and"'),
        ("a < 1 and", 10, f"{OPERAND}, found the end"),
        ("a < 1 or b", 11, 'expected a comparison such as "< 0.5", found the end'),
        ("not a", 6, 'expected a comparison such as "< 0.5", found the end'),
        ("(a < b) + 1 < 2", 1, "expected a number, found a comparison"),
        ("1 + (a < b) < 2", 5, "expected a number, found a comparison"),
        ("exp(a < b) < 2", 5, "expected a number, found a comparison"),
        ("-isnan(a) < 2", 2, "expected a number, found a comparison"),
        ("(a < b)^2 < 2", 1, "expected a number, found a comparison"),
        ("a < not b", 5, f'{OPERAND}, found "not"'),
        ("isnn(a)", 1, "isnn is not a function; did you mean isnan?"),
        ("prev(a, b) < 1", 1, "prev takes 1 argument, found 2"),
        ("max(a, b, c) < 1", 1, "max takes 1 or 2 arguments, found 3"),
        ("norm(a, b) < 1", 1, "norm takes 1 argument, found 2"),
        ("any(a)", 6, 'expected a comparison such as "< 0.5", found ")"'),
        ("sum(a < 1) > 1", 5, "expected a number, found a comparison"),
        ("-all(a < b) < 2", 2, "expected a number, found a comparison"),
    ],
)
def test_conditions(text: str, column: int, message: str) -> None:
    with pytest.raises(NotationError) as caught:
        parse_condition(text)
    assert str(caught.value).startswith(f"column {column}: {message}")


@pytest.mark.parametrize(
    ("text", "column", "message"),
    [
        ("", 1, "expected the name of a quantity, found the end"),
        ("2 = x", 1, 'expected the name of a quantity, found "2"'),
        ("x + 1 = 2", 3, 'expected "=" or ":=", found "+"'),
        ("x == 2", 3, 'expected "=" or ":=", found "=="'),
        ("x = 2 = 3", 7, f'{END}, found "="'),
        ("exp = 2", 5, 'expected "(" after the function exp, found "="'),
        ("x =", 4, f"{OPERAND}, found the end"),
    ],
)
def test_equations(text: str, column: int, message: str) -> None:
    with pytest.raises(NotationError) as caught:
        parse_equation(text)
    assert str(caught.value).startswith(f"column {column}: {message}")


@pytest.mark.parametrize(("text", "column"), [("w7 + 1", 4), ("7", 1), ("", 1), ("dE / dw", 4)])
def test_symbols(text: str, column: int) -> None:
    with pytest.raises(NotationError) as caught:
        parse_symbol(text)
    assert caught.value.column == column


def test_the_line_is_named_where_there_are_several() -> None:
    with pytest.raises(NotationError) as caught:
        parse_equation("x = a\n  + ?b")
    assert (caught.value.line, caught.value.column) == (2, 5)
    assert str(caught.value) == 'line 2, column 5: "?" is not a sign of the language'
    with pytest.raises(NotationError, match=r"^line 1, column 5: expected a number"):
        parse_equation("x = *\n a")


def test_long_texts_are_refused() -> None:
    with pytest.raises(NotationError, match=r"a text has at most 10,000 characters, .* 10,001"):
        parse_equation("x = " + "1" * (MAX_TEXT - 3))
    with pytest.raises(NotationError, match=r"^column 257: a condition has at most 256"):
        parse_condition("x < " + "1" * (MAX_CONDITION - 3))
    parse_condition("x < " + "1" * (MAX_CONDITION - 4))


@pytest.mark.parametrize(
    ("opening", "closing"),
    [
        *[("(", ")"), ("-(", ")"), ("exp(", ")"), ("1 + exp(2*", ")"), ("sum(i: ", ")")],
        *[("max(1, ", ")"), (r"\frac{a}{", "}"), (r"\sqrt{", "}"), ("2(", ")"), ("a/(", ")")],
        *[(r"\sum_j x", ""), (r"\sum_j (x) ", ""), (r"\sum_{j}(", ")"), (r"2\frac{a}{", "}")],
    ],
)
def test_deep_nesting_is_refused(opening: str, closing: str) -> None:
    for depth in (MAX_DEPTH + 1, 900):
        with pytest.raises(NotationError, match=f"more than {MAX_DEPTH} "):
            parse_expression(opening * depth + "x" + closing * depth)
    parse_expression(opening * 39 + "x" + closing * 39)


def test_long_sums_are_refused() -> None:
    parse_expression("+".join(["x"] * MAX_DEPTH))
    for count in (MAX_DEPTH + 1, 5000):
        with pytest.raises(NotationError, match=r"write a long sum as sum\(i: …\)"):
            parse_expression("+".join(["x"] * count))
    with pytest.raises(NotationError, match=f"more than {MAX_DEPTH} operations"):
        parse_expression("-" * 9000 + "x")


def test_errors_can_be_copied() -> None:
    error = NotationError("no", 2, 3, "yes", several_lines=True)
    copy = pickle.loads(pickle.dumps(error))
    assert (str(copy), copy.expected) == ("line 2, column 3: no", "yes")


@given(st.text("abdefhilmnoprstuxy_W1", min_size=1, max_size=9))
def test_a_slip_is_what_is_most_alike(name: str) -> None:
    """Names that cannot be alike enough are told without comparing: with the same result."""
    close = get_close_matches(name, KNOWN, n=1, cutoff=ALIKE) if len(name) > 2 else []
    exact = name.lower() in KNOWN or name.lower() in SLIPS
    assert exact or likely_function(name) == (close[0] if close else None)
