"""Whatever departments send and their recipient decides, at any moment, right or refused, alone or at once."""

from datetime import timedelta
from typing import Any

from hypothesis import strategies as st
from hypothesis.stateful import rule

from tests.submissions.workflow.desk import (
    REVIEWER,
    a_key,
    cell,
    content_of,
)
from tests.submissions.workflow.expected import (
    DUE_ON,
    Extension,
    Figures,
    Paper,
    Refusal,
    Version,
)
from tests.submissions.workflow.story import (
    RETURN,
    WHY,
    Story,
    acts,
    anything_told,
    decision_of,
    figures_told,
    pending,
    said,
    who,
)


class Reporting(Story):
    """Two departments, and the department of foreign affairs that receives their reports."""

    @rule(agency=who, figures=anything_told)
    def report(self, agency: str, figures: Figures) -> None:
        one = self.reports[agency]
        answer = self.desk.post("/v1/submissions", agency, self._body(one, figures))
        self._taken(one, answer, figures, nil=not figures)

    @rule(agency=who, figures=figures_told, wrong=st.sampled_from([-1, "x", 1e30, None]))
    def report_something_wrong(self, agency: str, figures: Figures, wrong: Any) -> None:
        one = self.reports[agency]
        body = self._body(one, figures)
        body["observations"].append({**cell("VN", 1), "value": wrong})
        answer = self.desk.post("/v1/submissions", agency, body)
        said(answer, one.refusal_to_take(self.closed) or (422, "content_refused"))

    @rule(agency=who, figures=anything_told)
    def draft(self, agency: str, figures: Figures) -> None:
        one = self.reports[agency]
        body = {"action": "replace", **content_of(figures, nil=not figures)}
        answer = self.desk.change("PUT", self._draft(one), agency, body)
        if said(answer, one.refusal_to_take(self.closed)):
            one.keep_draft(figures, nil=not figures)

    @rule(agency=who)
    def empty_the_draft(self, agency: str) -> None:
        one = self.reports[agency]
        answer = self.desk.change("PUT", self._draft(one), agency, {"action": "delete"})
        if said(answer, one.refusal_to_take(self.closed)):
            one.keep_draft({})

    @rule(agency=who)
    def submit_the_draft(self, agency: str) -> None:
        self._submit_draft(self.reports[agency], closed=self.closed)

    @rule(agency=who, figures=figures_told)
    def report_three_times_with_one_key(self, agency: str, figures: Figures) -> None:
        one, key = self.reports[agency], a_key()
        sent = [self.desk.posting("/v1/submissions", agency, self._body(one, figures), key=key) for _ in range(3)]
        answers = self.desk.at_once(*sent)
        assert len({(answer.status_code, answer.json().get("id")) for answer in answers}) == 1
        self._taken(one, answers[0], figures)

    @rule(agency=who, act=acts, back=st.sampled_from([0, 0, 0, 1]))
    def review(self, agency: str, act: str, back: int) -> None:
        one = self.reports[agency]
        if len(one.versions) > back:
            self._review(one, one.versions[-1 - back], act, REVIEWER)

    @rule(agency=who)
    def two_review_at_once(self, agency: str) -> None:
        one = self.reports[agency]
        if one.latest is None or one.latest.decision:
            return
        door = f"/v1/submissions/{one.latest.id}"
        accepted, returned = self.desk.at_once(
            self.desk.posting(f"{door}/accept", REVIEWER, client="first"),
            self.desk.posting(f"{door}/return", REVIEWER, RETURN, client="second"),
        )
        assert sorted((accepted.status_code, returned.status_code)) == [200, 409]
        one.decide("accepted" if accepted.status_code == 200 else "returned")

    @rule(agency=who, act=acts, figures=figures_told)
    def a_new_version_comes_while_it_is_reviewed(self, agency: str, act: str, figures: Figures) -> None:
        one = self.reports[agency]
        if self.closed or one.latest is None or one.latest.decision or one.latest.figures == figures:
            return
        door = f"/v1/submissions/{one.latest.id}/{act}"
        sent, reviewed = self.desk.at_once(
            self.desk.posting("/v1/submissions", agency, self._body(one, figures)),
            self.desk.posting(door, REVIEWER, RETURN if act == "return" else None),
        )
        assert sent.status_code == 201, sent.text
        if said(reviewed, None if reviewed.status_code == 200 else (409, "submission_superseded")):
            one.decide(decision_of(act))
        one.take(Version(sent.json()["id"], dict(figures)), self.today)

    @rule(agency=who, figures=figures_told)
    def a_report_comes_while_it_is_waived(self, agency: str, figures: Figures) -> None:
        one = self.reports[agency]
        if one.refusal_to_except(self.closed) or "waiver" in one.asked:
            return
        sent, waived = self.desk.at_once(
            self.desk.posting("/v1/submissions", agency, self._body(one, figures)),
            self.desk.posting(f"/v1/occurrences/{one.id}/waivers", REVIEWER, WHY),
        )
        if said(sent, None if sent.status_code == 201 else (409, "occurrence_waived")):
            one.take(Version(sent.json()["id"], dict(figures)), self.today)
            said(waived, (409, "report_received"))
        else:
            said(waived, None)
            one.waive(waived.json()["id"])

    @rule(agency=who, figures=figures_told)
    def a_report_comes_while_the_cycle_is_closed(self, agency: str, figures: Figures) -> None:
        one = self.reports[agency]
        if one.refusal_to_take(self.closed) or one.is_same_again(figures, nil=False):
            return
        door = f"/v1/cycles/{self.cycle}"
        sent, closed = self.desk.at_once(
            self.desk.posting("/v1/submissions", agency, self._body(one, figures)),
            self.desk.changing("PATCH", door, REVIEWER, {"closed": True, **WHY}),
        )
        if said(sent, None if sent.status_code == 201 else (409, "cycle_closed")):
            one.take(Version(sent.json()["id"], dict(figures)), self.today)
        said(closed, None)
        self.closed = True

    @rule(agency=who, days=st.integers(-1, 6), by_recipient=st.booleans())
    def ask_for_more_time(self, agency: str, days: int, by_recipient: bool) -> None:
        one, day = self.reports[agency], DUE_ON + timedelta(days=days)
        door = f"/v1/occurrences/{one.id}/extensions"
        body = {**WHY, "due_on": day.isoformat()}
        answer = self.desk.post(door, REVIEWER if by_recipient else agency, body)
        refusal = one.refusal_to_except(self.closed) or self._not_later(one, day)
        if said(answer, refusal or pending(one, "extension")):
            if by_recipient:
                one.extensions.append(Extension(answer.json()["id"], day, one.due_on))
            else:
                one.asked["extension"], one.asked_day = answer.json()["id"], day

    @rule(agency=who, by_recipient=st.booleans())
    def ask_for_a_waiver(self, agency: str, by_recipient: bool) -> None:
        one = self.reports[agency]
        door = f"/v1/occurrences/{one.id}/waivers"
        answer = self.desk.post(door, REVIEWER if by_recipient else agency, WHY)
        if said(answer, one.refusal_to_except(self.closed) or pending(one, "waiver")):
            if by_recipient:
                one.waive(answer.json()["id"])
            else:
                one.asked["waiver"] = answer.json()["id"]

    @rule(agency=who, kind=st.sampled_from(["extension", "waiver"]), grants=st.booleans())
    def decide_on_a_request(self, agency: str, kind: str, grants: bool) -> None:
        one = self._pick(agency, lambda report: kind in report.asked)
        if one is None:
            return
        door = f"/v1/{kind}s/{one.asked[kind]}"
        if not grants:
            said(self.desk.post(f"{door}/refuse", REVIEWER, WHY), None)
            del one.asked[kind]
            return
        refusal = one.refusal_to_except(self.closed)
        if kind == "extension":
            refusal = refusal or self._not_later(one, one.asked_day)
        if said(self.desk.post(f"{door}/grant", REVIEWER), refusal):
            id_ = one.asked.pop(kind)
            if kind == "waiver":
                one.waive(id_)
            else:
                one.extensions.append(Extension(id_, one.asked_day, one.due_on))

    @rule(agency=who)
    def take_an_extension_back(self, agency: str) -> None:
        one = self.reports[agency]
        if not one.extensions:
            return
        last = one.extensions[-1]
        answer = self.desk.post(f"/v1/extensions/{last.id}/withdraw", REVIEWER, WHY)
        refusal: Refusal = None
        if one.state not in ("owed", "draft"):
            refusal = 409, "report_received"
        elif self.today > last.replaced:
            refusal = 409, "extension_in_use"
        if said(answer, refusal):
            one.extensions.pop()

    @rule(agency=who)
    def take_a_waiver_back(self, agency: str) -> None:
        one = self.reports[agency]
        if one.waiver is not None:
            said(self.desk.post(f"/v1/waivers/{one.waiver}/withdraw", REVIEWER, WHY), None)
            one.waiver, one.state = None, one.before_waiver

    @rule()
    def close_or_open_the_cycle(self) -> None:
        body = {"closed": not self.closed, **WHY}
        said(self.desk.change("PATCH", f"/v1/cycles/{self.cycle}", REVIEWER, body), None)
        self.closed = not self.closed

    @rule(agency=who, days_ago=st.integers(-1, 4))
    def record_a_paper(self, agency: str, days_ago: int) -> None:
        one, day = self.reports[agency], self.today - timedelta(days=days_ago)
        body = {"document_number": "125/BC", "received_on": day.isoformat()}
        answer = self.desk.post(f"/v1/occurrences/{one.id}/paper-receipts", REVIEWER, body)
        refusal = one.refusal_to_except(self.closed)
        if day > self.today:
            refusal = refusal or (422, "received_day_wrong")
        if one.paper is not None and one.paper.state == "recorded":
            refusal = refusal or (409, "paper_receipt_pending")
        if said(answer, refusal):
            one.paper = Paper(answer.json()["id"], day)

    @rule(agency=who, with_evidence=st.sampled_from([True, True, False]))
    def confirm_a_paper(self, agency: str, with_evidence: bool) -> None:
        one = self._pick(agency, lambda report: report.paper is not None and report.paper.state == "recorded")
        if one is None or one.paper is None:
            return
        if with_evidence:
            said(self.desk.put_evidence(one.paper.id), None)
            one.paper.evidenced = True
        refusal = None if one.paper.evidenced else (409, "evidence_missing")
        answer = self.desk.post(f"/v1/paper-receipts/{one.paper.id}/confirm", REVIEWER, client="second-person")
        if said(answer, refusal or one.refusal_to_except(self.closed)):
            one.paper.state, one.state, one.received_on = "confirmed", "submitted", one.paper.received_on

    @rule(agency=who)
    def withdraw_a_paper(self, agency: str) -> None:
        one = self._pick(agency, lambda report: report.paper is not None)
        if one is None or one.paper is None:
            return
        refusal: Refusal = None
        if one.paper.state == "confirmed" and one.versions:
            refusal = 409, "paper_receipt_in_use"
        if said(self.desk.post(f"/v1/paper-receipts/{one.paper.id}/withdraw", REVIEWER, WHY), refusal):
            if one.paper.state == "confirmed":
                one.received_on = None
                one.state = "draft" if one.is_drafted else "owed"
            one.paper = None
