"""`make demo`: start a stack of its own at 1 July 2026, play the story, print it, clean up."""

import asyncio
import os
import signal
import sys
import time
from pathlib import Path

from deploy.demo.narrator import Narrator, StoryBroken
from deploy.demo.receiver import listening
from deploy.demo.scenario import play
from deploy.demo.story import START, prepared_story
from deploy.installation import Installation, StackError, find_port_block
from deploy.postgres import EmbeddedPostgres
from deploy.stack import running_stack

FOLDER = Path(".local/demo")


def demo_installation(folder: Path) -> Installation:
    """Return the demo's installation: its own folder and ports, business clock at 1 July 2026."""
    return Installation(
        folder.resolve(),
        port=int(os.environ.get("DEMO_PORT") or find_port_block()),
        sandbox_start=START,
        settings={"GCM_WEBHOOK_ALLOWED_NETWORKS": '["127.0.0.1/32"]'},
    )


async def _play() -> None:
    narrator = Narrator()
    EmbeddedPostgres(FOLDER / "postgres").remove()
    begun = time.monotonic()
    narrator.say("Starting PostgreSQL 18 and all processes; the clock stands at 1 July 2026, 08:00 in Viet Nam.")
    async with (
        running_stack(demo_installation(FOLDER), durable=False) as stack,
        listening() as receiver,
        prepared_story(stack.url, stack.admin_credentials(), receiver, narrator) as story,
    ):
        narrator.say(f"Ready after {time.monotonic() - begun:.0f} s at {stack.url}.")
        await play(story)
    narrator.say(f"\n   The whole story took {time.monotonic() - begun:.0f} s. Everything is stopped again.")


async def _play_until_told() -> None:
    task = asyncio.current_task()
    assert task is not None
    for told in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(told, task.cancel)
    await _play()


def main() -> None:
    """Play it, or say which sentence of the story was not true."""
    try:
        asyncio.run(_play_until_told())
    except StoryBroken as broken:
        sys.exit(f"   ✗ not so: {broken}")
    except StackError as failure:
        sys.exit(str(failure))
    except asyncio.CancelledError:
        sys.exit("Stopped.")


if __name__ == "__main__":
    main()
