"""What a submissions process does once before it works: forms, receipt keys, the way to registry."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from sqlalchemy.dialects.postgresql import insert

from kernel.clock import real_now
from kernel.runtime import Runtime
from services.submissions.base import table_of
from services.submissions.cycle.telling import Teller
from services.submissions.form.loading import load
from services.submissions.form.shelf import FormShelf, read_shelf
from services.submissions.parts import Parts
from services.submissions.registry_client import Registry, RegistryClient
from services.submissions.settings import SubmissionsSettings
from services.submissions.submission.receipts import ReceiptSigner
from services.submissions.submission.tables import ReceiptKey


@asynccontextmanager
async def open_parts(runtime: Runtime, registry: Registry | None = None) -> AsyncIterator[Parts]:
    """Open what every request and every loop works with; tests give a registry of their own."""
    settings = runtime.settings
    assert isinstance(settings, SubmissionsSettings)
    receipts = ReceiptSigner.load(settings.keys_dir, issuer=settings.public_url, sandbox=settings.sandbox)
    forms = await _load_forms(runtime)
    await _keep_public_keys(runtime, receipts)
    async with runtime.client("registry") as client:
        yield Parts(
            clock=runtime.clock,
            live_from=runtime.live_from,
            forms=forms,
            teller=Teller(settings.public_url),
            registry=registry or RegistryClient(client),
            receipts=receipts,
            review_working_days=settings.review_working_days,
        )


async def _load_forms(runtime: Runtime) -> FormShelf:
    async with runtime.database.transaction() as session:
        await load(session, runtime.settings.data_dir, runtime.clock())
        return await read_shelf(session)


async def _keep_public_keys(runtime: Runtime, receipts: ReceiptSigner) -> None:
    rows = [{"kid": jwk["kid"], "jwk": jwk, "added_at": real_now()} for jwk in receipts.public_keys]
    kept = insert(table_of(ReceiptKey)).values(rows).on_conflict_do_nothing()
    async with runtime.database.transaction() as session:
        await session.execute(kept)
