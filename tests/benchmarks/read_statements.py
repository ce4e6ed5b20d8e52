"""P9: how many SQL statements each read of registry and submissions takes, with one row and with many.

python -m tests.benchmarks.read_statements

The registry runs on the reference data; submissions on a province whose departments have reported, one of them
extended, one waived, one on paper, with comments and a consolidation. Every GET door of the OpenAPI documents is
opened: each page once with one row and once with as many as there are. What could not be opened is printed.
"""

import asyncio
import tempfile
from collections.abc import Iterator, Mapping
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import asyncpg
import httpx
from fastapi import FastAPI

from deploy.keys import ensure_keys
from deploy.postgres import EmbeddedPostgres
from kernel.clock import BusinessClock
from kernel.database import Database
from kernel.logging import configure_logging
from kernel.migrations import upgrade
from kernel.settings import ServiceSettings
from services.registry.loading.service import load_registry
from services.registry.main import create_app as create_registry
from services.submissions.main import create_app as create_submissions
from services.submissions.settings import SubmissionsSettings
from tests.benchmarks.baseline import EXACT, Figure, settle
from tests.registry.statements import counted_statements
from tests.submissions.consolidation.cascade import Whole, accepted, open_cascade, report, the_whole
from tests.submissions.fake_registry import PLAN_402, SEVEN, FakeRegistry
from tests.submissions.service import FIRST_MORNING, READ, REVIEW, WRITE, Service, open_service
from tests.support import bearer, internal_token, running

ROOT = Path(__file__).resolve().parents[2]
LIMIT = 3
SCOPES = (READ, WRITE, REVIEW, "data:read", "data:confidential")
COMPUTED = {
    "/v1/plans/{plan}/versions/{version}": 5,
    "/v1/plans/{plan}/versions/{version}/difference": 9,
    "/v1/timeline": 8,
    "/v1/plans/{plan}/timeline": 9,
    "/v1/obligations/{obligation}/explain": 7,
    "/v1/agencies/{agency}/duties": 9,
    "/v1/integrity/findings": 7,
    "/v1/sdmx/structure/{kind}": 8,
    "/v1/occurrences/{occurrence}/consolidation": 5,
    "/v1/occurrences/{occurrence}/consolidation/changes": 8,
    "/v1/data": 6,
}
"""Reads that are no list and no single row but worked out from several kinds of rows (a whole plan, every deadline
of a year), with what each may take: a statement for each kind of row."""
QUERIES = {"/v1/forms/{form}/versions/{version}/diff": {"with": "1"}}
"""What a door asks for under a name that means something else at other doors."""
Door = tuple[str, dict[str, str]]


async def count(app: FastAPI, http: httpx.AsyncClient, headers: Mapping[str, str], door: Door) -> int | None:
    """Return how many statements a read takes; nothing when there was nothing to read."""
    path, query = door
    with counted_statements(app) as sent:
        answer = await http.get(path, params=query, headers=headers)
    return len(sent) if answer.status_code == 200 else None


def doors_of(app: FastAPI, known: Mapping[str, str]) -> Iterator[tuple[str, list[Door]]]:
    """Give each GET door of an app with the ways to open it: a page with one row and with many, else one way."""
    for path, methods in app.openapi()["paths"].items():
        if "get" not in methods:
            continue
        parameters = methods["get"].get("parameters", [])
        required = {p["name"]: known.get(p["name"], "") for p in parameters if p.get("required")}
        query = {name: required[name] for name in required if "{" + name + "}" not in path} | QUERIES.get(path, {})
        opened = path.format_map({**dict.fromkeys(required, "-"), **known})
        if any(p["name"] == "limit" for p in parameters):
            yield path, [(opened, {**query, "limit": limit}) for limit in ("1", "500")]
        else:
            yield path, [(opened, query)]


async def walk(
    app: FastAPI, http: httpx.AsyncClient, headers: Mapping[str, str], known: Mapping[str, str]
) -> dict[str, list[int]]:
    """Open every door and return the statements of each."""
    counts: dict[str, list[int]] = {}
    closed = []
    for path, ways in doors_of(app, known):
        taken = [await count(app, http, headers, way) for way in ways]
        if None in taken:
            closed.append(path)
        else:
            counts[path] = [one for one in taken if one is not None]
    print(f"{app.title}: {len(counts)} doors opened" + (f", not opened: {', '.join(closed)}" if closed else ""))
    return counts


async def walk_registry(url: str, keys: Path) -> dict[str, list[int]]:
    """Read the registry as the steward of the national plan."""
    database = Database(url)
    await load_registry(database, ROOT / "data", BusinessClock())
    await database.close()
    app = create_registry(ServiceSettings(database_url=url, keys_dir=keys))
    headers = bearer(internal_token(keys, "registry", scopes=["registry:read", "registry:write"], expires_in=3600))
    known = {
        "agency": "HT-SNV",
        "group": "provinces",
        "obligation": "O402-01",
        "plan": "QD-402-2020",
        "code": "2.1",
        "instrument": "QD-402-2020",
        "version": "1",
        "kind": "agencyscheme",
        "number": "1",
        "check": "cycles",
        "year": "2026",
        "from": "2026-01-01",
        "to": "2026-12-31",
        "period": "2026-S1",
    }
    async with running(app) as http:
        for noun, door in {"group": "/v1/agency-groups", "succession": "/v1/successions"}.items():
            known[noun] = (await http.get(door, headers=headers)).json()["items"][0]["id"]
        return await walk(app, http, headers, known)


async def walk_submissions(url: str, keys: Path) -> dict[str, list[int]]:
    """Read submissions as the office to which the departments of Hà Tĩnh report."""
    registry = FakeRegistry()
    settings = SubmissionsSettings(
        database_url=url, keys_dir=keys, data_dir=ROOT / "data", live_from=FIRST_MORNING.date()
    )
    app = create_submissions(settings, registry=registry)
    async with running(app) as http:
        service = Service(app, http, keys, registry, url)
        await open_service(service)
        await open_cascade(service)
        known = await tell_a_story(service)
        return await walk(app, http, service.caller("UBND-P42", scopes=SCOPES), known)


async def tell_a_story(service: Service) -> dict[str, str]:
    """Have everything that can be read, and return what it is called."""
    reader = service.caller("HT-SNGV")
    known = {"form": "migration-data", "version": "1", "plan": PLAN_402, "year": "2026", "kind": "prime-minister"}
    for agency in SEVEN[:4]:
        sent = await accepted(service, agency, 12)
    first = await report(service, SEVEN[4], 900)
    sent = await report(service, SEVEN[4], 90)
    known |= {"submission": sent["id"], "with": first["id"]}
    waiting = [await service.occurrence("OHT-01", "2026-S1", agency) for agency in SEVEN[5:]]
    whole: Whole = await the_whole(service, "UBND-P42", "O402-01", "2026-S1")
    await whole.build(missing="go_on", reason="Đúng hạn.")
    known |= {"occurrence": whole.owed["id"], "cycle": whole.owed["cycle"]}
    await whole.adjust()
    later = (date.fromisoformat(waiting[0]["due_on"]) + timedelta(days=5)).isoformat()
    steps: dict[str, tuple[str, dict[str, Any], dict[str, str]]] = {
        "extension": (
            f"/v1/occurrences/{waiting[0]['id']}/extensions",
            {"due_on": later, "reason": "Chờ số liệu của cấp xã."},
            service.caller(SEVEN[5]),
        ),
        "waiver": (f"/v1/occurrences/{waiting[1]['id']}/waivers", {"reason": "Không phát sinh."}, reader),
        "comment": (f"/v1/submissions/{sent['id']}/comments", {"text": "Đề nghị giải trình."}, reader),
    }
    for noun, (door, body, headers) in steps.items():
        answer = await service.http.post(door, json=body, headers=headers)
        assert answer.status_code == 201, answer.text
        known[noun] = answer.json()["id"]
    return known


async def run(admin_url: str, keys: Path) -> None:
    """Walk through both services and hold the counts against target and baseline."""
    configure_logging("benchmark", "error")
    counts: dict[str, list[int]] = {}
    for name, walk_service in {"registry": walk_registry, "submissions": walk_submissions}.items():
        admin = await asyncpg.connect(admin_url)
        await admin.execute(f"create database {name}")
        await admin.close()
        url = f"{admin_url.rsplit('/', 1)[0]}/{name}"
        await asyncio.to_thread(upgrade, ROOT / "services" / name / "migrations", url)
        counts |= await walk_service(url, keys)
    over = {path: max(taken) for path, taken in counts.items() if max(taken) > COMPUTED.get(path, LIMIT)}
    varying = {path: taken for path, taken in counts.items() if len(set(taken)) > 1}
    print(f"more than {LIMIT}, or than a computed read may take: {over or 'none'}")
    print(f"not the same for one row and for many: {varying or 'none'}")
    settle(
        "read_statements",
        doors_opened=Figure(len(counts), tolerance=EXACT),
        doors_over_their_limit=Figure(len(over), 0, higher_is_better=False, tolerance=EXACT),
        doors_that_vary=Figure(len(varying), 0, higher_is_better=False, tolerance=EXACT),
    )


def main() -> None:
    with tempfile.TemporaryDirectory() as folder, EmbeddedPostgres(Path(folder), durable=False).lease() as url:
        keys = Path(folder) / "keys"
        ensure_keys(keys)
        asyncio.run(run(url, keys))


if __name__ == "__main__":
    main()
