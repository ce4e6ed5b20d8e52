"""What a log line says of an error: what it was and where, never what somebody sent."""

import io
import json
import logging

import asyncpg
import pydantic
import pytest
import sqlalchemy as sa
import structlog
from sqlalchemy.exc import DBAPIError

from kernel.database import Database
from kernel.logging import configure_logging

SECRET = "nguyen.van.a@example.vn"


class Body(pydantic.BaseModel):
    email: int


def in_a_local():
    authorization = f"Bearer {SECRET}"
    return authorization + 1


def in_a_model():
    Body(email=SECRET)


def in_a_row():
    error = asyncpg.UniqueViolationError("duplicate key value violates unique constraint")
    error.detail = f"Key (email)=({SECRET}) already exists."
    raise error


@pytest.fixture
def lines():
    before, handlers, level = structlog.get_config(), logging.root.handlers[:], logging.root.level
    configure_logging("test", "INFO")
    written = io.StringIO()
    logging.root.handlers[0].setStream(written)
    yield lambda: [json.loads(line) for line in written.getvalue().splitlines()]
    structlog.configure(**before)
    structlog.contextvars.clear_contextvars()
    logging.root.handlers, logging.root.level = handlers, level


def in_a_group():
    try:
        in_a_row()
    except asyncpg.PostgresError as error:
        raise ExceptionGroup("both", [error]) from None


@pytest.mark.parametrize("fail", [in_a_group, in_a_local, in_a_model, in_a_row])
def test_an_error_is_logged_without_what_was_sent(lines, fail):
    try:
        fail()
    except (TypeError, ValueError, asyncpg.PostgresError, ExceptionGroup):
        structlog.get_logger().exception("request_failed")
        logging.getLogger("a.library").exception("failed")

    ours, theirs = lines()
    for line in (ours, theirs):
        raised = line["exception"][-1]
        assert raised["exc_type"]
        assert raised["frames"][-1]["name"] in {fail.__name__, "__init__"}
        assert SECRET not in json.dumps(line)


async def test_a_statement_that_fails_does_not_repeat_its_parameters(registry_url):
    database = Database(registry_url)
    with pytest.raises(DBAPIError) as failed:
        async with database.transaction() as session:
            await session.execute(sa.text("select :given from nowhere"), {"given": SECRET})
    await database.close()

    assert SECRET not in str(failed.value)
