"""From whatever was raised to the problem document that the caller reads."""

import json
from typing import Any

import asyncpg
import orjson
from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from pydantic import BaseModel
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from starlette.exceptions import HTTPException
from starlette.responses import Response
from starlette.routing import compile_path

from kernel.database import DRIVER_ERRORS
from kernel.errors import (
    BadRequest,
    MethodNotAllowed,
    NotFound,
    Problem,
    ServiceSilent,
    Unprocessable,
    UnsupportedMedia,
)


def problem_of(error: Exception) -> Problem:
    """Translate whatever was raised into the problem that the caller reads."""
    if isinstance(error, Problem):
        return error
    if isinstance(error, DBAPIError):
        cause = error.orig.__cause__ if error.orig is not None else None
        return ServiceSilent("database") if error.connection_invalidated else _problem_of_database(cause)
    if isinstance(error, (PoolTimeout, ConnectionError, TimeoutError)):
        return ServiceSilent("database")
    if isinstance(error, DRIVER_ERRORS):  # of what asyncpg was given itself
        return _problem_of_database(error)
    if isinstance(error, UnicodeEncodeError):
        return Unprocessable("A text contains half of a surrogate pair.")
    return Problem()


def _problem_of_database(cause: BaseException | None) -> Problem:
    if isinstance(cause, (asyncpg.DataError, UnicodeEncodeError)):
        return Unprocessable("A value cannot be kept: it is out of range or contains a forbidden character.")
    silent = (
        asyncpg.PostgresConnectionError,
        asyncpg.CannotConnectNowError,
        asyncpg.AdminShutdownError,
        asyncpg.CrashShutdownError,
        asyncpg.LockNotAvailableError,
        asyncpg.DeadlockDetectedError,
        asyncpg.TooManyConnectionsError,
        asyncpg.InterfaceError,
        asyncpg.InternalClientError,
        OSError,
    )
    if isinstance(cause, silent):
        return ServiceSilent("database")
    return Problem()


def problem_response(problem: Problem, instance: str, request_id: str) -> Response:
    """Return the answer that carries a problem."""
    return Response(
        _written(problem.body(instance, request_id)),
        status_code=problem.status,
        media_type="application/problem+json",
        headers=problem.headers,
    )


def _written(body: dict[str, Any]) -> bytes:
    try:
        return orjson.dumps(body, default=str)
    except orjson.JSONEncodeError:  # it repeats what was sent, with half of a surrogate pair in it
        return json.dumps(body, default=str).encode()


async def _answer_problem(request: Request, error: Exception) -> Response:
    problem = problem_of(error)
    return problem_response(problem, request.url.path, request.state.request_id)


async def _answer_invalid(request: Request, error: Exception) -> Response:
    assert isinstance(error, RequestValidationError)
    problem = _problem_of_validation(error)
    return problem_response(problem, request.url.path, request.state.request_id)


def _problem_of_validation(error: RequestValidationError) -> Problem:
    found = error.errors()
    unreadable = [e for e in found if e["type"] in ("json_invalid", "bytes_invalid_encoding")]
    if unreadable:
        return BadRequest(f"The body is not JSON: {unreadable[0].get('ctx', {}).get('error', '')}".strip(": "))
    if any(e["loc"] == ("body",) and isinstance(e.get("input"), bytes) for e in found):
        return UnsupportedMedia("Send the body as application/json.")
    errors: list[dict[str, Any]] = []
    for located in map(_located, found):  # twice where two dependencies of a door read the same body
        if located not in errors:
            errors.append(located)
    return Unprocessable("Some values are wrong; each is listed in errors.", errors=errors)


def _located(error: Any) -> dict[str, Any]:
    place, *path = error["loc"]
    pointer = "".join("/" + str(part).replace("~", "~0").replace("/", "~1") for part in path)
    where = {"pointer": pointer} if place == "body" else {"parameter": "/".join(map(str, path)), "in": place}
    value = error.get("input")
    shown = value if isinstance(value, (str, int, float, bool)) else None
    return {"rule": error["type"], "severity": "error", **where, "value": shown, "message": error["msg"]}


async def _answer_http(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    problem: Problem
    if isinstance(error.__cause__, Problem):  # raised while FastAPI read the body
        problem = error.__cause__
    elif error.status_code == 405:
        allowed = _allowed_methods(request)
        listed = ", ".join(allowed)
        problem = MethodNotAllowed(f"This path takes {listed}.", headers={"Allow": listed})
    else:
        kinds: dict[int, type[Problem]] = {404: NotFound, 400: BadRequest, 415: UnsupportedMedia}
        kind = kinds.get(error.status_code, Problem)
        problem = kind(str(error.detail) if error.status_code != 404 else "")
    return problem_response(problem, request.url.path, request.state.request_id)


def _allowed_methods(request: Request) -> list[str]:
    methods: set[str] = set()
    for path, operations in request.app.openapi()["paths"].items():
        if compile_path(path)[0].match(request.url.path):
            methods |= {method.upper() for method in operations}
    return sorted(methods)


class ProblemRead(BaseModel):
    """A refusal (RFC 9457). `code` is stable and listed in docs/problems.md; facts stand beside it."""

    type: str
    title: str
    status: int
    code: str
    detail: str
    instance: str
    request_id: str

    model_config = {
        "extra": "allow",
        "json_schema_extra": {
            "example": {
                "type": "/docs/problems#not_found",
                "title": "Not there, or not yours",
                "status": 404,
                "code": "not_found",
                "detail": "Not there, or not yours",
                "instance": "/v1/agencies/XYZ",
                "request_id": "01a20187-4fa7-76ec-9bcd-4c3c81cb6347",
            }
        },
    }


def answer_problems(app: FastAPI) -> None:
    """Make every refusal of an app a problem document."""
    app.add_exception_handler(Problem, _answer_problem)
    app.add_exception_handler(RequestValidationError, _answer_invalid)
    app.add_exception_handler(HTTPException, _answer_http)
