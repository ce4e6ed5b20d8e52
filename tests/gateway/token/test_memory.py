"""Proved tokens are remembered, bounded, and doubted again on every hit."""

from uuid import uuid4

import pytest

from gateway.token.claims import AccessToken, TokenRefused
from gateway.token.keys import AccessKeys
from gateway.token.memory import TokenMemory
from gateway.token.signing import TokenSmith
from gateway.token.standing import Standing
from kernel.jose import SigningKey
from tests.gateway.token.test_access_tokens import ISSUER, PEM


class CountingSmith(TokenSmith):
    """Counts how often a signature was really checked."""

    proofs = 0

    def prove(self, token: str) -> AccessToken:
        self.proofs += 1
        return super().prove(token)


class Time:
    """A real clock that can be moved."""

    def __init__(self) -> None:
        import time

        self.now = time.time()

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Time:
    return Time()


@pytest.fixture
def smith(clock: Time) -> CountingSmith:
    return CountingSmith(
        AccessKeys([SigningKey(PEM, "access-1")]), issuer=ISSUER, audience=ISSUER, lifetime=600, now=clock
    )


def issue(smith: TokenSmith, client_id: str = "c", generation: int = 1) -> bytes:
    token, _ = smith.issue(
        uuid4(), client_id=client_id, agency="BNG", scope="a", plans=[], generation=generation, not_after=None
    )
    return token.encode()


def test_a_token_is_proved_once(smith: CountingSmith, clock: Time):
    memory, token = TokenMemory(smith, Standing(), size=10, now=clock), issue(smith)

    first, second = memory.prove(token), memory.prove(token)

    assert first is second
    assert smith.proofs == 1


def test_a_remembered_token_ends_with_its_expiry(smith: CountingSmith, clock: Time):
    memory, token = TokenMemory(smith, Standing(), size=10, now=clock), issue(smith)
    memory.prove(token)
    clock.now += 600

    with pytest.raises(TokenRefused):
        memory.prove(token)
    assert len(memory) == 0


def test_a_remembered_token_ends_with_its_revocation(smith: CountingSmith, clock: Time):
    standing = Standing()
    memory, token = TokenMemory(smith, standing, size=10, now=clock), issue(smith)
    standing.revoke(memory.prove(token).jti, clock.now + 600)

    for _ in range(2):
        with pytest.raises(TokenRefused):
            memory.prove(token)


def test_a_client_that_lost_a_right_loses_its_remembered_tokens_and_gets_new_ones(
    smith: CountingSmith, clock: Time
):
    standing = Standing()
    memory, old = TokenMemory(smith, standing, size=10, now=clock), issue(smith)
    memory.prove(old)
    standing.raise_generation("c", 2)

    with pytest.raises(TokenRefused):
        memory.prove(old)
    assert memory.prove(issue(smith, generation=2)).generation == 2
    assert memory.prove(issue(smith, client_id="another")).client_id == "another"


def test_the_memory_stays_within_its_size(smith: CountingSmith, clock: Time):
    memory = TokenMemory(smith, Standing(), size=3, now=clock)
    tokens = [issue(smith) for _ in range(5)]
    for token in tokens:
        memory.prove(token)

    assert len(memory) == 3
    memory.prove(tokens[-1])
    assert smith.proofs == 5


def test_refused_tokens_are_not_remembered(smith: CountingSmith, clock: Time):
    memory = TokenMemory(smith, Standing(), size=3, now=clock)
    for number in range(10):
        with pytest.raises(TokenRefused):
            memory.prove(b"x.y.%d" % number)

    assert len(memory) == 0


def test_what_was_revoked_here_is_not_forgotten_by_hearing_older_news():
    standing = Standing()
    standing.revoke("j", 200.0)
    standing.raise_generation("c", 3)

    standing.hear({}, {"c": 2}, now=100.0)

    assert not standing.holds("j", "x", 1)
    assert not standing.holds("k", "c", 2)


def test_revocations_are_forgotten_once_the_token_has_expired():
    standing = Standing()
    standing.revoke("j", 200.0)

    standing.hear({}, {}, now=200.0)

    assert standing.holds("j", "x", 1)
