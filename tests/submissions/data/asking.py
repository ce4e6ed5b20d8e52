"""How tests ask for figures."""

from datetime import date
from typing import Any

import httpx

from services.submissions.registry_schemas import ProvinceAnswer
from tests.submissions.service import REVIEW, WRITE, Service

MERGED = date(2025, 7, 1)
READ, DATA, CONFIDENTIAL = "submissions:read", "data:read", "data:confidential"


def a_province(id_: str, *successors: str) -> ProvinceAnswer:
    after = [{"province": one, "kind": "merge", "effective_on": MERGED} for one in successors]
    return ProvinceAnswer.model_validate({"id": id_, "name_vi": id_, "successors": after})


async def ask(service: Service, by: str = "HT-SNGV", /, **params: Any) -> httpx.Response:
    """Ask as an agency that may not read confidential indicators."""
    scopes = params.pop("scopes", (READ, WRITE, REVIEW, DATA))
    plans = params.pop("plans", ())
    headers = {**service.caller(by, scopes=scopes, plans=plans), **params.pop("headers", {})}
    asked = {"form": "migration-data", **{name.replace("__", "."): value for name, value in params.items()}}
    return await service.http.get("/v1/data", params=asked, headers=headers)


async def items(service: Service, by: str = "HT-SNGV", /, **params: Any) -> list[dict[str, Any]]:
    """Return the figures of an answer."""
    answer = await ask(service, by, **params)
    assert answer.status_code == 200, answer.text
    listed: list[dict[str, Any]] = answer.json()["items"]
    return listed


async def table(service: Service, *names: str, by: str = "HT-SNGV", **params: Any) -> dict[Any, Any]:
    """Return values by their codes, in the order of the group."""
    found = await items(service, by, group_by=",".join(names), **params)

    def key(item: dict[str, Any]) -> Any:
        codes = tuple(item[name] if name in item else item["dimensions"].get(name) for name in names)
        return codes[0] if len(codes) == 1 else codes

    assert len({key(item) for item in found}) == len(found), found
    return {key(item): item["value"] for item in found}
