"""The documents of our own wording, their answers, and what a reading of one says in the same form."""

import json
from dataclasses import asdict, fields
from pathlib import Path
from typing import Any

from services.registry.document.proposal import DeadlineRead, ObligationRead, PartRead, TaskRead

HERE = Path(__file__).parent
NAMES = sorted(path.stem for path in HERE.glob("*.txt"))
_PLAIN = asdict(DeadlineRead())
_SAID = {f.name for f in fields(DeadlineRead)} - {"printed", "confidence", "with_report"}


def text_of(name: str) -> str:
    return (HERE / f"{name}.txt").read_text(encoding="utf-8")


def gold_of(name: str) -> dict[str, Any]:
    return json.loads((HERE / f"{name}.json").read_text(encoding="utf-8"))


def read_facts(part: PartRead) -> dict[str, Any]:
    facts = part.instrument
    return {
        "number": facts.number,
        "kind": facts.kind,
        "issuer": facts.issuer.read_as if facts.issuer else None,
        "issued_on": facts.issued_on.isoformat() if facts.issued_on else None,
        "province": facts.province,
    }


def read_task(task: TaskRead, wanted: dict[str, Any]) -> dict[str, Any]:
    """Return of a task what the answer speaks of."""
    read = {
        "lead": sorted(n.read_as or f"?{n.printed}" for n in task.leads),
        "coord": sorted(n.read_as or f"?{n.printed}" for n in task.coordinators),
        "result": task.result,
        "timeframe": [task.timeframe.mode, task.timeframe.start, task.timeframe.end, task.timeframe.period_iso],
    }
    return {key: read[key] for key in ("lead", "coord", *(set(wanted) - {"lead", "coord"}))}


def wanted_task(wanted: dict[str, Any]) -> dict[str, Any]:
    names = {key: sorted(wanted.get(key, [])) for key in ("lead", "coord")}
    return {**wanted, **names}


def read_obligation(obligation: ObligationRead) -> dict[str, Any]:
    deadline = asdict(obligation.deadline)
    return {
        "reporters": sorted(n.read_as or f"?{n.printed}" for n in obligation.reporters),
        "recipients": sorted(n.read_as or f"?{n.printed}" for n in obligation.recipients),
        "window": obligation.frequency.window,
        "parts": list(obligation.frequency.parts),
        "deadline": {k: deadline[k] for k in sorted(_SAID) if deadline[k] != _PLAIN[k] or k == "operator"},
    }


def wanted_obligation(wanted: dict[str, Any]) -> dict[str, Any]:
    names = {key: sorted(wanted[key]) for key in ("reporters", "recipients")}
    return {**wanted, **names, "deadline": dict(sorted(wanted["deadline"].items()))}
