"""How a client says who it is."""

import base64

import pytest

from gateway.token.credentials import Credentials, read_credentials, read_form
from gateway.token.errors import InvalidClient, InvalidRequest, InvalidScope, UnsupportedGrant
from gateway.token.rules import choose_scope, require_grant

FORM = "application/x-www-form-urlencoded"


def basic(text: str) -> list[str]:
    return ["Basic " + base64.b64encode(text.encode()).decode()]


def test_basic_credentials_are_form_decoded():
    assert read_credentials(basic("a%3Ab:s%2Bt+u"), {}) == Credentials("a:b", "s+t u")


def test_credentials_may_stand_in_the_form():
    assert read_credentials([], {"client_id": "a", "client_secret": "b"}) == Credentials("a", "b")


@pytest.mark.parametrize(
    "header", ["Basic", "Basic ***", "Basic YQ==", "Bearer abc", "", "Basic /w==", "Basic Og=="]
)
def test_what_is_no_basic_credential_is_an_unknown_client(header: str):
    with pytest.raises(InvalidClient):
        read_credentials([header], {})


def test_two_ways_at_once_are_refused():
    with pytest.raises(InvalidRequest):
        read_credentials(basic("a:b"), {"client_id": "a", "client_secret": "b"})
    with pytest.raises(InvalidRequest):
        read_credentials(basic("a:b") * 2, {})
    with pytest.raises(InvalidRequest):
        read_credentials(basic("a:b"), {"client_id": "another"})


@pytest.mark.parametrize(
    ("kind", "body"),
    [
        ("application/json", b"{}"),
        (None, b"a=b"),
        (FORM, b"a=b&a=c"),
        (FORM, b"a=%FF"),
        (FORM, b"a=\xff"),
        (FORM, b"a=%00"),
        (FORM, b"&".join(b"f%d=1" % number for number in range(40))),
        (FORM, b"a=" + b"b" * 20_000),
    ],
)
def test_a_form_that_cannot_be_read_is_an_invalid_request(kind: str | None, body: bytes):
    with pytest.raises(InvalidRequest):
        read_form(kind, body)


def test_a_field_without_a_value_counts_as_left_out():
    assert read_form(FORM + "; charset=utf-8", b"a=&b=1") == {"b": "1"}


def test_only_client_credentials_are_granted():
    require_grant({"grant_type": "client_credentials"})

    with pytest.raises(UnsupportedGrant):
        require_grant({"grant_type": "password"})
    with pytest.raises(InvalidRequest):
        require_grant({})


def test_a_token_has_all_scopes_unless_fewer_are_asked_for():
    assert choose_scope(None, ["a", "b"]) == "a b"
    assert choose_scope("b", ["a", "b"]) == "b"
    assert choose_scope("b b a", ["a", "b"]) == "b a"


@pytest.mark.parametrize("asked", ["c", "a c", "a  b", " a", "x" * 1001])
def test_a_scope_that_the_client_does_not_hold_is_refused(asked: str):
    with pytest.raises(InvalidScope):
        choose_scope(asked, ["a", "b"])
