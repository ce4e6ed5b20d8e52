"""One JSON line per thing that happened, from our code and from the libraries alike."""

import logging
import re
import sys
from collections.abc import Iterable
from typing import Any

import orjson
import structlog
from structlog.tracebacks import ExceptionDictTransformer

SECRET_WORDS = ("secret", "password", "token", "authorization", "pepper", "private")
GIVEN = re.compile(r"\n(?:DETAIL|HINT|CONTEXT|\[parameters).*|(?<=input_value=).*?(?=, input_type=)", re.DOTALL)
"""Where the text of an error repeats what somebody sent: a row or value that was refused."""
LONGEST_REASON = 2000


def _dumps(value: Any, **_: Any) -> str:
    return orjson.dumps(value, default=str).decode()


def _hide_secrets(_: Any, __: str, event: structlog.typing.EventDict) -> structlog.typing.EventDict:
    for name in event:
        if any(word in name.lower() for word in SECRET_WORDS):
            event[name] = "***"
    return event


def _hide_given(_: Any, __: str, event: structlog.typing.EventDict) -> structlog.typing.EventDict:
    """Leave of an error what it is and where; names and addresses of persons stand in what it repeats."""
    _hide_given_in(event.get("exception") or ())
    return event


def _hide_given_in(chain: Iterable[dict[str, Any]]) -> None:
    for raised in chain:
        raised["exc_value"] = GIVEN.sub("***", raised["exc_value"])[:LONGEST_REASON]
        for member in raised.get("exceptions", ()):
            _hide_given_in(member)


def configure_logging(service: str, level: str) -> None:
    """Send every log line of this process to standard output as JSON."""
    shared: list[structlog.typing.Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.processors.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        _hide_secrets,
        structlog.processors.ExceptionRenderer(ExceptionDictTransformer(show_locals=False)),
        _hide_given,
    ]
    structlog.configure(
        processors=[*shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.make_filtering_bound_logger(level.upper()),
        cache_logger_on_first_use=True,
    )
    handler = logging.StreamHandler(sys.stdout)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=shared,
            processors=[
                structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                structlog.processors.JSONRenderer(serializer=_dumps),
            ],
        )
    )
    logging.basicConfig(handlers=[handler], level=level.upper(), force=True)
    for name in ("uvicorn", "uvicorn.error", "uvicorn.access"):
        logger = logging.getLogger(name)
        logger.handlers = []
        logger.propagate = name != "uvicorn.access"
    for noisy in ("httpx", "httpcore", "asyncio"):
        logging.getLogger(noisy).setLevel(logging.WARNING)
    structlog.contextvars.bind_contextvars(service=service)
