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


def test_a_roster_finds_a_person_again_by_address_whatever_the_case() -> None:
    roster = Roster(new_roster_key())
    again = IdentityRecord("R. Example", "ROBIN@example.org ")
    assert roster.person(RECORD) == roster.person(again)
    assert roster.person(RECORD) != Roster(new_roster_key()).person(RECORD)


def test_without_an_address_name_organisation_and_role_make_the_person() -> None:
    roster = Roster(new_roster_key())
    one, same = IdentityRecord("A B", "", "C", "d"), IdentityRecord("a  b", "", "c", "D")
    assert roster.person(one) == roster.person(same)
    assert roster.person(one) != roster.person(IdentityRecord("A", "", "B C", "d"))


def test_blind_values_of_different_kinds_never_meet() -> None:
    roster = Roster(new_roster_key())
    kinds = ("email", "person", "name", "organisation", "role", "teller")
    assert len({roster.blind(kind, "same") for kind in kinds}) == len(kinds)
