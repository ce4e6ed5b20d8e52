"""The ledger as it is read: filters, order, pages, and the same clock word in SQL as in the rule."""

from datetime import timedelta

from services.submissions.cycle.clock_words import ClockWord
from tests.submissions.service import FIRST_MORNING, a_report


async def read(service, agency="HT-SNGV", **params):
    answer = await service.http.get("/v1/occurrences", params=params, headers=service.caller(agency))
    assert answer.status_code == 200, answer.text
    return answer.json()


async def test_pages_follow_the_due_days_without_gap_or_repeat(service):
    everything = (await read(service, limit=500))["items"]
    seen, cursor = [], None
    while True:
        page = await read(service, limit=3, **({"cursor": cursor} if cursor else {}))
        seen += page["items"]
        cursor = page["next_cursor"]
        if cursor is None:
            break
    days = [one["due_on"] or "9999" for one in seen]

    assert [one["id"] for one in seen] == [one["id"] for one in everything]
    assert days == sorted(days)


async def test_filters_narrow_together(service):
    asked = {"obligation": "OHT-01", "period": "2026-S1", "agency": "HT-CAT", "state": "owed", "clock": "due"}

    assert len((await read(service, **asked))["items"]) == 1
    assert (await read(service, **{**asked, "clock": "overdue"}))["items"] == []
    assert (await read(service, **{**asked, "state": ["draft", "accepted"]}))["items"] == []
    assert (await read(service, due_before="2026-07-04", obligation="OHT-01"))["items"] == []
    assert len((await read(service, due_before="2026-07-05", obligation="OHT-01"))["items"]) == 7


async def test_the_clock_filter_and_the_clock_word_agree_at_every_moment(service):
    await service.http.post("/v1/submissions", json=a_report("HT-STP"), headers=service.caller("HT-STP"))
    service.at(FIRST_MORNING + timedelta(days=4))
    await service.http.post("/v1/submissions", json=a_report("HT-STC"), headers=service.caller("HT-STC"))
    waived = (await service.occurrence("OHT-01", "2026-S1", "HT-SKHCN"))["id"]
    door = f"/v1/occurrences/{waived}/waivers"
    await service.http.post(door, json={"reason": "Không có số liệu."}, headers=service.caller("HT-SNGV"))
    words = set()
    for days in (-200, 0, 3, 4, 200):
        service.at(FIRST_MORNING + timedelta(days=days))
        shown = {one["id"]: one["clock"] for one in (await read(service, limit=500))["items"]}
        for word in ClockWord:
            found = await read(service, limit=500, clock=word.value)
            assert {one["id"] for one in found["items"]} == {i for i, w in shown.items() if w == word}
        words |= set(shown.values())
        assert shown[waived] == "not_due"
    service.at(FIRST_MORNING)

    assert words == set(ClockWord)


async def test_one_occurrence_shows_why_it_is_due_and_knows_when_it_did_not_change(service):
    owed = await service.occurrence("OHT-01", "2026-S1", "HT-SNV")
    door, headers = f"/v1/occurrences/{owed['id']}", service.caller("HT-SNV")
    first = await service.http.get(door, headers=headers)
    again = await service.http.get(door, headers={**headers, "If-None-Match": first.headers["etag"]})

    assert first.json()["trace"] == [{"code": "wording", "vi": "trước ngày 05/7", "en": "before 5 July"}]
    assert (first.json()["rule_version"], first.json()["calendar_version"]) == ("1", "2026-1")
    assert first.json()["links"]["explain"] == "/v1/obligations/OHT-01/explain?period=2026-S1"
    assert (first.json()["recipient"], first.json()["duty"]) == ("HT-SNGV", "HT-SNV")
    assert again.status_code == 304


async def test_a_series_belongs_to_its_year_and_is_overdue_only_after_it(service):
    service.at(FIRST_MORNING)
    before = await service.occurrence("O402-07", "2026", "BNG")
    service.at(FIRST_MORNING + timedelta(days=184))
    after = await service.occurrence("O402-07", "2026", "BNG")
    service.at(FIRST_MORNING)

    assert (before["due_on"], before["clock"], after["clock"]) == (None, "due", "overdue")


async def test_what_has_no_date_is_never_overdue(service):
    service.at(FIRST_MORNING + timedelta(days=5000))
    owed = await service.occurrence("O402-01", "2026-S2", "BCA")
    service.at(FIRST_MORNING)

    assert (owed["due_at"], owed["overdue_after"], owed["clock"]) == (None, None, "not_due")
