"""Decisions about clients."""

from datetime import UTC, datetime, timedelta

import pytest

from gateway.client.errors import ExpiryPast, ScopeUnknown
from gateway.client.groups import read_groups
from gateway.client.rules import (
    MAY,
    Rights,
    groups_read,
    is_held,
    is_live,
    judge_overlap,
    list_abilities,
    require_future,
    require_known,
    takes_away,
)
from gateway.client.secrets import Pepper, new_secret
from kernel.callers import SCOPES
from services.submissions.disclosure.rights import is_protected, scope_for
from services.submissions.form.definition import FormDefinition
from services.submissions.form.loading import read_forms
from tests.conftest import ROOT

NOW = datetime(2026, 7, 1, tzinfo=UTC)
HOUR = timedelta(hours=1)


def rights(**changes: object) -> Rights:
    facts = {"enabled": True, "scopes": frozenset("ab"), "plans": frozenset("pq"), "expires_at": NOW}
    return Rights(**{**facts, **changes})  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "after",
    [
        {"enabled": False},
        {"scopes": frozenset("a")},
        {"scopes": frozenset("ac")},
        {"plans": frozenset("p")},
        {"expires_at": NOW - HOUR},
    ],
)
def test_losing_anything_takes_rights_away(after: dict[str, object]):
    assert takes_away(rights(), rights(**after))


@pytest.mark.parametrize(
    "after",
    [
        {},
        {"scopes": frozenset("abc")},
        {"plans": frozenset("pqr")},
        {"plans": frozenset()},
        {"expires_at": NOW + HOUR},
        {"expires_at": None},
    ],
)
def test_gaining_something_takes_nothing_away(after: dict[str, object]):
    assert not takes_away(rights(), rights(**after))


def test_a_first_limit_to_plans_or_time_takes_rights_away():
    assert takes_away(rights(plans=frozenset()), rights())
    assert takes_away(rights(expires_at=None), rights())


def test_being_enabled_again_takes_nothing_away():
    assert not takes_away(rights(enabled=False), rights())


def test_an_expiry_lies_in_the_future():
    require_future(None, NOW)
    require_future(NOW + HOUR, NOW)
    with pytest.raises(ExpiryPast):
        require_future(NOW, NOW)


def test_the_old_secret_never_lives_longer_than_it_would_have():
    assert judge_overlap(None, NOW, HOUR) == NOW + HOUR
    assert judge_overlap(NOW + 2 * HOUR, NOW, HOUR) == NOW + HOUR
    assert judge_overlap(NOW + HOUR, NOW, 2 * HOUR) == NOW + HOUR


def test_a_client_lives_until_it_expires_or_is_disabled():
    assert is_live(True, None, NOW)
    assert is_live(True, NOW + HOUR, NOW)
    assert not is_live(True, NOW, NOW)
    assert not is_live(False, None, NOW)


def test_every_scope_has_its_sentence():
    assert list(MAY) == list(SCOPES)
    assert [scope for scope, *_ in list_abilities(["admin", "data:read"], ())] == ["data:read", "admin"]


GROUPS = read_groups(ROOT / "data")
EVERY, ONE, OTHER = "data:confidential", "data:confidential:trafficking", "data:confidential:adoption"


def test_the_groups_are_the_confidential_tables_of_the_forms_that_ship():
    forms = [FormDefinition.model_validate(one.definition, strict=False) for one in read_forms(ROOT / "data", NOW)]
    tables = {t.code for form in forms for t in form.tables if is_protected(t.confidentiality)}

    assert {group.scope for group in GROUPS} == {scope_for(table) for table in tables}
    assert "trafficking" in {group.code for group in GROUPS}


def test_a_scope_for_every_group_holds_each_and_one_for_a_group_no_other():
    assert is_held(ONE, [EVERY])
    assert is_held(ONE, [OTHER, ONE])
    assert not is_held(ONE, [OTHER])
    assert not is_held(EVERY, [ONE, OTHER])
    assert [group.scope for group in groups_read([ONE], GROUPS)] == [ONE]
    assert groups_read([EVERY], GROUPS) == list(GROUPS)


def test_only_scopes_that_there_are_can_be_given():
    require_known([*SCOPES, ONE], GROUPS)
    with pytest.raises(ScopeUnknown) as refusal:
        require_known(["data:read", "data:confidential:tourism"], GROUPS)

    assert refusal.value.facts["errors"][0]["pointer"] == "/scopes/1"
    assert {EVERY, ONE, "admin"} <= set(refusal.value.facts["known"])


def test_one_group_instead_of_all_takes_rights_away_and_all_instead_of_one_does_not():
    assert takes_away(rights(scopes=frozenset({EVERY})), rights(scopes=frozenset({ONE})))
    assert not takes_away(rights(scopes=frozenset({ONE})), rights(scopes=frozenset({EVERY})))
    assert takes_away(rights(scopes=frozenset({ONE})), rights(scopes=frozenset({OTHER})))


def test_each_group_has_its_sentence():
    (ability,) = list_abilities([ONE], GROUPS)

    assert (ability[0], "Mua bán người" in ability[1], "Trafficking" in ability[2]) == (ONE, True, True)


def test_a_secret_has_256_bits_and_only_its_keyed_digest_matches():
    secret = new_secret()
    pepper = Pepper(b"p" * 32)

    assert len(secret) == 4 + 43
    assert new_secret() != secret
    assert pepper.matches(secret, [b"x" * 32, pepper.digest(secret)])
    assert not pepper.matches(secret, [])
    assert not pepper.matches(secret, [Pepper(b"q" * 32).digest(secret)])


def test_a_short_pepper_is_refused():
    with pytest.raises(ValueError, match="256"):
        Pepper(b"short")
