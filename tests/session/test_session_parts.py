"""Parts of a file, however they were made."""

from __future__ import annotations

import pytest
from pydantic_core import ValidationError

from bpdebug.session.file.format import BookmarkPart, EditPart, PositionPart, WorkPart
from bpdebug.tui.preferences import Preferences


def test_a_part_is_the_same_however_it_was_made() -> None:
    made = [PositionPart(), PositionPart(operation=0), PositionPart.read({"arithmetic": 0.0})]
    assert made[0] == made[1] == made[2] != PositionPart(operation=1)
    assert [each.given for each in made] == [set(), {"operation"}, {"arithmetic"}]
    assert {repr(each) for each in made} == {"PositionPart(operation=0, arithmetic=0)"}
    assert PositionPart() != BookmarkPart()
    assert WorkPart().watches is not WorkPart().watches


def test_what_is_unknown_is_kept_or_left_out() -> None:
    edit = EditPart.read({"at": 1, "set": "w", "to": "NaN", "why": "?"})
    assert edit.unknown == {"why": "?"}
    assert edit.as_data()["why"] == "?"
    other = edit.changed({"at": 2, "who": "me"})
    assert (other.at, other.unknown) == (2, {"why": "?", "who": "me"})
    assert (edit.at, edit.given) == (1, {"at", "set", "to", "why"})
    assert not Preferences.read({"colour": "red"}).unknown


@pytest.mark.parametrize("given", [{"at": -1}, {"at": "1"}, {"set": ""}, {"to": None}, {"at": 0.5}])
def test_a_field_that_is_wrong_is_refused_when_a_part_is_made(given: dict[str, object]) -> None:
    right: dict[str, object] = {"at": 1, "set": "w", "to": 1.0}
    assert EditPart(**right).as_json() == '{"at":1,"set":"w","to":1.0}'
    for make in (lambda fields: EditPart(**fields), EditPart.read):
        with pytest.raises(ValidationError):
            make(right | given)
