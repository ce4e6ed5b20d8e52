"""What counts as an access token: each rule for the safe use of python-jose is a test here."""

import base64
import json
import time
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec
from hypothesis import given, settings
from hypothesis import strategies as st
from jose import jwk, jws
from joserfc import jwt as other_jwt
from joserfc.errors import JoseError
from joserfc.jwk import ECKey, KeySet

from gateway.token.claims import AccessToken, TokenRefused
from gateway.token.keys import AccessKeys
from gateway.token.memory import TokenMemory
from gateway.token.signing import TokenSmith
from gateway.token.standing import Standing
from kernel.jose import SigningKey

ISSUER = "https://gcm.test"
NOW = int(time.time())


def a_pem(curve: ec.EllipticCurve | None = None) -> bytes:
    key = ec.generate_private_key(curve or ec.SECP256R1())
    return key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )


PEM = a_pem()
KEY = SigningKey(PEM, "access-1")
SMITH = TokenSmith(AccessKeys([KEY]), issuer=ISSUER, audience=ISSUER, lifetime=600)


def a_token(**changes: Any) -> str:
    facts: dict[str, Any] = {
        "client_id": "ht-snv-1",
        "agency": "HT-SNV",
        "scope": "registry:read",
        "plans": [],
        "generation": 1,
        "not_after": None,
    }
    return SMITH.issue(UUID(int=uuid4().int), **{**facts, **changes})[0]


def claims(**changes: Any) -> dict[str, Any]:
    """The claims of a good token, changed; a claim changed to None is left out."""
    good = {
        "iss": ISSUER,
        "sub": "c",
        "aud": ISSUER,
        "iat": NOW,
        "exp": NOW + 300,
        "jti": "j",
        "client_id": "c",
        "agency": "BNG",
        "scope": "admin",
        "plans": [],
        "gen": 1,
        **changes,
    }
    return {name: value for name, value in good.items() if value is not None}


def b64(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


def signed(payload: bytes | dict[str, Any], header: bytes | dict[str, Any] | None = None) -> str:
    """Sign any payload under any header with the real key."""
    head = {"alg": "ES256", "typ": "at+jwt", "kid": KEY.kid} if header is None else header
    head_bytes = head if isinstance(head, bytes) else json.dumps(head).encode()
    body = payload if isinstance(payload, bytes) else json.dumps(payload).encode()
    message = f"{b64(head_bytes)}.{b64(body)}"
    return f"{message}.{b64(jwk.construct(PEM.decode(), 'ES256').sign(message.encode()))}"


def header(**changes: Any) -> dict[str, Any]:
    return {"alg": "ES256", "typ": "at+jwt", "kid": KEY.kid, **changes}


def test_a_token_of_ours_is_proved():
    proved = SMITH.prove(a_token(plans=["QD-402-2020"]))

    assert (proved.client_id, proved.agency, proved.scope) == ("ht-snv-1", "HT-SNV", "registry:read")
    assert proved.plans == ("QD-402-2020",)
    assert proved.expires_at - proved.issued_at == 600


def test_a_hand_made_token_of_the_same_shape_is_proved_too():
    assert SMITH.prove(signed(claims())).client_id == "c"
    assert SMITH.prove(signed(claims(aud=[ISSUER]))).client_id == "c"


REFUSED = {
    "no exp": signed(claims(exp=None)),
    "no iat": signed(claims(iat=None)),
    "no aud": signed(claims(aud=None)),
    "no iss": signed(claims(iss=None)),
    "no sub": signed(claims(sub=None)),
    "no jti": signed(claims(jti=None)),
    "no client_id": signed(claims(client_id=None)),
    "no agency": signed(claims(agency=None)),
    "no scope": signed(claims(scope=None)),
    "no plans": signed(claims(plans=None)),
    "no generation": signed(claims(gen=None)),
    "foreign issuer": signed(claims(iss="https://other.test")),
    "foreign audience": signed(claims(aud="https://other.test")),
    "one of two audiences": signed(claims(aud=[ISSUER, "https://other.test"])),
    "audience as object": signed(claims(aud={ISSUER: 1})),
    "issuer as list": signed(claims(iss=[ISSUER])),
    "expired": signed(claims(iat=NOW - 400, exp=NOW - 100)),
    "issued in the future": signed(claims(iat=NOW + 7000, exp=NOW + 7100)),  # also when the tests take long
    "lives too long": signed(claims(exp=NOW + 601)),
    "ends before it began": signed(claims(iat=NOW + 4, exp=NOW + 3)),
    "exp as text": signed(claims(exp=str(NOW + 300))),
    "exp as fraction": signed(claims(exp=NOW + 300.5)),
    "exp as true": signed(claims(exp=True)),
    "exp beyond all numbers": signed(json.dumps(claims()).encode().replace(str(NOW + 300).encode(), b"1e400")),
    "exp as NaN": signed(json.dumps(claims()).encode().replace(str(NOW + 300).encode(), b"NaN")),
    "subject is another": signed(claims(sub="someone")),
    "scope as list": signed(claims(scope=["admin"])),
    "scope with two spaces": signed(claims(scope="a  b")),
    "plans as text": signed(claims(plans="QD-402-2020")),
    "agency with line break": signed(claims(agency="BNG\nX")),
    "a claim twice": signed(json.dumps(claims()).encode()[:-1] + b', "agency": "HT-SNV"}'),
    "claims as list": signed(b"[1]"),
    "claims nested deep": signed(b'{"a":' + b"[" * 900 + b"]" * 900 + b"}"),
    "claims not UTF-8": signed(b'{"a": "\xff"}'),
    "typ JWT": signed(claims(), header(typ="JWT")),
    "typ of internal tokens": signed(claims(), header(typ="gcm-internal+jwt")),
    "no typ": signed(claims(), {"alg": "ES256", "kid": KEY.kid}),
    "crit": signed(claims(), header(crit=["exp"])),
    "unknown kid": signed(claims(), header(kid="access-9")),
    "no kid": signed(claims(), {"alg": "ES256", "typ": "at+jwt"}),
    "kid as number": signed(claims(), header(kid=1)),
    "kid twice": signed(claims(), json.dumps(header()).encode()[:-1] + b', "kid": "x"}'),
    "alg as list": signed(claims(), header(alg=["ES256"])),
    "alg none": f"{b64(json.dumps(header(alg='none')).encode())}.{b64(json.dumps(claims()).encode())}.",
    "alg none, signed": signed(claims(), header(alg="none")),
    "alg RS256": signed(claims(), header(alg="RS256")),
    "header nested deep": signed(claims(), b"[" * 300 + b"]" * 300),
    "header too long": signed(claims(), header(x="x" * 600)),
    "too long": signed(claims(x="x" * 4000)),
    "two segments": ".".join(signed(claims()).split(".")[:2]),
    "four segments": signed(claims()) + ".x",
    "empty": "",
    "dots": "..",
    "padding": signed(claims()) + "=",
    "a blank": signed(claims()) + " ",
    "a line break": signed(claims()) + "\n",
    "not ASCII": signed(claims()) + "é",
    "cut signature": signed(claims())[:-8],
    "no signature": signed(claims()).rsplit(".", 1)[0] + ".",
}


@pytest.mark.parametrize("why", REFUSED)
def test_a_token_is_refused_when_it_has(why: str):
    with pytest.raises(TokenRefused):
        SMITH.prove(REFUSED[why])


def test_a_token_signed_by_another_key_is_refused_though_its_kid_is_ours():
    other = SigningKey(a_pem(), "access-1")
    other.kid = KEY.kid

    with pytest.raises(TokenRefused):
        SMITH.prove(other.sign(claims(), "at+jwt"))


def test_a_key_that_a_token_brings_along_is_not_used():
    pem = a_pem()
    own = {**SigningKey(pem, "x").public_jwk}
    message = f"{b64(json.dumps(header(jwk=own, kid='x-1')).encode())}.{b64(json.dumps(claims()).encode())}"
    token = f"{message}.{b64(jwk.construct(pem.decode(), 'ES256').sign(message.encode()))}"

    with pytest.raises(TokenRefused):
        SMITH.prove(token)


def test_the_public_key_is_no_shared_secret():
    """HS256 confusion: a token signed with the public key's bytes as an HMAC secret."""
    public = serialization.load_pem_private_key(PEM, None).public_key()
    der = public.public_bytes(serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo)
    forged = jws.sign(claims(), der, headers={"typ": "at+jwt", "kid": KEY.kid}, algorithm="HS256")

    with pytest.raises(TokenRefused):
        SMITH.prove(forged)


def test_only_p256_keys_sign_access_tokens():
    with pytest.raises(ValueError, match="P-256"):
        SigningKey(a_pem(ec.SECP384R1()), "access-1")


def test_a_start_without_keys_fails(tmp_path: Path):
    with pytest.raises(ValueError, match="access"):
        AccessKeys.load(tmp_path)


def test_the_last_key_by_name_signs_and_the_one_before_still_proves(tmp_path: Path):
    (tmp_path / "access-1.pem").write_bytes(PEM)
    old = signed(claims())
    (tmp_path / "access-2.pem").write_bytes(a_pem())
    keys = AccessKeys.load(tmp_path)
    smith = TokenSmith(keys, issuer=ISSUER, audience=ISSUER, lifetime=600)

    assert keys.signing.kid.startswith("access-2")
    assert smith.prove(old).client_id == "c"
    assert [key["kid"][:8] for key in keys.published()["keys"]] == ["access-1", "access-2"]
    assert all("d" not in key for key in keys.published()["keys"])


@given(st.binary(max_size=300) | st.text(max_size=300).map(lambda text: text.encode("utf-8", "replace")))
def test_no_bytes_are_a_token(raw: bytes):
    with pytest.raises(TokenRefused):
        TokenMemory(SMITH, Standing(), size=1).prove(raw)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=5,
)


@settings(max_examples=300, deadline=None)
@given(st.sampled_from(sorted(claims())), JSON)
def test_a_signed_token_with_any_one_claim_changed_is_refused_or_says_just_that(name: str, value: Any):
    token = signed(claims() | {name: value})

    try:
        proved = SMITH.prove(token)
    except TokenRefused:
        return
    assert isinstance(proved, AccessToken)
    assert name in {"jti", "agency", "scope", "plans", "gen", "exp", "iat"} or value in (ISSUER, [ISSUER], "c")


@settings(max_examples=200, deadline=None)
@given(st.dictionaries(st.sampled_from(["alg", "typ", "kid", "crit", "jwk", "b64"]), JSON, min_size=1))
def test_a_signed_token_under_any_other_header_is_refused(changes: dict[str, Any]):
    if not set(changes) <= {"jwk", "b64"}:
        with pytest.raises(TokenRefused):
            SMITH.prove(signed(claims(), header(**changes)))


@settings(max_examples=200, deadline=None)
@given(st.data())
def test_a_token_with_one_character_changed_is_refused(data: st.DataObject):
    token = a_token()
    at = data.draw(st.integers(0, len(token) - 2))  # the last one holds bits that do not count
    put = data.draw(st.sampled_from("ABCabc019-_.=").filter(lambda c: c != token[at]))
    ends_segment = token[at + 1] == "."

    if not ends_segment:
        with pytest.raises(TokenRefused):
            SMITH.prove(token[:at] + put + token[at + 1 :])


OTHER_KEYS = KeySet([ECKey.import_key(KEY.public_jwk)])


def other_verdict(token: str) -> bool:
    """What joserfc says of a token, told the same rules as far as it knows them."""
    registry = other_jwt.JWTClaimsRegistry(
        now=lambda: int(time.time()),
        leeway=0,
        iss={"essential": True, "value": ISSUER},
        aud={"essential": True, "value": ISSUER},
        exp={"essential": True},
        iat={"essential": True},
        sub={"essential": True},
        jti={"essential": True},
    )
    try:
        decoded = other_jwt.decode(token, OTHER_KEYS, algorithms=["ES256"])
        registry.validate(decoded.claims)
    except (JoseError, ValueError, TypeError, RecursionError, AttributeError):
        return False
    return True


def own_verdict(token: str) -> bool:
    try:
        SMITH.prove(token)
    except TokenRefused:
        return False
    return True


STRICTER = {
    "no client_id", "no agency", "no scope", "no plans", "no generation", "one of two audiences",
    "lives too long", "ends before it began", "exp as fraction", "exp as true", "subject is another",
    "scope as list", "scope with two spaces", "plans as text", "agency with line break", "a claim twice",
    "typ JWT", "typ of internal tokens", "no typ", "kid twice", "header too long", "too long", "no kid",
    "kid as number", "exp beyond all numbers", "issued in the future",
}  # fmt: skip
"""Where we refuse and joserfc, told the plain rules, may not: the claims and shapes of our own policy."""


def test_another_library_agrees_except_where_we_are_stricter():
    ours_alone = {why for why, token in REFUSED.items() if other_verdict(token)}

    assert ours_alone <= STRICTER
    assert other_verdict(a_token())
    assert all(not own_verdict(token) for token in REFUSED.values())
