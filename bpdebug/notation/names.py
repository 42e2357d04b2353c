"""How names are written: Greek letters, subscript digits, reserved words, likely slips."""

from __future__ import annotations

import functools
import re
import unicodedata
from collections.abc import Collection, Iterable

from bpdebug.notation.functions import CONDITION_FUNCTIONS, FUNCTIONS, REDUCTIONS

_SMALL = (
    *("alpha", "beta", "gamma", "delta", "epsilon", "zeta", "eta", "theta"),
    *("iota", "kappa", "lambda", "mu", "nu", "xi", "omicron", "pi"),
    *("rho", "sigma", "tau", "upsilon", "phi", "chi", "psi", "omega"),
)

GREEK = {
    **dict(zip("αβγδεζηθικλμνξοπρστυφχψω", _SMALL, strict=True)),
    **dict(zip("ΑΒΓΔΕΖΗΘΙΚΛΜΝΞΟΠΡΣΤΥΦΧΨΩ", map(str.capitalize, _SMALL), strict=True)),
    "ς": "sigma",
}
"""The ASCII spelling of every Greek letter."""

# A letter that looks like a Latin one says less than its spelling, and a lone capital
# sigma already means a sum.
_UNSHOWN = "οςΑΒΕΖΗΙΚΜΝΟΡΣΤΥΧ"

LETTERS = {name: letter for letter, name in GREEK.items() if letter not in _UNSHOWN}
"""The Greek letter shown for each spelling that is shown as a letter."""

SUBSCRIPTS = "₀₁₂₃₄₅₆₇₈₉"
_PLAIN_DIGITS = str.maketrans(SUBSCRIPTS, "0123456789")

WORDS = frozenset({"sum", "and", "or", "not"})
"""Words of the language that are not functions."""

SLIPS = {
    "heaviside": "step",
    "ln": "log",
    "logistic": "sigmoid",
    "sgn": "sign",
    "sigma": "sigmoid",
}
"""Other names of functions."""


def is_letter(character: str) -> bool:
    """Whether a name may start with `character` (an underscore may start one, too).

    A raised letter is none: `xⁿ` means a power and must not become a name.
    """
    return character.isalpha() and not unicodedata.decomposition(character).startswith("<super>")


def continues_name(character: str) -> bool:
    """Whether `character` may stand in a name after its first letter."""
    return (
        character == "_"
        or character in SUBSCRIPTS
        or (character.isascii() and character.isdigit())
        or is_letter(character)
    )


def composed(written: str) -> str:
    """`written` with compatible characters unified: `𝑤` is `w`, `₇` is `7`, `µ` is `μ`."""
    return unicodedata.normalize("NFKC", written.translate(_PLAIN_DIGITS))


def spelled(written: str) -> str:
    """The one spelling by which the quantity `written` is known: `α₁` is `alpha1`."""
    return "".join(GREEK.get(character, character) for character in composed(written))


def with_greek(name: str, letters: dict[str, str] = LETTERS) -> str:
    """`name` with a leading Greek spelling as its letter: `alpha1` is `α1`, `etas` stays."""
    run = re.match(r"[^\W\d_]+", name)
    if run is None or run[0] not in letters:
        return name
    return letters[run[0]] + name[run.end() :]


def is_reserved(name: str) -> bool:
    """Whether `name` cannot be a quantity's because the language uses it."""
    return name in WORDS or (name in FUNCTIONS and name not in _LATER)


_LATER = frozenset({"sin", "cos", "erf"})
"""Functions that quantities of older files may be called like: only before a parenthesis is the
function meant.
"""


KNOWN = (*FUNCTIONS, *CONDITION_FUNCTIONS, "sum")
"""What may be before a parenthesis."""

_LETTERS_OF_FUNCTIONS = frozenset("".join(KNOWN))
ALIKE = 0.75
"""From this share of common letters on, by difflib, a name may be a slip."""


@functools.lru_cache(maxsize=1024)  # Comparing spellings is slow, and printing asks often.
def likely_function(name: str) -> str | None:
    """The function that `name` before a parenthesis was probably meant to be, if any.

    A function's own name is its own answer.
    """
    if name in KNOWN:
        return name
    if name.lower() in KNOWN:
        return name.lower()
    if name.lower() in SLIPS:
        return SLIPS[name.lower()]
    # Names of one or two letters are quantities much more often than slips. The longest
    # spelling that c of n letters can be part of has c letters: 2c/(n + c) alike at the most.
    shared = sum(letter in _LETTERS_OF_FUNCTIONS for letter in name)
    if len(name) <= 2 or 2 * shared < ALIKE * (len(name) + shared):
        return None
    import difflib

    close = difflib.get_close_matches(name, KNOWN, n=1, cutoff=ALIKE)
    return close[0] if close else None


def reads_as_function(name: str) -> bool:
    """Whether `name` in front of a parenthesis may be read as a function, in a condition too."""
    return name in REDUCTIONS or likely_function(name) is not None


def did_you_mean(name: str, known: Iterable[str]) -> str:
    """`; did you mean w1?` if a known name is near, else nothing."""
    import difflib

    def nearest(name: str, known: Collection[str]) -> list[str]:
        # Of several that are as near, the first: o1_1 for o1, not o4_1.
        near = difflib.get_close_matches(name, known, n=5)
        ratios = [difflib.SequenceMatcher(None, each, name).ratio() for each in near]
        return near[:1] and [
            min(each for each, ratio in zip(near, ratios, strict=True) if ratio == ratios[0])
        ]

    known = sorted(known)
    near = nearest(name, known)
    if not near:
        folded = {each.casefold(): each for each in known}
        near = [folded[each] for each in nearest(name.casefold(), folded)]
    return f"; did you mean {near[0]}?" if near else ""


def called_names(text: str) -> frozenset[str]:
    """The names of three letters or more that a text writes like functions: `erfc(x)`.

    A parenthesis multiplies, and shorter names are quantities much more often than functions.
    """
    return frozenset(_CALLED.findall(text))


_CALLED = re.compile(r"(?<!\w)([^\W\d_]{3}\w*)\s*\(")


def no_such_function(name: str) -> str:
    """What to say of a name that is written like a function and is nothing else."""
    names = ", ".join(FUNCTIONS)
    return f"there is no function {name}; there are {names}; to multiply, write {name}*(…)"
