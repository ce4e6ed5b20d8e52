"""The log line of a request that passed."""

import asyncio
import io

import orjson

from gateway.route.line import FLUSH_LINES, FLUSH_SECONDS, AccessLog


async def test_lines_are_written_together_after_a_moment():
    out = io.BytesIO()
    line = AccessLog("info", out)
    line.write(path="/v1/agencies", status=200)
    line.write(path="/v1/plans", status=404)
    at_once = out.getvalue()
    await asyncio.sleep(FLUSH_SECONDS * 2)
    later = [orjson.loads(one) for one in out.getvalue().splitlines()]

    assert at_once == b""
    assert [one["path"] for one in later] == ["/v1/agencies", "/v1/plans"]
    assert {"event", "service", "level", "timestamp"} < set(later[0])


async def test_many_lines_do_not_wait():
    out = io.BytesIO()
    line = AccessLog("info", out)
    for _ in range(FLUSH_LINES):
        line.write(path="/")

    assert len(out.getvalue().splitlines()) == FLUSH_LINES


async def test_a_quieter_level_leaves_them_out():
    out = io.BytesIO()
    line = AccessLog("warning", out)
    line.write(path="/")
    line.flush()

    assert out.getvalue() == b""
