"""The story of `make demo`, from duty to receipt to webhook, checked by other eyes than its own."""

from collections import Counter
from collections.abc import AsyncIterator

import pytest
from standardwebhooks import Webhook

from deploy.demo.narrator import Narrator
from deploy.demo.receiver import listening
from deploy.demo.scenario import play
from deploy.demo.story import SEVEN, Story, prepared_story
from deploy.stack import Stack


@pytest.fixture(scope="module")
async def story(own_stack: Stack) -> AsyncIterator[Story]:
    async with (
        listening() as receiver,
        prepared_story(own_stack.url, own_stack.admin_credentials(), receiver, Narrator(aloud=False)) as story,
    ):
        await play(story)
        yield story


def _types(story: Story, agency: str) -> Counter[str]:
    """Count what an agency was told of the half-year data, OHT-01."""
    received = story.receiver.of(agency)
    return Counter(r.type for r in received if r.event["data"]["cycle"] == story.cycle)


async def test_the_story_plays_to_its_end(story: Story):
    assert [s["version"] for s in story.submissions] == [1, 2]
    assert story.receipt_claims["received_at"] < "2026-07-05"
    assert story.yearly["submission"]["punctuality"] == "on_time"


async def test_every_webhook_verifies_with_the_standard_library_of_the_field(story: Story):
    for received in story.receiver.received:
        secret = story.actors[received.agency].webhook_secret
        Webhook(secret).verify(received.body, received.headers)
    assert len(story.receiver.received) >= 30


async def test_no_webhook_came_twice(story: Story):
    ids = Counter((r.agency, r.headers["webhook-id"]) for r in story.receiver.received)

    assert set(ids.values()) == {1}


@pytest.mark.parametrize("agency", sorted(set(SEVEN) - {"HT-SNV"}))
async def test_each_of_the_six_was_told_overdue_once(story: Story, agency: str):
    assert _types(story, agency)["deadline.overdue"] == 1


async def test_the_reporter_in_time_was_never_told_overdue(story: Story):
    types = _types(story, "HT-SNV")

    assert (types["deadline.overdue"], types["deadline.escalated"]) == (0, 0)


async def test_the_ids_of_header_and_body_are_one(story: Story):
    assert all(r.headers["webhook-id"] == r.event["id"] for r in story.receiver.received)
