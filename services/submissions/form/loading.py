"""The forms in `data/forms` become versions in the database when the service starts. Twice is as once."""

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

import orjson
import structlog
from sqlmodel.ext.asyncio.session import AsyncSession

from services.submissions.form.definition import FormDefinition, VersionState
from services.submissions.form.document import definition_sha256
from services.submissions.form.errors import PublishedVersionChanged
from services.submissions.form.rule_checks import require_rules
from services.submissions.form.store import FormStore
from services.submissions.form.tables import FormVersion

log = structlog.get_logger()


async def load(session: AsyncSession, data_dir: Path, now: datetime) -> int:
    """Load the forms of an installation, and return how many versions are new or changed."""
    store = FormStore(session)
    await store.lock_loading()
    known = {(row.form, row.version): row for row in await store.list_facts(drafts=True)}
    changed = 0
    for given in read_forms(data_dir, now):
        before = known.get((given.form, given.version))
        if before is not None and before.sha256 == given.sha256:
            continue
        if before is not None and before.changed_by is not None:
            log.warning("form_version_made_here", form=given.form, version=given.version)
            continue
        if before is not None and before.state == VersionState.PUBLISHED:
            raise PublishedVersionChanged(given.form, given.version)
        await store.keep(given)
        changed += 1
    log.info("forms_loaded", changed=changed)
    return changed


def read_forms(data_dir: Path, now: datetime) -> Iterator[FormVersion]:
    """Give every form of a data folder as a version that is loaded now."""
    for path in sorted((data_dir / "forms").glob("*.json")):
        raw: dict[str, Any] = orjson.loads(path.read_bytes())
        form = FormDefinition.model_validate_json(path.read_bytes())
        require_rules(form)
        yield FormVersion(
            form=form.id,
            version=form.version,
            state=form.state.value,
            title_vi=form.title_vi,
            title_en=form.title_en,
            applies_from=form.applies_from,
            applies_to=form.applies_to,
            sha256=definition_sha256(raw),
            definition=raw,
            loaded_at=now,
            published_at=now if form.state is VersionState.PUBLISHED else None,
        )
