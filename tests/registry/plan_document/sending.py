"""Sending a document and having it read, as a steward's system does it."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any

import httpx

DOCUMENTS = "/v1/plan-documents"
TEXT, CSV = "text/plain", "text/csv"
DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@dataclass(frozen=True)
class Sender:
    """Sends documents, lets the worker read them, corrects them."""

    client: httpx.AsyncClient
    read_next: Callable[[], Awaitable[bool]]

    async def send(self, headers: dict[str, str], content: str | bytes, kind: str = TEXT, **query: str):
        raw = content.encode() if isinstance(content, str) else content
        sent = {**headers, "Content-Type": kind}
        return await self.client.post(DOCUMENTS, content=raw, params=query, headers=sent)

    async def read(self, headers: dict[str, str], content: str | bytes, kind: str = TEXT, **query: str) -> Any:
        """Send a document, have it read, and return its proposal."""
        answer = await self.send(headers, content, kind, **query)
        assert answer.status_code == 202, answer.text
        assert await self.read_next()
        return await self.get(headers, answer.json()["id"])

    async def get(self, headers: dict[str, str], document: str) -> Any:
        answer = await self.client.get(f"{DOCUMENTS}/{document}", headers=headers)
        assert answer.status_code == 200, answer.text
        return {**answer.json(), "etag": answer.headers["ETag"]}

    async def correct(self, headers: dict[str, str], document: str, item: Any, **body: Any):
        matched = {**headers, "If-Match": item["etag"]}
        return await self.client.patch(f"{DOCUMENTS}/{document}/items/{item['id']}", json=body, headers=matched)

    async def settle(self, headers: dict[str, str], document: Any, **body: Any):
        matched = {**headers, "If-Match": document["etag"]}
        return await self.client.patch(f"{DOCUMENTS}/{document['id']}", json=body, headers=matched)

    async def publish(self, headers: dict[str, str], document: Any, reason: str = "Nhập từ văn bản đã ban hành"):
        matched = {**headers, "If-Match": document["etag"]}
        return await self.client.post(
            f"{DOCUMENTS}/{document['id']}/publish", json={"reason": reason}, headers=matched
        )
