"""Whatever is done in whatever order: nothing accepted changes, counts agree, receipts and the audit verify.

`GCM_WORKFLOW_STORIES=300` tells that many new stories; without it the same few are told each time.
"""

import asyncio
import json
import os

import pytest
from hypothesis import HealthCheck, settings
from hypothesis.stateful import run_state_machine_as_test

from tests.submissions.workflow.desk import Desk
from tests.submissions.workflow.machine import Workflow

ASKED = os.environ.get("GCM_WORKFLOW_STORIES")
STORIES = settings(
    max_examples=int(ASKED or 5),
    stateful_step_count=40 if ASKED else 25,
    derandomize=ASKED is None,
    database=None,
    deadline=None,
    print_blob=True,
    suppress_health_check=list(HealthCheck),
)


@pytest.mark.timeout(0 if ASKED else 300)
async def test_every_story_keeps_what_was_promised(service, tmp_path):
    keys = (await service.http.get("/.well-known/receipt-jwks.json")).json()
    desk = Desk(service, asyncio.get_running_loop())
    story = type("Story", (Workflow,), {"desk": desk, "folder": tmp_path, "keys": json.dumps(keys)})

    try:
        await asyncio.to_thread(run_state_machine_as_test, story, settings=STORIES)
    finally:
        await desk.leave()
