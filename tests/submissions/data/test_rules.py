"""Figures that are no sums, and what the rules of indicators forbid."""

import json
from datetime import date
from typing import Any

import pytest

from kernel.clock import real_now
from tests.submissions.consolidation.cascade import HALF, accept
from tests.submissions.data.asking import a_province, ask
from tests.submissions.fake_registry import PLAN_402, a_cycle, an_agency, an_obligation, owed_by
from tests.submissions.service import Service

SEX = [{"code": code, "title_vi": code, "title_en": code} for code in ("male", "female", "unknown")]
PLACE = [{"code": code, "title_vi": code, "title_en": code} for code in ("north", "south", "unknown")]
UNITS = [
    {"code": code, "title_vi": code, "title_en": code} for code in ("P01", "P02", "P08", "P08-2025", "unknown")
]
RULES = {"SUM": "sum", "MAX": "max", "AVG": "average", "LATEST": "latest", "NONE": "none"}
AT_PLACES = {"max": 9, "average": 5, "sum": 10}
"""Rules across agencies, and what they make of 1 and 9 of two provinces that became one."""
SECOND = (date(2026, 7, 1), date(2026, 12, 31))


def an_indicator(code: str, over_agencies: str, over_time: str, *dimensions: str, **more: Any) -> dict[str, Any]:
    return {
        "code": code,
        "title_vi": code,
        "title_en": code,
        "direction": "IN",
        "measure": "STOCK",
        "roll_up": {"across_agencies": over_agencies, "across_time": over_time},
        "dimensions": [{"dimension": one, "required": True} for one in dimensions],
        **more,
    }


def a_form() -> dict[str, Any]:
    names = {"title_vi": "Biểu thử", "title_en": "Test form"}
    indicators = [
        *(an_indicator(f"{code}.{code}", rule, rule, "sex") for code, rule in RULES.items()),
        an_indicator("AVG.SUM", "average", "sum", "sex", number="decimal"),
        an_indicator("OTHER", "sum", "sum", "place", "sex"),
        *(an_indicator(f"{rule}.AT", rule, "sum", "province", number="decimal") for rule in AT_PLACES),
    ]
    return {
        "id": "measures",
        "version": 1,
        "state": "published",
        **names,
        "notice_vi": "",
        "notice_en": "",
        "sources": [],
        "applies_from": "2020-01-01",
        "dimensions": [
            {"code": "sex", **names, "source": "", "codes": SEX},
            {"code": "place", **names, "source": "", "codes": PLACE},
            {"code": "province", **names, "source": "", "codes": UNITS},
        ],
        "tables": [
            {
                "code": "T",
                **names,
                "confidentiality": "aggregate_open",
                "origin": "",
                "source_refs": "",
                "indicative_holders": [],
                "indicators": indicators,
            }
        ],
    }


FIGURES = {
    ("A", "2026-S1"): {"female": 1, "male": 20},
    ("A", "2026-S2"): {"female": 4, "male": 10},
    ("B", "2026-S1"): {"female": 9, "male": 5},
}


@pytest.fixture(scope="module")
async def measured(service: Service) -> Service:
    form = json.dumps(a_form())
    await service.sql(
        "insert into form_version (form, version, state, title_vi, title_en, applies_from, sha256, definition,"
        " loaded_at, published_at, revision) values ('measures', 1, 'published', 'x', 'x', '2020-01-01', 'x',"
        " $1::json, $2, $2, 1)",
        form,
        real_now(),
    )
    async with service.app.state.runtime.database.transaction() as session:
        await service.app.state.parts.forms.refresh(session)
    duty = {"plan": PLAN_402, "instrument": PLAN_402, "steward": "BNG", "recipients": ("BNG",), "form": "measures"}
    service.registry.obligations += [an_obligation("X-M", next_level=None, **duty)]
    service.registry.agencies += [an_agency(one) for one in "AB"]
    service.registry.provinces = [a_province("P02", "P08-2025"), a_province("P08", "P08-2025"), a_province("P01")]
    line = {"recipients": ("BNG",), "next_level": (), "due_on": date(2026, 7, 20), "reporters": owed_by("A", "B")}
    service.registry.schedule += [
        a_cycle("X-M", "2026-S1", *HALF, **line),
        a_cycle("X-M", "2026-S2", *SECOND, **{**line, "opens_on": date(2026, 6, 1)}),
    ]
    await service.follow()
    await service.roll()
    for (agency, period), values in FIGURES.items():
        codes = [*(f"{code}.{code}" for code in RULES), "AVG.SUM"]
        cells = [
            {"indicator": code, "dimensions": {"sex": sex}, "value": value}
            for code in codes
            for sex, value in values.items()
        ]
        cells += [
            {"indicator": "OTHER", "dimensions": {"place": "north", "sex": sex}, "value": value}
            for sex, value in values.items()
        ]
        cells += [
            {"indicator": f"{rule}.AT", "dimensions": {"province": province}, "value": value}
            for rule in AT_PLACES
            for province, value in {"P01": 4, "P02": 1, "P08": 9}.items()
        ]
        body = {"obligation": "X-M", "period": period, "agency": agency, "observations": cells}
        sent = await service.http.post("/v1/submissions", json=body, headers=service.caller(agency))
        assert sent.status_code == 201, sent.text
        await accept(service, sent.json()["id"], by="BNG")
    return service


async def read(service: Service, *names: str, **params: Any) -> dict[Any, Any]:
    answer = await ask(service, "BNG", form="measures", group_by=",".join(names), **params)
    assert answer.status_code == 200, answer.text
    return {
        tuple(one.get(name, one["dimensions"].get(name.removeprefix("dim."))) for name in names): one["value"]
        for one in answer.json()["items"]
    }


@pytest.mark.parametrize(
    ("indicator", "expected"),
    [
        ("SUM.SUM", {"female": 14, "male": 35}),
        ("MAX.MAX", {"female": 9, "male": 20}),
        ("AVG.AVG", {"female": 6, "male": 10}),  # (2.5 + 9) / 2 = 5.75 and (15 + 5) / 2; whole numbers
        ("AVG.SUM", {"female": 7, "male": 17.5}),
        ("LATEST.LATEST", {"female": 4, "male": 10}),
    ],
)
async def test_figures_come_together_by_the_rule_of_their_indicator(measured, indicator, expected):
    found = await read(measured, "sex", indicator=indicator)

    assert found == {(sex,): value for sex, value in expected.items()}


@pytest.mark.parametrize(("rule", "one"), AT_PLACES.items())
async def test_provinces_that_became_one_come_together_by_the_rule_too(measured, rule, one):
    asked = {"indicator": f"{rule}.AT", "map": "now", "agency": "A", "period": "2026-S1"}
    single = (await ask(measured, "BNG", form="measures", **asked)).json()["items"]
    narrowed = {**asked, "dim.province": "P08-2025"}

    assert await read(measured, "dim.province", **asked) == {("P01",): 4, ("P08-2025",): one}
    assert {(item["dimensions"]["province"], item["value"]) for item in single} == {("P01", 4), ("P08-2025", one)}
    assert await read(measured, "agency", **narrowed) == {("A",): one}
    assert await read(measured, "indicator", **narrowed) == {(f"{rule}.AT",): one}


@pytest.mark.parametrize(("rule", "expected"), [("max", 18), ("average", 7.5), ("sum", 30)])
async def test_codes_come_together_before_periods_and_agencies(measured, rule, expected):
    """Of agency A there are two periods, of B one; each says the same."""
    asked = {"indicator": f"{rule}.AT", "map": "now"}

    assert (await read(measured, "dim.province", **asked))["P08-2025",] == expected


async def test_several_rules_in_one_answer(measured):
    found = await read(measured, "indicator", indicator=["SUM.SUM", "MAX.MAX", "OTHER"], sex="male")

    assert found == {("MAX.MAX",): 20, ("OTHER",): 35, ("SUM.SUM",): 35}


async def test_a_dimension_is_found_wherever_an_indicator_keeps_it(measured):
    found = await read(measured, "indicator", "place", "sex", indicator=["SUM.SUM", "OTHER"], sex="female")

    assert found == {("SUM.SUM", None, "female"): 14, ("OTHER", "north", "female"): 14}


async def test_each_period_by_itself_needs_no_rule_over_time(measured):
    found = await read(measured, "period", "agency", "sex", indicator="NONE.NONE", sex="male")

    assert found == {("2026-S1", "A", "male"): 20, ("2026-S1", "B", "male"): 5, ("2026-S2", "A", "male"): 10}


@pytest.mark.parametrize(
    ("group_by", "indicator", "rules"),
    [
        ("sex", "NONE.NONE", ["not_across_time", "not_across_agencies"]),
        ("sex,period", "NONE.NONE", ["not_across_agencies"]),
        ("sex,agency", "NONE.NONE", ["not_across_time"]),
        ("period", "AVG.AVG", ["not_across_codes"]),
        ("period", "MAX.MAX", ["not_across_codes"]),
    ],
)
async def test_what_a_rule_forbids_is_refused_with_the_parameter_to_change(measured, group_by, indicator, rules):
    answer = await ask(measured, "BNG", form="measures", group_by=group_by, indicator=indicator)

    assert (answer.status_code, answer.json()["code"]) == (422, "data_query_refused")
    assert [one["rule"] for one in answer.json()["errors"]] == rules
    assert {(one["parameter"], one["indicator"]) for one in answer.json()["errors"]} == {("group_by", indicator)}


async def test_one_agency_and_one_period_need_no_rule(measured):
    found = await read(measured, "sex", indicator="NONE.NONE", agency="A", period="2026-S2")

    assert found == {("female",): 4, ("male",): 10}


BAD = [
    ({"sex": "fem"}, "sex", "code_unknown"),
    ({"indicator": "NOPE"}, "indicator", "code_unknown"),
    ({"group_by": "colour"}, "group_by", "group_unknown"),
    ({"period": "2026-Q1"}, "period", "period_invalid"),
    ({"period_from": "2026-S2", "period_to": "2026-S1"}, "period_to", "span_reversed"),
    ({"known_at": "2026-07-05"}, "known_at", "instant_invalid"),
    ({"known_at": "9999-12-31T23:59:59+00:00"}, "known_at", "instant_invalid"),
    ({"known_at": "2026-07-05T08:00:00"}, "known_at", "instant_invalid"),
    ({"map": "tomorrow"}, "map", "word_unknown"),
    ({"include": "drafts"}, "include", "word_unknown"),
    ({"include": ["accepted", "accepted"]}, "include", "given_twice"),
    ({"form": ["migration-data", "actip-report"]}, "form", "given_twice"),
    ({"format": ["csv", "json"]}, "format", "given_twice"),
    ({"bom": ["true", "false"]}, "bom", "given_twice"),
    ({"since": ["a", "b"]}, "since", "given_twice"),
    ({"map": ["now", "then"]}, "map", "given_twice"),
    ({"known_at": ["2026-06-01T08:00:00Z", "2026-06-02T08:00:00Z"]}, "known_at", "given_twice"),
    ({"period_from": ["2025", "2026"]}, "period_from", "given_twice"),
    ({"known_at": "2026-07-01T23:59:00+07:00"}, "known_at", "instant_ahead"),
    ({"known_at": "2026-07-01 08:00"}, "known_at", "instant_invalid"),
    ({"agency": [f"A{n}" for n in range(501)]}, "agency", "too_many_values"),
]


@pytest.mark.parametrize(("params", "parameter", "rule"), BAD)
async def test_a_query_that_cannot_be_read_is_refused_where_it_is_wrong(service, params, parameter, rule):
    answer = await ask(service, **params)

    assert answer.status_code == 422, answer.text
    assert [(one["parameter"], one["rule"]) for one in answer.json()["errors"]] == [(parameter, rule)]


async def test_everything_that_is_wrong_is_said_at_once(service):
    answer = await ask(service, sex="x", group_by="colour", map="y")

    assert {one["parameter"] for one in answer.json()["errors"]} == {"sex", "group_by", "map"}


async def test_names_that_no_form_has_are_refused(service):
    answer = await ask(service, colour="red", province="P42")

    assert (answer.status_code, answer.json()["code"]) == (400, "parameter_unknown")
    assert [one["parameter"] for one in answer.json()["errors"]] == ["colour"]


@pytest.mark.parametrize("form", ["nothing", "../etc", "Biểu", "a" * 64])
async def test_a_form_that_is_not_there(service, form):
    answer = await ask(service, form=form)

    assert (answer.status_code, answer.json()["code"]) == (404, "form_not_found")


@pytest.mark.parametrize("value", ["'; drop table submission; --", "\ud7ff", "x" * 4000, "%", '"'])
async def test_odd_values_find_nothing(service, value):
    for name in ("agency", "province", "obligation", "plan"):
        answer = await ask(service, **{name: value})
        assert (answer.status_code, answer.json().get("items")) == (200, []), answer.text


@pytest.mark.parametrize("offset", ["+07:00", " 07:00", " 0700", "%2B07:00"])
async def test_a_plus_that_nobody_escaped_is_a_plus(service, offset):
    door = f"/v1/data?form=migration-data&known_at=2026-06-01T08:00:00{offset}"
    answer = await service.http.get(door, headers=service.caller("BNG", scopes=["data:read"]))

    assert (answer.status_code, answer.json()["as_of"]) == (200, "2026-06-01T08:00:00+07:00")


async def test_no_form_at_all(service):
    headers = service.caller("BNG", scopes=["data:read"])
    answer = await service.http.get("/v1/data", headers=headers)

    assert answer.status_code == 422
