"""Who writes forms gives itself no right to confidential figures by them."""

from typing import Any

import pytest

from services.submissions.form.definition import FormDefinition
from services.submissions.form.guarding import require_guarded
from services.submissions.form.loading import read_forms
from tests.conftest import ROOT
from tests.submissions.form.test_drafting import content, create, publish
from tests.submissions.service import FIRST_MORNING


def with_victims(**changes: Any) -> dict[str, Any]:
    """Return a form that asks for victims in a table as is said."""
    (table,) = content()["tables"]
    indicator = {**table["indicators"][0], "code": "TRAFFICKING.IN.FLOW"}
    marked = {"code": "TRAFFICKING", "confidentiality": "confidential_victim", **changes}
    return content(tables=[{**table, "indicators": [indicator], **marked}])


@pytest.mark.parametrize(
    ("form", "changes"),
    [
        ("ht-open", {"confidentiality": "aggregate_open"}),
        ("ht-other-group", {"code": "ADOPTION"}),
    ],
)
async def test_a_form_that_would_open_what_is_confidential_elsewhere_is_not_published(service, form, changes):
    drafted = await create(service, form, content=with_victims(**changes))
    refused = await publish(service, form, drafted.headers["etag"])

    assert (refused.status_code, refused.json()["code"]) == (422, "form_opens_figures")
    (error,) = refused.json()["errors"]
    assert (error["pointer"], error["tables"]) == ("/content/tables/0/indicators/0/code", ["TRAFFICKING"])


async def test_one_that_keeps_it_confidential_is_published(service):
    drafted = await create(service, "ht-kept", content=with_victims(confidentiality="restricted"))

    assert (await publish(service, "ht-kept", drafted.headers["etag"])).status_code == 201


def test_the_forms_that_ship_keep_to_it():
    published = [one.definition for one in read_forms(ROOT / "data", FIRST_MORNING)]

    for one in published:
        require_guarded(FormDefinition.model_validate(one, strict=False), published)
