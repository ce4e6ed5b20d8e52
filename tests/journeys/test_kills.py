"""The same story while every process is killed again and again: nothing lost, nothing twice."""

import asyncio
import json
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import httpx

from deploy.demo.narrator import Narrator
from deploy.demo.receiver import listening
from deploy.demo.scenario import play
from deploy.demo.story import SEVEN, prepared_story
from deploy.stack import Stack

PAUSE = 1.5


@asynccontextmanager
async def killing(stack: Stack) -> AsyncIterator[Counter[str]]:
    """Kill one process after the other, round and round, giving each time to come back."""
    killed: Counter[str] = Counter()

    async def go_round() -> None:
        while True:
            for name in stack.processes:
                await asyncio.sleep(PAUSE)
                stack.kill(name)
                killed[name] += 1
                await _until_back(stack, name)

    task = asyncio.create_task(go_round())
    try:
        yield killed
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


async def _until_back(stack: Stack, name: str) -> None:
    async with httpx.AsyncClient(trust_env=False) as client:
        await asyncio.sleep(0.2)
        while not await stack.processes[name].is_ready(client):
            await asyncio.sleep(0.1)


async def test_the_story_holds_while_every_process_is_killed(own_stack: Stack):
    async with (
        listening() as receiver,
        prepared_story(own_stack.url, own_stack.admin_credentials(), receiver, Narrator(aloud=False)) as story,
        killing(own_stack) as killed,
    ):
        await play(story)
        while set(killed) != set(own_stack.processes):
            await asyncio.sleep(0.2)

    told = {agency: receiver.of(agency, "deadline.overdue") for agency in SEVEN}
    assert {agency: len(events) for agency, events in told.items()} == {
        agency: 0 if agency == "HT-SNV" else 1 for agency in SEVEN
    }
    facts = Counter(
        (r.agency, r.type, json.dumps(r.event["data"], sort_keys=True))
        for agency in story.actors
        for r in receiver.of(agency)
    )
    assert set(facts.values()) == {1}, [fact for fact, count in facts.items() if count > 1]
