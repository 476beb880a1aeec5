from __future__ import annotations

import pytest

from dyeline.custody.identity import IdentityRecord, new_key, seal, unseal
from dyeline.custody.roster import Roster, new_roster_key
from dyeline.errors import BadKey

RECORD = IdentityRecord("Робин Example", "robin@example.org", "Example & Co", "reader")


def test_a_record_opens_with_its_key_label_and_workspace_only() -> None:
    key = new_key()
    sealed = seal(RECORD, key, label="R-001", workspace="w")
    assert unseal(sealed, key, label="R-001", workspace="w") == RECORD
    for other in (
        (new_key(), "R-001", "w"),
        (key, "R-002", "w"),
        (key, "R-001", "v"),
        (b"short", "R-001", "w"),
    ):
        with pytest.raises(BadKey):
            unseal(sealed, other[0], label=other[1], workspace=other[2])


def test_no_changed_byte_is_accepted() -> None:
    key = new_key()
    sealed = seal(RECORD, key, label="R-001", workspace="w")
    for place in range(len(sealed)):
        changed = bytearray(sealed)
        changed[place] ^= 1
        with pytest.raises(BadKey):
            unseal(bytes(changed), key, label="R-001", workspace="w")
    with pytest.raises(BadKey):
        unseal(b"", key, label="R-001", workspace="w")


def test_the_length_does_not_tell_a_short_name_from_a_long_one() -> None:
    sizes = {
        len(seal(IdentityRecord("x" * n, "", "y" * n), new_key(), label="R-001", workspace="w"))
        for n in range(1, 80)
    }
    assert len(sizes) == 1


def test_nothing_of_a_record_shows_when_it_is_printed() -> None:
    assert "robin" not in repr(RECORD).casefold() and "example" not in repr(RECORD).casefold()


def test_a_roster_finds_a_value_again_whatever_its_case_and_blanks() -> None:
    roster = Roster(new_roster_key())
    assert roster.blind("name", "Ada  Example") == roster.blind("name", " ada example")
    assert roster.blind("name", "Ada Example") != roster.blind("name", "AdaExample")
    assert roster.blind("name", "ada") != Roster(new_roster_key()).blind("name", "ada")


def test_blind_values_of_different_kinds_never_meet() -> None:
    roster = Roster(new_roster_key())
    assert len({roster.blind(kind, "same") for kind in ("email", "name", "organisation", "role")}) == 4
