"""Which mistake of the catalogue is meant by words of one's own."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache

from bpdebug.checks.mistakes.alteration import Mistake

_PLAIN = """
a an and are as at be been by each for from has have here i in is it its mistake no not of on or
place such than that the there they this to was were where which with wrong wrongly
"""
_SAID_OF_ALL = frozenset(_PLAIN.split())
"""Words that tell no mistake from another; `wrong` alone means nothing."""

_SYNONYMS = {
    "forgot": "left",
    "forgotten": "left",
    "forget": "left",
    "missing": "left",
    "misses": "left",
    "omitted": "left",
    "without": "left",
    "absent": "left",
    "lacks": "left",
    "slope": "derivative",
    "sigmoid": "activation",
    "tanh": "activation",
    "relu": "activation",
    "softmax": "activation",
    "minus": "sign",
    "negative": "sign",
    "negated": "sign",
    "flipped": "sign",
    "twice": "doubled",
    "squared": "doubled",
    "double": "doubled",
    "stepsize": "rate",
    "eta": "rate",
    "alpha": "rate",
    "exchanged": "swapped",
    "interchanged": "swapped",
    "permuted": "swapped",
    "mixed": "swapped",
    "turned": "transposed",
    "transpose": "transposed",
    "neighbour": "element",
    "index": "element",
    "indices": "element",
    "divided": "division",
    "divides": "division",
    "average": "mean",
    "averaged": "mean",
    "half": "½",
    "1/2": "½",
    "path": "paths",
    "rounding": "rounded",
    "frozen": "frozen",
    "maximise": "ascent",
    "uphill": "ascent",
}
_NAME_COUNTS = 2
"""How many words of the sentence a word of the name counts for."""


def meant(text: str, among: Sequence[Mistake]) -> list[Mistake]:
    """The mistakes that a text may mean, the likeliest: by a name, else those that have the most of
    its words in their names and sentences. None if no word tells anything.
    """
    plain = " ".join(text.lower().split())
    for each in among:
        if each.name.lower() == plain:
            return [each]
    scores = {each.name: _score(plain, each) for each in among}
    best = max(scores.values(), default=0)
    return [each for each in among if best and scores[each.name] == best]


def matching(text: str, among: Sequence[Mistake]) -> list[Mistake]:
    """The mistakes to choose from while one types: those that have every word typed so far, or the
    beginning of one, in their names and sentences; if none has, those with the most of them.
    """
    typed = text.lower().split()
    if not typed:
        return list(among)
    found = [e for e in among if all(part in f"{e.name} {e.sentence}".lower() for part in typed)]
    if found:
        return sorted(found, key=lambda e: not all(part in e.name.lower() for part in typed))
    scores = {each.name: _score(text.lower(), each) for each in among}
    known = [each for each in among if scores[each.name]]
    return sorted(known, key=lambda each: -scores[each.name])


def _score(text: str, mistake: Mistake) -> int:
    words = _words(text)
    name, sentence = _words(mistake.name.lower()), _words(mistake.sentence.lower())
    return _NAME_COUNTS * len(words & name) + len(words & (sentence - name))


@lru_cache(maxsize=256)
def _words(text: str) -> frozenset[str]:
    """The stems of words that tell something, each by the one that stands for its like."""
    found = re.findall(r"1/2|[\w½ε]+", text)
    known = (_SYNONYMS.get(each, each) for each in found)
    return frozenset(_stem(each) for each in known if each not in _SAID_OF_ALL)


def _stem(word: str) -> str:
    """Without the ending of a plural or a past tense."""
    for ending in ("ing", "ed", "s"):
        if word.endswith(ending) and len(word) - len(ending) > 2:
            return word.removesuffix(ending)
    return word
