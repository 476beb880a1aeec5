"""Laws of custody: any two of several, no one alone; one unsealing exposes one person; who may grant what."""

from __future__ import annotations

from dataclasses import replace
from itertools import permutations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dyeline.custody.agekeys import Identity, new_identity
from dyeline.custody.envelopes import Envelope, open_inner, open_outer, seal_for_pairs
from dyeline.custody.identity import IdentityRecord, new_key, seal, unseal
from dyeline.custody.rules import Asked, Granting, refuse_grant, refuse_request
from dyeline.errors import BadKey

KEYS = {f"U-{number}": new_identity() for number in range(1, 7)}


def _sealed(secret: bytes, count: int) -> tuple[dict[str, Identity], list[Envelope]]:
    people = dict(list(KEYS.items())[:count])
    return people, seal_for_pairs(secret, {label: key.recipient for label, key in people.items()})


@settings(max_examples=25)
@given(st.binary(min_size=1, max_size=64), st.integers(2, 6))
def test_any_two_open_a_secret_whoever_comes_first(secret: bytes, count: int) -> None:
    people, envelopes = _sealed(secret, count)
    assert len(envelopes) == count * (count - 1)
    for first, second in permutations(people, 2):
        (envelope,) = (one for one in envelopes if (one.outer, one.inner) == (first, second))
        assert open_inner(open_outer(envelope.data, people[first]), people[second]) == secret


@settings(max_examples=15)
@given(st.integers(2, 6), st.data())
def test_no_one_alone_opens_anything(count: int, data: st.DataObject) -> None:
    people, envelopes = _sealed(b"the key of somebody's record", count)
    alone = people[data.draw(st.sampled_from(sorted(people)))]
    for envelope in envelopes:
        layers = [envelope.data]
        for layer in layers:  # whatever one key opens is tried again, with the same key
            try:
                layers.append(alone.decrypt(layer))
            except BadKey:
                continue
        assert len(layers) <= 2
        assert all(b"the key of somebody" not in layer for layer in layers)


@settings(max_examples=15)
@given(st.integers(3, 6), st.data())
def test_who_is_taken_out_opens_nothing_that_is_left(count: int, data: st.DataObject) -> None:
    people, envelopes = _sealed(b"secret", count)
    gone = data.draw(st.sampled_from(sorted(people)))
    for envelope in envelopes:
        if gone in (envelope.outer, envelope.inner):
            continue
        with pytest.raises(BadKey):
            people[gone].decrypt(envelope.data)
        with pytest.raises(BadKey):
            people[gone].decrypt(open_outer(envelope.data, people[envelope.outer]))


@settings(max_examples=20)
@given(st.lists(st.text(min_size=1, max_size=30), min_size=2, max_size=6), st.data())
def test_one_key_opens_exactly_one_record(names: list[str], data: st.DataObject) -> None:
    keys = [new_key() for _ in names]
    labels = [f"R-{number:03}" for number in range(len(names))]
    sealed = [
        seal(IdentityRecord(name), key, label=label, workspace="w")
        for name, key, label in zip(names, keys, labels, strict=True)
    ]
    chosen = data.draw(st.integers(0, len(names) - 1))
    for place, label in enumerate(labels):
        if place == chosen:
            assert unseal(sealed[place], keys[chosen], label=label, workspace="w").name == names[place]
            continue
        with pytest.raises(BadKey):
            unseal(sealed[place], keys[chosen], label=label, workspace="w")


PEOPLE = st.sampled_from(["A-1", "A-2", "A-3", "A-4"])
CUSTODIANS = st.sampled_from(["", "U-1", "U-2", "U-3"])
GRANTS = st.builds(
    Granting,
    decision=st.sampled_from(["protected", "not-protected", "undecided"]),
    settled=st.booleans(),
    lapsed=st.booleans(),
    custodian=CUSTODIANS,
    person=PEOPLE,
    bound_to=st.sampled_from(["", "A-1", "A-2", "A-3", "A-4"]),
    investigators=st.frozensets(PEOPLE),
    granted_by=st.frozensets(CUSTODIANS),
    granted_persons=st.frozensets(PEOPLE),
)


@settings(max_examples=500)
@given(GRANTS)
def test_a_grant_stands_only_if_every_rule_is_kept(granting: Granting) -> None:
    kept = (
        granting.decision == "not-protected"
        and not granting.settled
        and not granting.lapsed
        and granting.custodian != ""
        and granting.person not in granting.investigators
        and granting.bound_to in ("", granting.person)
        and granting.custodian not in granting.granted_by
        and granting.person not in granting.granted_persons
    )
    assert (refuse_grant(granting) is None) == kept


@given(GRANTS)
def test_an_investigator_never_grants_with_any_key(granting: Granting) -> None:
    inside = replace(granting, investigators={granting.person})
    assert refuse_grant(inside) is not None
    bound = replace(granting, bound_to="A-4", investigators={"A-4"})
    assert refuse_grant(bound) is not None


def test_a_name_is_asked_for_only_where_a_finding_names_the_copy_or_somebody_says_why() -> None:
    assert refuse_request(Asked("not-protected", named=True, overridden=False)) is None
    assert refuse_request(Asked("not-protected", named=False, overridden=True)) is None
    assert refuse_request(Asked("not-protected", named=False, overridden=False)) == "copy.not_named"
    for named in (True, False):
        assert refuse_request(Asked("undecided", named=named, overridden=True)) == "case.undecided"
        assert refuse_request(Asked("protected", named=named, overridden=True)) == "case.protected"
