"""Predicting: answers, hints, and what is covered."""

from __future__ import annotations

from bpdebug.debugger.predictions import Outcome, score
from bpdebug.text.run.predictions import answered_words, asked_name, score_words
from bpdebug.text.run.wrong_answers import wrong_answer
from bpdebug.tui.commands import hunting
from bpdebug.tui.desk import Desk
from bpdebug.tui.modes.asking import Asking
from bpdebug.tui.screens.prompts import AnswerPrompt


def predict(desk: Desk) -> None:
    """Cover each result until it is answered, or no longer."""
    if desk.debugger.predictions.on:
        if desk.perform("predict off") is None:
            now = score_words(score(desk.debugger.predictions))
            asked = desk.debugger.question is not None
            still = (
                f", but for {asked_name(desk.debugger)}, which the lesson asks for" if asked else ""
            )
            desk.tell(f"results are no longer covered{still}: {now}")
    elif desk.perform("predict on") is None and desk.debugger.question is None:
        desk.tell("each result is covered from now on, until you answer; s goes to the next")


def ask_anew(desk: Desk) -> None:
    """Forget all answers."""
    if desk.perform("predict anew") is None and desk.debugger.question is None:
        desk.tell("all answers are forgotten; everything is asked again")


def reply(desk: Desk, begun: str = "") -> None:
    """Ask for the answer, of which something may be typed already."""
    if desk.debugger.question is None:
        desk.tell(_nothing(desk))
        return
    name = asked_name(desk.debugger)

    def accept(text: str) -> str | None:
        """Try it; says what is wrong with it."""
        error = desk.perform(f"answer {text} to {desk.digits}")
        if error is not None:
            return error
        said = desk.debugger.predicting.last_asked
        if said.outcome is Outcome.OPEN:
            return wrong_answer(desk.debugger, text, desk.digits)
        desk.tell(answered_words(desk.debugger, said, desk.digits), "fresh")
        return None

    program = desk.debugger.program
    slots = program.parameter_slots()
    known = program.name(int(slots[0])) if len(slots) else program.model.loss
    hint = f"a number to {desk.digits} decimals, or a formula of what is known, such as 2*{known}"
    desk.screen.app.push_screen(AnswerPrompt(f"{name} =", hint, accept, begun))


def hint(desk: Desk) -> None:
    """Show the rule; then its numbers; then the result. Where nothing is covered, a hint to what is
    planted.
    """
    if desk.debugger.question is None and desk.debugger.hunting.is_on:
        hunting.hint(desk)
    elif desk.debugger.question is None:
        desk.tell(_nothing(desk))
    elif desk.perform("hint") is None:
        _tell(desk)


def uncover(desk: Desk) -> None:
    """Show the result."""
    if desk.debugger.question is None:
        desk.tell(_nothing(desk))
    elif desk.perform("uncover") is None:
        _tell(desk)


def _tell(desk: Desk) -> None:
    debugger = desk.debugger
    if debugger.question is not None:
        desk.mode(Asking).say()
        return
    closed = debugger.predicting.last_asked
    desk.tell(answered_words(debugger, closed, desk.digits), "fresh")


def _nothing(desk: Desk) -> str:
    if desk.debugger.predictions.on:
        return "nothing is covered here"
    return f"nothing is covered; {desk.key_of('predict')} covers each result until it is answered"
