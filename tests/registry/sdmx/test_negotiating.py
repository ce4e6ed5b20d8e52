"""Which format an Accept asks for."""

import pytest

from kernel.errors import NotAcceptable
from services.registry.sdmx.negotiating import choose_format
from services.registry.sdmx.service import FORMATS, PLAIN

JSON, XML = FORMATS


@pytest.mark.parametrize(
    ("accept", "chosen"),
    [
        (None, JSON),
        ("", JSON),
        ("*/*", JSON),
        ("application/*", JSON),
        ("application/xml", XML),
        ("text/xml, application/json;q=0.5", XML),
        ("application/json;q=0.9, application/xml;q=0.8", JSON),
        ("application/vnd.sdmx.structure+xml", XML),
        ("application/vnd.sdmx.structure+xml;version=3.0.0", XML),
        ('Application/VND.sdmx.structure+json; version="2.0.0"', JSON),
        ("application/vnd.sdmx.structure+xml;version=2.1, application/json;q=0.1", JSON),
        ("text/html, */*;q=0.1", JSON),
    ],
)
def test_the_most_wanted_format_on_offer_is_chosen(accept, chosen):
    assert choose_format(accept, FORMATS, PLAIN) == chosen


@pytest.mark.parametrize(
    "accept",
    ["text/csv", "application/vnd.sdmx.structure+xml;version=2.1", "*/*;q=0", "application/json;q=x", ";;;", "🙂"],
)
def test_a_format_that_is_not_on_offer_is_refused(accept):
    with pytest.raises(NotAcceptable) as refusal:
        choose_format(accept, FORMATS, PLAIN)

    assert refusal.value.facts["offered"] == [JSON, XML]
