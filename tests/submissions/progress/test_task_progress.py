"""Task progress: what yearly reports say about a task, rolled up to the national one, with who said it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.submissions.form.definition import TaskStatus
from services.submissions.progress.rules import FURTHEST_LAST, Voice, judge, natural, tasks_below
from services.submissions.registry_schemas import DerivationAnswer, TaskAnswer
from tests.submissions.fake_registry import PLAN_402, PLAN_HT, owed_by

NATIONAL, PROVINCIAL, HEADING = f"{PLAN_402}/2.1", f"{PLAN_HT}/2.1", f"{PLAN_402}/3.2"
said = st.lists(st.tuples(st.sampled_from(Voice), st.sampled_from(TaskStatus)), max_size=8)


@given(said)
def test_the_status_is_one_that_was_said_and_no_lead_said_less(words):
    verdict = judge(words)
    leads = [status for voice, status in words if voice is Voice.LEAD]
    deciding = leads or [status for _, status in words]

    assert (verdict.status is None) == (not words)
    assert all(FURTHEST_LAST.index(verdict.status) <= FURTHEST_LAST.index(one) for one in deciding)
    assert not words or verdict.status in deciding
    assert sum(verdict.counts.values()) == len(words)
    assert verdict.disagreement == (len({status for _, status in words}) > 1)


def test_derivations_are_followed_through_every_plan_and_a_circle_ends():
    assert tasks_below("a", {"a": ["b", "c"], "b": ["d"], "d": ["a", "b"]}) == ["b", "c", "d"]


def test_tasks_stand_in_the_order_of_the_plan():
    assert sorted(["2.10", "2.2", "1.1", "10.1"], key=natural) == ["1.1", "2.2", "2.10", "10.1"]


def a_task(id_, *leads, coordinators=()):
    plan, code = id_.split("/")
    facts = {"id": id_, "plan": plan, "code": code, "title_vi": f"Nhiệm vụ {code}", "title_en": f"Task {code}"}
    return TaskAnswer(**facts, leads=leads, coordinators=coordinators)


def carries_out(task, above):
    plan, code = above.split("/")
    return DerivationAnswer(task=task, derives_from=above, plan=plan, code=code, title_vi=code, title_en=code)


async def report(service, obligation, agency, by=None, **words):
    tasks = {f"task:{task}": {"status": status, "text": f"{agency}: {status}"} for task, status in words.items()}
    body = {"obligation": obligation, "period": "2026", "agency": agency, "narrative": {"general": {"text": "x"}}}
    body["narrative"] |= tasks
    answer = await service.http.post("/v1/submissions", json=body, headers=service.caller(by or agency))
    assert answer.status_code == 201, answer.text
    return answer.json()


@pytest.fixture(scope="module")
async def told(service):
    """A ministry is on track, the province's department is constrained, an ended department had met its part."""
    registry = service.registry
    registry.tasks = [
        a_task(NATIONAL, "BCA", "HT-SLDTBXH", coordinators=("UBND-P42",)),
        a_task(f"{PLAN_402}/10.1", "UBND-P42"),
        a_task(PROVINCIAL, "HT-SNGV"),
        a_task(f"{PLAN_HT}/3.1", "HT-SNGV"),
    ]
    registry.derivations = [carries_out(PROVINCIAL, NATIONAL), carries_out(f"{PLAN_HT}/3.1", HEADING)]
    registry.change("O402-02", "2026", reporters=owed_by("BCA", "UBND-P42", "HT-SLDTBXH"))
    await service.follow()
    await service.roll()
    await report(service, "O402-02", "BCA", **{NATIONAL: "on_track"})
    await report(service, "OHT-06", "HT-SNGV", **{PROVINCIAL: "constrained", f"{PLAN_HT}/3.1": "no_progress"})
    await report(service, "O402-02", "HT-SLDTBXH", by="HT-SNV", **{NATIONAL: "met"})
    registry.tasks[0] = a_task(NATIONAL, "BCA", "HT-SNV", coordinators=("UBND-P42",))
    await service.follow()


async def ask(service, agency="BNG", plans=(), **params):
    params = {"plan": PLAN_402, "year": 2026, **params}
    headers = service.caller(agency, plans=plans)
    return await service.http.get("/v1/task-progress", params=params, headers=headers)


async def read(service, agency="BNG", **params):
    answer = await ask(service, agency, **params)
    assert answer.status_code == 200, answer.text
    return {item["code"]: item for item in answer.json()["items"]}


async def test_a_national_task_shows_who_said_what_of_it_and_of_the_task_that_carries_it_out(service, told):
    task = (await read(service))["2.1"]
    said = {one["agency"]: (one["voice"], one["task"], one["status"], one["text"]) for one in task["statements"]}

    assert said == {
        "BCA": ("lead", NATIONAL, "on_track", "BCA: on_track"),
        "HT-SLDTBXH": ("lead", NATIONAL, "met", "HT-SLDTBXH: met"),
        "HT-SNGV": ("derived", PROVINCIAL, "constrained", "HT-SNGV: constrained"),
    }
    assert (task["status"], task["disagreement"]) == ("on_track", True)
    assert task["counts"] == {"met": 1, "on_track": 1, "constrained": 1, "no_progress": 0}
    assert (task["carried_out_by"], task["silent"]) == ([PROVINCIAL], [])
    for one in task["statements"]:
        assert (await service.http.get(one["link"], headers=service.caller("BNG"))).status_code == 200


async def test_the_words_of_an_ended_lead_stand_with_who_carries_it_on(service, told):
    (one,) = [s for s in (await read(service))["2.1"]["statements"] if s["agency"] == "HT-SLDTBXH"]

    assert (one["submitted_by"], one["carried_on_by"], one["version"]) == ("HT-SNV", ["HT-SNV"], 1)


async def test_a_heading_that_a_province_carries_out_is_shown_and_others_are_not(service, told):
    items = await read(service)

    assert list(items) == ["2.1", "3.2", "10.1"]
    assert (items["3.2"]["status"], items["3.2"]["leads"]) == ("no_progress", [])
    assert (items["10.1"]["status"], items["10.1"]["silent"]) == (None, ["UBND-P42"])


async def test_nobody_hears_what_he_may_not_read(service, told):
    task = (await read(service, "HT-STP"))["2.1"]

    assert (task["status"], task["statements"], task["silent"]) == (None, [], ["BCA", "HT-SNV"])


async def test_a_report_that_answers_twice_speaks_once(service, told):
    (one,) = (await read(service, "UBND-P42", plan=PLAN_HT, task="2.1"))["2.1"]["statements"]

    assert (one["agency"], one["voice"]) == ("HT-SNGV", "lead")


async def test_a_correction_replaces_what_was_said_and_only_the_accepted_may_be_asked_for(service, told):
    sent = await report(service, "OHT-06", "HT-SNGV", **{PROVINCIAL: "met", f"{PLAN_HT}/3.1": "no_progress"})
    (latest,) = (await read(service, "UBND-P42", plan=PLAN_HT, task=PROVINCIAL))["2.1"]["statements"]
    unheard = (await read(service, "UBND-P42", plan=PLAN_HT, task="2.1", accepted=True))["2.1"]

    assert (latest["status"], latest["version"], latest["submission"]) == ("met", 2, sent["id"])
    assert (unheard["status"], unheard["statements"]) == (None, [])


async def test_tasks_are_paged_in_their_order(service, told):
    first = (await ask(service, limit=2)).json()
    second = (await ask(service, limit=2, cursor=first["next_cursor"])).json()

    assert [one["code"] for one in first["items"] + second["items"]] == ["2.1", "3.2", "10.1"]
    assert second["next_cursor"] is None


async def test_another_year_says_nothing(service, told):
    assert (await read(service, year=2025))["2.1"]["statements"] == []


@pytest.mark.parametrize(("asked", "plans"), [({"plan": "NO-PLAN"}, ()), ({}, (PLAN_HT,))])
async def test_a_plan_that_is_not_there_or_not_open_is_not_found(service, told, asked, plans):
    answer = await ask(service, plans=plans, **asked)

    assert (answer.status_code, answer.json()["code"]) == (404, "task_progress_plan_unknown")


async def test_a_silent_registry_is_said(service, told):
    service.registry.silent = True
    answer = await ask(service)
    service.registry.silent = False

    assert answer.status_code == 503
