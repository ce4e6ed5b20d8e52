"""The story: Hà Tĩnh's half-year data and the yearly report to Bộ Ngoại giao, from duty to receipt to webhook."""

from collections import Counter
from typing import Any

import httpx

from deploy.demo.actor import Actor, wait_for
from deploy.demo.story import EVERY_TYPE, SEVEN, Story
from kernel.jose import KeySet, verify_statement

HEADER = "indicator,sex,age_group,partner_country,skill_level,value,status,reason"
WRONG_CSV = f"""{HEADER}
LABOUR.OUT.FLOW,female,adult,JP,skilled,412,,
LABOUR.OUT.FLOW,male,adult,JP,skilled,-388,,
LABOUR.OUT.FLOW,female,adult,XX,skilled,95,,
"""
RIGHT_CSV = f"""{HEADER}
LABOUR.OUT.FLOW,female,adult,JP,skilled,412,,
LABOUR.OUT.FLOW,male,adult,JP,skilled,388,,
LABOUR.OUT.FLOW,female,adult,KR,skilled,95,,
LABOUR.OUT.FLOW,male,adult,KR,skilled,0,,
LABOUR.OUT.FLOW,male,adult,TW,unknown,,not_available,Chưa đối chiếu với sổ đăng ký
"""
CORRECTED_CSV = RIGHT_CSV.replace("male,adult,KR,skilled,0", "male,adult,KR,skilled,61")


async def play(story: Story) -> None:
    """Play all scenes in their order."""
    for scene in SCENES:
        await scene(story)


async def duty(story: Story) -> None:
    """HT-SNV finds out what it owes and why."""
    tell, snv = story.narrator, story.actors["HT-SNV"]
    tell.scene("What Hà Tĩnh's Home Affairs Department owes")
    explained = await story.admin.get("/v1/obligations/OHT-01/explain", params={"period": "2026-S1"})
    for step in explained["steps"]:
        tell.say(step["en"])
    tell.expect(
        explained["due_on"] == "2026-07-04", "The last day is Saturday, 4 July 2026: no roll rule moves it."
    )
    tell.expect(
        sorted(r["agency"] for r in explained["reporters"]) == sorted(SEVEN),
        f"Seven bodies owe it: {', '.join(SEVEN)}.",
    )

    async def opened() -> bool:
        found = await snv.list("/v1/occurrences", agency="HT-SNV", obligation="OHT-01")
        story.yearly["first"] = [o for o in found if o["period"] == "2026-S1"]
        return bool(story.yearly["first"])

    await wait_for("the ledger opens OHT-01 2026-S1", opened)
    occurrence = story.yearly.pop("first")[0]
    story.occurrence, story.cycle = occurrence["id"], occurrence["cycle"]
    tell.expect(
        (occurrence["state"], occurrence["clock"], occurrence["due_at"])
        == ("owed", "due", "2026-07-04T23:59:59.999999+07:00"),
        "HT-SNV reads the same in its ledger: owed, due at the end of 4 July.",
    )


async def endpoints(story: Story) -> None:
    """Every agency of the story registers where it wants to be told."""
    story.narrator.scene("Webhook endpoints")
    for agency, actor in story.actors.items():
        body = {"url": story.receiver.url(agency), "event_types": list(EVERY_TYPE), "description": "GCM Hub"}
        actor.webhook_secret = (await actor.post("/v1/webhook-endpoints", body))["secret"]
    story.narrator.expect(
        all(actor.webhook_secret.startswith("whsec_") for actor in story.actors.values()),
        f"{len(story.actors)} agencies registered an endpoint; each secret was shown once.",
    )


async def wrong_figures(story: Story) -> None:
    """Two wrong cells: both found and located, nothing kept."""
    tell, snv = story.narrator, story.actors["HT-SNV"]
    tell.scene("A CSV with two wrong cells")
    answer = await _send_csv(snv, story.occurrence, WRONG_CSV, "first-try")
    problem = answer.json()
    tell.expect(answer.status_code == 422, "It is refused as a whole (422).")
    wrong = [e for e in problem["errors"] if e["severity"] in ("error", "blocker")]
    tell.table(
        [
            ("row", "column", "value", "message"),
            *((e["row"], e["column"], e["value"], e["message_en"]) for e in wrong),
        ]
    )
    tell.expect(
        [(e["row"], e["column"]) for e in wrong] == [(3, "value"), (4, "partner_country")],
        "Both findings name their row and column.",
    )
    occurrence = await snv.get(f"/v1/occurrences/{story.occurrence}")
    tell.expect((occurrence["state"], occurrence["submission"]) == ("owed", None), "Nothing was stored.")


async def right_figures(story: Story) -> None:
    """The right figures get a receipt that proves itself offline."""
    tell, snv = story.narrator, story.actors["HT-SNV"]
    tell.scene("The same file, put right")
    answer = await _send_csv(snv, story.occurrence, RIGHT_CSV, "second-try")
    tell.expect(answer.status_code == 201, "It is received (201).")
    submission = answer.json()
    again = await _send_csv(snv, story.occurrence, RIGHT_CSV, "second-try")
    tell.expect(again.json()["id"] == submission["id"], "Sent twice with the same key, it is kept once.")
    story.submissions.append(submission)
    async with httpx.AsyncClient(trust_env=False) as anyone:
        keys = (await anyone.get(f"{story.url}/.well-known/receipt-jwks.json")).json()["keys"]
    claims = verify_statement(submission["receipt"], KeySet(keys), typ="gcm-receipt+jwt")
    story.receipt_claims = claims
    tell.expect(
        (claims["agency"], claims["version"], claims["punctuality"], claims["sandbox"])
        == ("HT-SNV", 1, "on_time", True),
        f"The receipt verifies offline: version 1, on time, {claims['received_at']}, sandbox.",
    )


async def review(story: Story) -> None:
    """The recipient returns one cell, gets version 2, accepts it."""
    tell, snv, sngv = story.narrator, story.actors["HT-SNV"], story.actors["HT-SNGV"]
    tell.scene("The Department of Foreign Affairs reviews")
    first = story.submissions[0]
    seen = await sngv.get(f"/v1/submissions/{first['id']}")
    tell.expect(seen["agency"] == "HT-SNV", "HT-SNGV sees what HT-SNV sent.")
    cell = {"indicator": "LABOUR.OUT.FLOW", "dimensions": {"sex": "male", "partner_country": "KR"}}
    await sngv.post(
        f"/v1/submissions/{first['id']}/return",
        {
            "reason_code": "figures_unexplained",
            "text": "Số lao động nam đi Hàn Quốc bằng 0 là chưa phù hợp; đề nghị kiểm tra lại.",
            "cells": [cell],
            "due_on": "2026-07-10",
        },
    )
    tell.say("HT-SNGV returns one cell with a reason and a day of its own: 10 July.")
    await story.hear("HT-SNV", "submission.returned")
    answer = await _send_csv(snv, story.occurrence, CORRECTED_CSV, "correction")
    tell.expect(
        (answer.status_code, answer.json()["version"]) == (201, 2),
        "HT-SNV sends version 2; version 1 stays as it was.",
    )
    story.submissions.append(answer.json())
    own = await snv.ask("POST", f"/v1/submissions/{answer.json()['id']}/accept")
    tell.expect(own.status_code in (403, 404), "HT-SNV cannot accept its own submission.")
    await sngv.post(f"/v1/submissions/{answer.json()['id']}/accept", {})
    accepted = await snv.get(f"/v1/occurrences/{story.occurrence}")
    tell.expect(accepted["state"] == "accepted", "HT-SNGV accepts.")
    await story.hear("HT-SNV", "submission.accepted")


async def ledger(story: Story) -> None:
    """Who is still missing."""
    tell, sngv = story.narrator, story.actors["HT-SNGV"]
    tell.scene("The ledger of the cycle")
    rows = await sngv.list("/v1/occurrences", cycle=story.cycle)
    tell.table([("agency", "state", "clock"), *((r["agency"], r["state"], r["clock"]) for r in rows)])
    missing = sorted(r["agency"] for r in rows if r["state"] == "owed")
    tell.expect(missing == sorted(set(SEVEN) - {"HT-SNV"}), "Six are still missing.")
    figures = (await sngv.get("/v1/compliance", params={"cycle": story.cycle}))["total"]
    tell.expect(
        (figures["expected"], figures["received"], figures["missing"]) == (7, 1, 6),
        f"Completeness {figures['completeness']:.0%}, each figure linked to its rows.",
    )


async def overdue(story: Story) -> None:
    """The morning after: each of the six, the recipient once, the reporter not at all."""
    tell = story.narrator
    tell.scene("5 July, 09:00: the morning after")
    await story.move_clock("2026-07-05T09:00:00+07:00")
    six = [agency for agency in SEVEN if agency != "HT-SNV"]
    for agency in (*six, "HT-SNGV"):
        await story.hear(agency, "deadline.overdue")
    tell.expect(
        all(len(story.receiver.of(agency, "deadline.overdue")) == 1 for agency in six),
        "Each of the six got deadline.overdue, once.",
    )
    told = story.receiver.of("HT-SNGV", "deadline.overdue")
    listed = sorted(o["agency"] for o in told[0].event["data"]["occurrences"])
    tell.expect(len(told) == 1 and listed == six, f"HT-SNGV was told once, with the list: {', '.join(listed)}.")
    tell.expect(not story.receiver.of("HT-SNV", "deadline.overdue"), "HT-SNV got nothing.")


async def escalated(story: Story) -> None:
    """A week late: the next level of the recipient line."""
    tell = story.narrator
    tell.scene("11 July, 08:30: one week late")
    await story.move_clock("2026-07-11T08:30:00+07:00")
    await story.hear("UBND-P42", "deadline.escalated")
    told = story.receiver.of("UBND-P42", "deadline.escalated")
    listed = [o["agency"] for o in told[0].event["data"]["occurrences"]]
    tell.expect(
        len(told) == 1 and len(listed) == 6,
        "The People's Committee of Hà Tĩnh (UBND-P42) got the escalation, once, with the six.",
    )


async def yearly_report(story: Story) -> None:
    """UBND-P42 sends the yearly report to Bộ Ngoại giao in time."""
    tell, ubnd = story.narrator, story.actors["UBND-P42"]
    tell.scene("The yearly report to Bộ Ngoại giao (O402-02)")
    await story.move_clock("2026-11-10T10:00:00+07:00")
    owed = await ubnd.list("/v1/occurrences", agency="UBND-P42", obligation="O402-02")
    occurrence = next(o for o in owed if o["period"] == "2026")
    cycle = await story.actors["BNG"].list("/v1/occurrences", cycle=occurrence["cycle"])
    tell.expect(len(cycle) == 53, "53 bodies owe it; the last day is 14 November (before 15 November).")
    body = {
        "occurrence": occurrence["id"],
        "form_version": occurrence["form_version"],
        "narrative": await _narrative(ubnd),
    }
    submission = await ubnd.post("/v1/submissions", body, headers={"Idempotency-Key": "yearly-2026"})
    tell.expect(submission["punctuality"] == "on_time", "UBND-P42 reports on 10 November: on time.")
    story.yearly = {"occurrence": occurrence, "submission": submission, "cycle": cycle}


async def _narrative(ubnd: Actor) -> dict[str, Any]:
    """Report on every task that the committee leads, with one sentence each."""
    params = {"as_of": "2026-11-10"}
    tasks = await ubnd.list("/v1/plans/QD-402-2020/tasks", **params)
    led = [t for t in tasks if any("UBND-P42" in lead["carried_by"] for lead in t["leads"])]
    text = "Đã triển khai theo kế hoạch của tỉnh; số liệu kèm theo báo cáo 6 tháng."
    reports: dict[str, Any] = {f"task:{t['id']}": {"status": "on_track", "text": text} for t in led}
    return {**reports, "general": {"text": "Báo cáo năm 2026 của UBND tỉnh Hà Tĩnh."}}


async def mid_november(story: Story) -> None:
    """13, 14 and 15 November: approaching, due, overdue."""
    tell = story.narrator
    tell.scene("13, 14 and 15 November 2026")
    cycle = story.yearly["occurrence"]["cycle"]
    for instant, event_type in (
        ("2026-11-13T09:00:00+07:00", "deadline.approaching"),
        ("2026-11-14T09:00:00+07:00", "deadline.due"),
        ("2026-11-15T09:00:00+07:00", "deadline.overdue"),
    ):
        await story.move_clock(instant)
        for agency in ("BCA", "BTP"):
            await _hear_of_cycle(story, agency, event_type, cycle)
        tell.expect(
            not _of_cycle(story, "UBND-P42", event_type, cycle),
            f"BCA and BTP got {event_type}; UBND-P42, which has reported, did not.",
        )
    await _hear_of_cycle(story, "BNG", "deadline.overdue", cycle)
    told = _of_cycle(story, "BNG", "deadline.overdue", cycle)
    tell.expect(
        len(told) == 1 and len(told[0]["data"]["occurrences"]) == 52,
        "Bộ Ngoại giao was told once, with the 52 that are missing.",
    )


async def _hear_of_cycle(story: Story, agency: str, event_type: str, cycle: str) -> None:
    async def heard() -> bool:
        return bool(_of_cycle(story, agency, event_type, cycle))

    await wait_for(f"{agency} receives {event_type} of O402-02", heard)


def _of_cycle(story: Story, agency: str, event_type: str, cycle: str) -> list[dict[str, Any]]:
    events = (received.event for received in story.receiver.of(agency, event_type))
    return [event for event in events if event["data"]["cycle"] == cycle]


async def all_webhooks(story: Story) -> None:
    """Every webhook that arrived: verified and listed."""
    tell = story.narrator
    tell.scene("Every webhook that was received")
    genuine = [r.is_genuine(story.actors[r.agency].webhook_secret) for r in story.receiver.received]
    counts = Counter((r.agency, r.type) for r in story.receiver.received)
    tell.table([("agency", "event", "count"), *((a, t, n) for (a, t), n in sorted(counts.items()))])
    tell.expect(bool(genuine) and all(genuine), f"All {len(genuine)} signatures verify (Standard Webhooks v1).")
    ids = {(r.agency, r.headers["webhook-id"]) for r in story.receiver.received}
    tell.say(f"{len(genuine) - len(ids)} came a second time under the id they had before.")


async def _send_csv(actor: Actor, occurrence: str, text: str, key: str) -> httpx.Response:
    return await actor.ask(
        "POST",
        "/v1/submissions",
        params={"occurrence": occurrence, "form_version": 1},
        content=text.encode(),
        headers={"Content-Type": "text/csv; charset=utf-8", "Idempotency-Key": key},
    )


SCENES = (
    duty,
    endpoints,
    wrong_figures,
    right_figures,
    review,
    ledger,
    overdue,
    escalated,
    yearly_report,
    mid_november,
    all_webhooks,
)
