"""A place in a list of tokens: looking ahead, going on, and saying what is wrong there."""

from __future__ import annotations

from typing import NoReturn

from bpdebug.notation.errors import NotationError, shown
from bpdebug.notation.tokens import Token


class Cursor:
    """A place in `tokens`, which end with a token of kind `end`."""

    def __init__(self, tokens: list[Token]) -> None:
        self._tokens = tokens
        self._at = 0

    @property
    def next(self) -> Token:
        """The token here."""
        return self._tokens[self._at]

    def ahead(self, count: int) -> Token:
        """The token that many tokens further on, or the end."""
        return self._tokens[min(self._at + count, len(self._tokens) - 1)]

    def take(self) -> Token:
        """The token here; the cursor moves past it, but never past the end."""
        token = self.next
        self._at = min(self._at + 1, len(self._tokens) - 1)
        return token

    def accept(self, kind: str) -> bool:
        """Move behind the token here if it is of this kind."""
        if self.next.kind != kind:
            return False
        self.take()
        return True

    def require(self, kind: str, expected: str = "") -> Token:
        """The token here, which has to be of this kind. Raises NotationError."""
        if self.next.kind != kind:
            self.expected(expected or f'"{kind}"')
        return self.take()

    def fail(self, message: str, token: Token | None = None, expected: str = "") -> NoReturn:
        """Raise a NotationError at `token`, or here."""
        token = token or self.next
        several_lines = self._tokens[-1].line > 1
        raise NotationError(message, token.line, token.column, expected, several_lines)

    def expected(self, expected: str, hint: str = "", token: Token | None = None) -> NoReturn:
        """Raise a NotationError: this, and not `token` or what is here, would be right."""
        token = token or self.next
        found = "the end" if token.kind == "end" else shown(token.text)
        message = f"expected {expected}, found {found}"
        self.fail(f"{message}; {hint}" if hint else message, token, expected)
