"""The workflow as a machine that Hypothesis drives: any act at any moment, right or refused, alone or at once."""

from datetime import date, timedelta
from pathlib import Path
from typing import Any

import httpx
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from tests.submissions.workflow.desk import (
    MINISTRY,
    OWNER,
    REPORTERS,
    REVIEWER,
    Desk,
    a_key,
    cell,
    content_of,
    figures_in,
)
from tests.submissions.workflow.expected import (
    COUNTRIES,
    DUE_ON,
    Build,
    Extension,
    Figures,
    Paper,
    Refusal,
    Report,
    Version,
    put_together,
    sources_of,
)
from tests.submissions.workflow.invariants import Witness

who = st.sampled_from(REPORTERS)
countries = st.sampled_from(COUNTRIES)
values = st.one_of(st.integers(0, 9), st.integers(0, 9), st.none())
figures_told = st.dictionaries(countries, values, min_size=1, max_size=len(COUNTRIES))
anything_told = st.one_of(figures_told, figures_told, st.just({}))
"""Nothing at all is a nil report."""
acts = st.sampled_from(["accept", "return"])
RETURN = {"reason_code": "figures_wrong", "text": "Số liệu chưa khớp."}
WHY = {"reason": "Theo công văn."}


class Workflow(RuleBasedStateMachine):
    """Two departments, their department of foreign affairs, the people's committee and the ministry."""

    desk: Desk
    folder: Path
    keys: str

    @initialize()
    def enter(self) -> None:
        room = self.desk.next_room()
        self.days = 0
        self.today = self.desk.at(0)
        owed = self.desk.occurrences(room.below)
        self.reports = {agency: Report(owed[agency], agency) for agency in REPORTERS}
        self.whole = Report(self.desk.occurrences(room.above)[OWNER], OWNER)
        self.cycle = self.desk.sql("select id::text from cycle where obligation = $1", room.below)[0]["id"]
        self.closed = False
        self.builds: list[Build] = []
        self.own: Figures | None = None
        self.lines: dict[str, tuple[str, int]] = {}
        self.withdrawn: list[str] = []
        self.witness = Witness(self.desk, room.below, room.above)
        self.desk.seal()
        self.first = self.desk.sql("select max(position) as last from event")[0]["last"]

    @invariant()
    def the_ledger_is_as_expected(self) -> None:
        self.witness.ledger_is_as_expected([*self.reports.values(), self.whole], self.today)
        self.witness.counts_are_as_recounted(list(self.reports.values()), self.today)

    @invariant()
    def the_whole_says_whether_it_is_stale(self) -> None:
        if self.builds:
            seen, last = self.witness.the_owner_sees(self.whole.id), self.builds[-1]
            assert seen["build"] == last.number
            assert seen["submission"] == last.submission
            assert seen["stale"] == (last.sources != sources_of(list(self.reports.values())))
            assert seen["adjustments_pending"] == (self.adjusted_lines != self.built_lines)

    def teardown(self) -> None:
        reports = list(self.reports.values())
        total = self.witness.counts_are_as_recounted(reports, self.today)
        self.witness.links_lead_to_as_many_rows(total)
        self.witness.every_figure_has_one_version()
        self.witness.receipts_verify_offline(self.folder, self.keys)
        self.witness.each_act_was_told_once([*reports, self.whole])
        self.witness.the_audit_holds(self.first)

    # -- what comes in

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
        _said(answer, one.refusal_to_take(self.closed) or (422, "content_refused"))

    @rule(agency=who, figures=anything_told)
    def draft(self, agency: str, figures: Figures) -> None:
        one = self.reports[agency]
        body = {"action": "replace", **content_of(figures, nil=not figures)}
        answer = self.desk.change("PUT", self._draft(one), agency, body)
        if _said(answer, one.refusal_to_take(self.closed)):
            one.keep_draft(figures, nil=not figures)

    @rule(agency=who)
    def empty_the_draft(self, agency: str) -> None:
        one = self.reports[agency]
        answer = self.desk.change("PUT", self._draft(one), agency, {"action": "delete"})
        if _said(answer, one.refusal_to_take(self.closed)):
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

    # -- what the recipient decides

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
        if _said(reviewed, None if reviewed.status_code == 200 else (409, "submission_superseded")):
            one.decide(_decision(act))
        one.take(Version(sent.json()["id"], dict(figures)), self.today)

    @rule(agency=who, days=st.integers(-1, 6), by_recipient=st.booleans())
    def ask_for_more_time(self, agency: str, days: int, by_recipient: bool) -> None:
        one, day = self.reports[agency], DUE_ON + timedelta(days=days)
        door = f"/v1/occurrences/{one.id}/extensions"
        body = {**WHY, "due_on": day.isoformat()}
        answer = self.desk.post(door, REVIEWER if by_recipient else agency, body)
        refusal = one.refusal_to_except(self.closed) or self._not_later(one, day)
        if _said(answer, refusal or _pending(one, "extension")):
            if by_recipient:
                one.extensions.append(Extension(answer.json()["id"], day, one.due_on))
            else:
                one.asked["extension"], one.asked_day = answer.json()["id"], day

    @rule(agency=who, by_recipient=st.booleans())
    def ask_for_a_waiver(self, agency: str, by_recipient: bool) -> None:
        one = self.reports[agency]
        door = f"/v1/occurrences/{one.id}/waivers"
        answer = self.desk.post(door, REVIEWER if by_recipient else agency, WHY)
        if _said(answer, one.refusal_to_except(self.closed) or _pending(one, "waiver")):
            if by_recipient:
                one.waive(answer.json()["id"])
            else:
                one.asked["waiver"] = answer.json()["id"]

    @rule(agency=who, kind=st.sampled_from(["extension", "waiver"]), grants=st.booleans())
    def decide_on_a_request(self, agency: str, kind: str, grants: bool) -> None:
        one = self.reports[agency]
        if kind not in one.asked:
            return
        door = f"/v1/{kind}s/{one.asked[kind]}"
        if not grants:
            _said(self.desk.post(f"{door}/refuse", REVIEWER, WHY), None)
            del one.asked[kind]
            return
        refusal = one.refusal_to_except(self.closed)
        if kind == "extension":
            refusal = refusal or self._not_later(one, one.asked_day)
        if _said(self.desk.post(f"{door}/grant", REVIEWER), refusal):
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
        if _said(answer, refusal):
            one.extensions.pop()

    @rule(agency=who)
    def take_a_waiver_back(self, agency: str) -> None:
        one = self.reports[agency]
        if one.waiver is not None:
            _said(self.desk.post(f"/v1/waivers/{one.waiver}/withdraw", REVIEWER, WHY), None)
            one.waiver, one.state = None, one.before_waiver

    @rule()
    def close_or_open_the_cycle(self) -> None:
        body = {"closed": not self.closed, **WHY}
        _said(self.desk.change("PATCH", f"/v1/cycles/{self.cycle}", REVIEWER, body), None)
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
        if _said(answer, refusal):
            one.paper = Paper(answer.json()["id"], day)

    @rule(agency=who, with_evidence=st.sampled_from([True, True, False]))
    def confirm_a_paper(self, agency: str, with_evidence: bool) -> None:
        one = self.reports[agency]
        if one.paper is None or one.paper.state != "recorded":
            return
        if with_evidence:
            _said(self.desk.put_evidence(one.paper.id), None)
            one.paper.evidenced = True
        refusal = None if one.paper.evidenced else (409, "evidence_missing")
        answer = self.desk.post(f"/v1/paper-receipts/{one.paper.id}/confirm", REVIEWER, client="second-person")
        if _said(answer, refusal or one.refusal_to_except(self.closed)):
            one.paper.state, one.state, one.received_on = "confirmed", "submitted", one.paper.received_on

    @rule(agency=who)
    def withdraw_a_paper(self, agency: str) -> None:
        one = self.reports[agency]
        if one.paper is None:
            return
        refusal: Refusal = None
        if one.paper.state == "confirmed" and one.versions:
            refusal = 409, "paper_receipt_in_use"
        if _said(self.desk.post(f"/v1/paper-receipts/{one.paper.id}/withdraw", REVIEWER, WHY), refusal):
            if one.paper.state == "confirmed":
                one.received_on = None
                one.state = "draft" if one.is_drafted else "owed"
            one.paper = None

    # -- the whole above

    @rule(own=st.one_of(st.none(), figures_told), goes_on=st.booleans(), gives_up=st.booleans())
    def build(self, own: Figures | None, goes_on: bool, gives_up: bool) -> None:
        body: dict[str, Any] = {"replace_draft": gives_up}
        if goes_on:
            body |= {"missing": "go_on", "reason": "Phải trình đúng hạn."}
        if own is not None:
            body["own_part"] = content_of(own)
        answer = self.desk.post(f"/v1/occurrences/{self.whole.id}/consolidation", OWNER, body)
        built = self._built(own if own is not None else self.own, goes_on)
        refusal: Refusal = None
        if built.written and not gives_up and self.whole.is_drafted and not self._is_as_built():
            refusal = 409, "consolidation_draft_changed"
        if not _said(answer, refusal):
            return
        self.own = own if own is not None else self.own
        self.builds.append(built)
        self.built_lines = self.adjusted_lines
        if built.written:
            self.whole.keep_draft(*built.content)
        seen = answer.json()
        assert (seen["build"], seen["draft_version"] is not None) == (built.number, built.written)
        assert bool(seen["nil"]) == built.nil
        self._check_cells(built)

    @rule(country=countries, amount=st.integers(-4, 3).filter(bool))
    def adjust(self, country: str, amount: int) -> None:
        body = {**cell(country, 1), "amount": amount, "reason": "Tính hai lần."}
        del body["value"]
        door = f"/v1/occurrences/{self.whole.id}/consolidation/adjustments"
        refusal: Refusal = None
        if not self.builds:
            refusal = 404, "not_found"
        elif country not in self.builds[-1].figures:
            refusal = 422, "consolidation_cell_unknown"
        answer = self.desk.post(door, OWNER, body)
        if _said(answer, refusal):
            self.lines[answer.json()["id"]] = (country, amount)

    @rule()
    def withdraw_a_line(self) -> None:
        for id_ in [*self.lines, *self.withdrawn][:1]:
            door = f"/v1/occurrences/{self.whole.id}/consolidation/adjustments/{id_}/withdraw"
            refusal = None if id_ in self.lines else (409, "consolidation_adjustment_withdrawn")
            if _said(self.desk.post(door, OWNER, WHY), refusal):
                del self.lines[id_]
                self.withdrawn.append(id_)

    @rule(country=countries, value=st.integers(0, 9))
    def change_the_draft_of_the_whole_by_hand(self, country: str, value: int) -> None:
        if self.whole.draft and not self.whole.draft_is_nil:
            body = {"observations": [cell(country, value)]}
            _said(self.desk.change("PUT", self._draft(self.whole), OWNER, body), None)
            self.whole.keep_draft({**self.whole.draft, country: value})

    @rule()
    def submit_the_whole(self) -> None:
        sent = self.whole.draft or {}, self.whole.draft_is_nil
        id_ = self._submit_draft(self.whole, closed=False)
        last = self.builds[-1] if self.builds else None
        if id_ and last and last.written and last.submission is None and last.content == sent:
            last.submission = id_

    @rule(act=acts)
    def review_the_whole(self, act: str) -> None:
        if self.whole.latest is not None:
            self._review(self.whole, self.whole.latest, act, MINISTRY)

    @rule()
    def the_worker_marks_what_is_stale(self) -> None:
        self.desk.mark_stale()
        if self.builds:
            seen = self.witness.the_owner_sees(self.whole.id)
            assert seen["stale_since"] is not None or not seen["stale"]

    @rule(days=st.integers(1, 2))
    def days_pass(self, days: int) -> None:
        self.days += days
        self.today = self.desk.at(self.days)

    # -- what the rules have in common

    built_lines: frozenset[str] = frozenset()

    @property
    def adjusted_lines(self) -> frozenset[str]:
        return frozenset(self.lines)

    def _body(self, one: Report, figures: Figures) -> dict[str, Any]:
        return {"occurrence": one.id, **content_of(figures, nil=not figures)}

    def _draft(self, one: Report) -> str:
        return f"/v1/occurrences/{one.id}/draft"

    def _submit_draft(self, one: Report, *, closed: bool) -> str | None:
        answer = self.desk.post(f"{self._draft(one)}/submit", one.agency)
        if not one.is_drafted:
            _said(answer, (409, "draft_empty"))
            return None
        figures = one.draft or {}
        refusal = one.refusal_to_take(closed)
        if any(value is not None and value < 0 for value in figures.values()):
            refusal = refusal or (422, "content_refused")
        if refusal:
            _said(answer, refusal)
            return None
        self._taken(one, answer, figures, nil=one.draft_is_nil, closed=closed)
        one.keep_draft({})
        return str(answer.json()["id"])

    def _taken(
        self,
        one: Report,
        answer: httpx.Response,
        figures: Figures,
        *,
        nil: bool = False,
        closed: bool | None = None,
    ) -> None:
        """A report came: a new version, the same again, or refused."""
        refusal = one.refusal_to_take(self.closed if closed is None else closed)
        again = refusal is None and one.is_same_again(figures, nil)
        if not _said(answer, refusal, 200 if again else 201):
            return
        if again:
            assert one.latest is not None
            assert answer.json()["id"] == one.latest.id
        else:
            one.take(Version(answer.json()["id"], dict(figures), nil=nil), self.today)
            assert answer.json()["version"] == len(one.versions)

    def _review(self, one: Report, version: Version, act: str, by: str) -> None:
        body = RETURN if act == "return" else None
        answer = self.desk.post(f"/v1/submissions/{version.id}/{act}", by, body)
        if _said(answer, one.refusal_to_review(version)):
            one.decide(_decision(act))

    def _not_later(self, one: Report, day: date) -> Refusal:
        if day <= one.due_on:
            return 422, "date_not_later"
        return (422, "date_passed") if day < self.today else None

    def _built(self, own: Figures | None, goes_on: bool) -> Build:
        reports = list(self.reports.values())
        sources = sources_of(reports)
        adjusted: dict[str, int] = {}
        for country, amount in self.lines.values():
            adjusted[country] = adjusted.get(country, 0) + amount
        figures, nil, counted = put_together(reports, own, adjusted)
        written = goes_on or None not in sources.values()
        return Build(len(self.builds) + 1, sources, figures, nil, counted, written)

    def _is_as_built(self) -> bool:
        """Say whether the draft holds what a build wrote into it last."""
        written = [one for one in self.builds if one.written]
        return bool(written) and written[-1].content == (self.whole.draft, self.whole.draft_is_nil)

    def _check_cells(self, built: Build) -> None:
        """Each cell is the sum of what its sources say and of the signed lines."""
        door = f"/v1/occurrences/{self.whole.id}/consolidation/cells"
        cells = self.desk.read(door, OWNER)["items"]
        assert figures_in(cells) == built.figures
        for one in cells:
            given = [part["value"] for part in one["sources"] if part["counted"] and part["value"] is not None]
            country = one["dimensions"]["partner_country"]
            assert one["adjustment"] == built.adjusted.get(country, 0)
            assert one["value"] == (sum(given) + one["adjustment"] if given else None)


def _said(answer: httpx.Response, refusal: Refusal, status: int | None = None) -> bool:
    """Compare an answer with what was expected, and say whether the act took place."""
    if refusal is not None:
        assert (answer.status_code, answer.json().get("code")) == refusal, answer.text
        return False
    assert answer.status_code == status if status else answer.status_code in (200, 201), answer.text
    return True


def _pending(one: Report, kind: str) -> Refusal:
    return (409, "exception_pending") if kind in one.asked else None


def _decision(act: str) -> str:
    return {"accept": "accepted", "return": "returned"}[act]
