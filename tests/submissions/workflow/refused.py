"""What must be refused as a story stands: to wrong hands, at the wrong moment, with wrong content."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from tests.submissions.workflow.desk import MINISTRY, OWNER, REVIEWER, STRANGER, cell
from tests.submissions.workflow.expected import Refusal, Report
from tests.submissions.workflow.story import WHY, Story, review_of

NOT_THERE = (404, "not_found")
NOT_RECIPIENT, NOT_REPORTER = (403, "not_recipient"), (403, "not_reporter")
WRONG = {"negative": -1, "a_text": "x", "too_large": 1e30, "nothing": None}


@dataclass(frozen=True)
class Attempt:
    """A call that must be refused, and how."""

    name: str
    door: str
    by: str
    body: Any
    refusal: Refusal
    client: str | None = None
    method: str = "POST"


def attempts(story: Story, one: Report) -> list[Attempt]:
    """Return everything that is refused about a report now."""
    return [
        *_reports(story, one),
        *_reviews(story, one),
        *_exceptions(story, one),
        *_papers(story, one),
        *_cycles(story),
        *_wholes(story),
    ]


def _reports(story: Story, one: Report) -> Iterator[Attempt]:
    other = next(each for each in story.both if each is not one)
    body, refusal = story.body(one, {"JP": 8}), one.refusal_to_take(story.closed)
    door, draft = "/v1/submissions", story.draft_of(one)
    yield Attempt("report of another", door, other.hands, body, NOT_THERE)
    yield Attempt("report by the recipient", door, REVIEWER, body, NOT_REPORTER)
    yield Attempt("draft by the recipient", draft, REVIEWER, {"action": "delete"}, NOT_REPORTER, method="PUT")
    yield Attempt("draft of another", draft, other.hands, {"action": "delete"}, NOT_THERE, method="PUT")
    if refusal:
        yield Attempt(f"report: {refusal[1]}", door, one.hands, body, refusal)
        yield Attempt(f"draft: {refusal[1]}", draft, one.hands, {"action": "delete"}, refusal, method="PUT")
        return
    for name, value in WRONG.items():
        wrong = [*body["observations"], {**cell("VN", 1), "value": value}]
        yield Attempt(
            f"report: {name}", door, one.hands, {**body, "observations": wrong}, (422, "content_refused")
        )
    twice = {**body, "observations": [*body["observations"], cell("JP", 9)]}
    yield Attempt("report: one cell twice", door, one.hands, twice, (422, "content_refused"))
    yield Attempt("form version", door, one.hands, {**body, "form_version": 99}, (422, "form_version_wrong"))
    if not one.is_drafted:
        yield Attempt("empty draft", f"{draft}/submit", one.hands, None, (409, "draft_empty"))


def _reviews(story: Story, one: Report) -> Iterator[Attempt]:
    other = next(each for each in story.both if each is not one)
    for number, version in enumerate(one.versions, start=1):
        accept, return_ = (f"/v1/submissions/{version.id}/{act}" for act in ("accept", "return"))
        if number < len(one.versions):
            superseded = 409, "submission_superseded"
            yield Attempt("accept an older version", accept, REVIEWER, None, superseded)
            yield Attempt("return an older version", return_, REVIEWER, review_of("return"), superseded)
        elif version.decision:
            yield Attempt("accept again", accept, REVIEWER, None, (409, "already_reviewed"))
            yield Attempt("return after all", return_, REVIEWER, review_of("return"), (409, "already_reviewed"))
        else:
            yield Attempt("accept its own", accept, one.hands, None, NOT_RECIPIENT)
            client = f"client-{version.submitted_by}"
            yield Attempt("accept as its client", accept, REVIEWER, None, (403, "preparer_reviews"), client)
            yield Attempt("accept from above", accept, OWNER, None, NOT_RECIPIENT)
            yield Attempt("accept of another", accept, other.hands, None, NOT_THERE)
            yield Attempt("return as a stranger", return_, STRANGER, review_of("return"), NOT_THERE)
            past = review_of("return", story.today - timedelta(days=1))
            yield Attempt("return until a past day", return_, REVIEWER, past, (422, "date_passed"))
        if number == len(one.versions):
            yield from _corrections(story, one, f"/v1/submissions/{version.id}/correction-date")


def _corrections(story: Story, one: Report, door: str) -> Iterator[Attempt]:
    body = {**WHY, "due_on": (story.today + timedelta(days=9)).isoformat()}
    yield Attempt("more time for its own correction", door, one.hands, body, NOT_RECIPIENT)
    if one.state != "returned":
        yield Attempt("more time for no correction", door, REVIEWER, body, (409, "not_returned"))
    elif one.correction and one.correction[0] and one.correction[0] >= story.today:
        same = {**WHY, "due_on": one.correction[0].isoformat()}
        yield Attempt("the same time for a correction", door, REVIEWER, same, (422, "date_not_later"))


def _exceptions(story: Story, one: Report) -> Iterator[Attempt]:
    other = next(each for each in story.both if each is not one)
    extend, waive = (f"/v1/occurrences/{one.id}/{kind}s" for kind in ("extension", "waiver"))
    later = {**WHY, "due_on": (max(one.due_on, story.today) + timedelta(days=1)).isoformat()}
    refusal = one.refusal_to_except(story.closed)
    yield Attempt("waiver of another", waive, other.hands, WHY, NOT_THERE)
    yield Attempt("waiver from above", waive, OWNER, WHY, NOT_RECIPIENT)
    if refusal:
        yield Attempt(f"extension: {refusal[1]}", extend, one.hands, later, refusal)
        yield Attempt(f"waiver: {refusal[1]}", waive, REVIEWER, WHY, refusal)
    else:
        same = {**WHY, "due_on": one.due_on.isoformat()}
        yield Attempt("extension to the same day", extend, REVIEWER, same, (422, "date_not_later"))
        if one.due_on < story.today - timedelta(days=1):
            past = {**WHY, "due_on": (story.today - timedelta(days=1)).isoformat()}
            yield Attempt("extension into the past", extend, REVIEWER, past, (422, "date_passed"))
        if "extension" in one.asked:
            yield Attempt("extension twice", extend, one.hands, later, (409, "exception_pending"))
        if "waiver" in one.asked:
            yield Attempt("waiver twice", waive, one.hands, WHY, (409, "exception_pending"))
    for kind, id_ in one.asked.items():
        door = f"/v1/{kind}s/{id_}"
        yield Attempt(f"grant its own {kind}", f"{door}/grant", one.hands, None, NOT_RECIPIENT)
        client = f"client-{one.askers[kind]}"
        if not refusal:
            yield Attempt(
                f"{kind} as its client", f"{door}/grant", REVIEWER, None, (403, "requester_decides"), client
            )
        yield Attempt(f"refuse the {kind} of another", f"{door}/refuse", other.hands, WHY, NOT_THERE)
    if one.extensions:
        door = f"/v1/extensions/{one.extensions[-1].id}"
        again = (409, "exception_settled") if one.extensions[-1].was_asked else (403, "requester_decides")
        yield Attempt("grant a granted extension", f"{door}/grant", REVIEWER, None, again)
        yield Attempt("withdraw its extension", f"{door}/withdraw", one.hands, WHY, (409, "exception_settled"))
    if len(one.extensions) > 1:
        door = f"/v1/extensions/{one.extensions[0].id}/withdraw"
        yield Attempt("withdraw an earlier extension", door, REVIEWER, WHY, (409, "extension_in_use"))
    if one.waiver:
        door = f"/v1/waivers/{one.waiver}/withdraw"
        yield Attempt("withdraw its waiver", door, one.hands, WHY, (409, "exception_settled"))


def _papers(story: Story, one: Report) -> Iterator[Attempt]:
    record = f"/v1/occurrences/{one.id}/paper-receipts"
    body = {"document_number": "126/BC", "received_on": story.today.isoformat()}
    refusal = one.refusal_to_except(story.closed)
    yield Attempt("paper by the reporter", record, one.hands, body, NOT_RECIPIENT)
    if refusal:
        yield Attempt(f"paper: {refusal[1]}", record, REVIEWER, body, refusal)
    else:
        ahead = {**body, "received_on": (story.today + timedelta(days=1)).isoformat()}
        yield Attempt("paper of tomorrow", record, REVIEWER, ahead, (422, "received_day_wrong"))
    if one.paper is None:
        return
    door = f"/v1/paper-receipts/{one.paper.id}"
    if one.paper.state == "confirmed":
        yield Attempt(
            "confirm a paper again", f"{door}/confirm", REVIEWER, None, (409, "paper_receipt_settled"), "third"
        )
        if one.versions:
            yield Attempt(
                "withdraw a used paper", f"{door}/withdraw", REVIEWER, WHY, (409, "paper_receipt_in_use")
            )
        return
    yield Attempt("confirm its paper", f"{door}/confirm", one.hands, None, NOT_RECIPIENT)
    yield Attempt("confirm one's own record", f"{door}/confirm", REVIEWER, None, (403, "second_person_needed"))
    if not refusal:
        yield Attempt("paper twice", record, REVIEWER, body, (409, "paper_receipt_pending"))
    if not one.paper.evidenced:
        missing = 409, "evidence_missing"
        yield Attempt("confirm without evidence", f"{door}/confirm", REVIEWER, None, missing, "second-person")


def _cycles(story: Story) -> Iterator[Attempt]:
    door = f"/v1/cycles/{story.cycle}"
    closing = {"closed": story.closed, **WHY}
    yield Attempt("close or open again", door, REVIEWER, closing, (409, "cycle_state_same"), method="PATCH")
    closing = {"closed": not story.closed, **WHY}
    yield Attempt("close as a reporter", door, story.both[0].hands, closing, NOT_RECIPIENT, method="PATCH")


def _wholes(story: Story) -> Iterator[Attempt]:
    door = f"/v1/occurrences/{story.whole.id}/consolidation"
    line = {**cell("JP", 1), "amount": 1, "reason": "Tính hai lần."}
    del line["value"]
    yield Attempt("build from below", door, REVIEWER, {}, NOT_THERE)
    yield Attempt("build from above", door, MINISTRY, {}, NOT_REPORTER)
    yield Attempt("adjust from above", f"{door}/adjustments", MINISTRY, line, NOT_REPORTER)
    if not story.builds:
        yield Attempt("adjust nothing", f"{door}/adjustments", OWNER, line, NOT_THERE)
    else:
        strange = {**line, "dimensions": {**line["dimensions"], "partner_country": "VN"}}
        unknown = 422, "consolidation_cell_unknown"
        yield Attempt("adjust a cell that is not there", f"{door}/adjustments", OWNER, strange, unknown)
    for id_ in story.withdrawn[:1]:
        gone = 409, "consolidation_adjustment_withdrawn"
        yield Attempt("withdraw a line again", f"{door}/adjustments/{id_}/withdraw", OWNER, WHY, gone)
    if story.whole.is_drafted and not story.is_as_built():
        body = {"missing": "go_on", "reason": "Phải trình đúng hạn."}
        yield Attempt("build over a changed draft", door, OWNER, body, (409, "consolidation_draft_changed"))
    waiting = story.whole.undecided
    if waiting is not None:
        yield Attempt("accept its own whole", f"/v1/submissions/{waiting.id}/accept", OWNER, None, NOT_RECIPIENT)
