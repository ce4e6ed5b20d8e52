"""The whole above: the committee builds it from below, the ministry accepts or returns it; and time passes."""

from typing import Any

import httpx
from hypothesis import strategies as st
from hypothesis.stateful import rule

from tests.submissions.workflow.desk import (
    MINISTRY,
    OWNER,
    REVIEWER,
    cell,
    content_of,
)
from tests.submissions.workflow.expected import (
    Build,
    Figures,
    Refusal,
)
from tests.submissions.workflow.reporting import Reporting
from tests.submissions.workflow.story import WHY, acts, countries, figures_told, said, unused, who


class Workflow(Reporting):
    """The machine that Hypothesis drives."""

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
        if said(answer, refusal):
            self.own = own if own is not None else self.own
            self._keep_build(built, answer)

    @rule(agency=who)
    def build_while_a_source_is_accepted(self, agency: str) -> None:
        one = self.reports[agency]
        if one.latest is None or one.latest.decision:
            return
        before = self._built(self.own, goes_on=False)
        door = f"/v1/occurrences/{self.whole.id}/consolidation"
        answer, accepted = self.desk.at_once(
            self.desk.posting(door, OWNER, {"replace_draft": True}),
            self.desk.posting(f"/v1/submissions/{one.latest.id}/accept", REVIEWER),
        )
        said(accepted, None)
        said(answer, None, 201)
        one.decide("accepted")
        after = self._built(self.own, goes_on=False)
        used = {source["occurrence"]: source["submission"] for source in answer.json()["sources"]}
        self._keep_build(after if used[one.id] == one.latest.id else before, answer)

    def _keep_build(self, built: Build, answer: httpx.Response) -> None:
        self.builds.append(built)
        self.built_lines = self.adjusted_lines
        seen = answer.json()
        told = {one["occurrence"]: one["submission"] or unused(one["use"]) for one in seen["sources"]}
        assert told == built.sources
        if built.written:
            self.whole.keep_draft(*built.content)
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
        if said(answer, refusal):
            self.lines[answer.json()["id"]] = (country, amount)

    @rule()
    def withdraw_a_line(self) -> None:
        for id_ in [*self.lines, *self.withdrawn][:1]:
            door = f"/v1/occurrences/{self.whole.id}/consolidation/adjustments/{id_}/withdraw"
            refusal = None if id_ in self.lines else (409, "consolidation_adjustment_withdrawn")
            if said(self.desk.post(door, OWNER, WHY), refusal):
                del self.lines[id_]
                self.withdrawn.append(id_)

    @rule(country=countries, value=st.integers(0, 9))
    def change_the_draft_of_the_whole_by_hand(self, country: str, value: int) -> None:
        if self.whole.draft and not self.whole.draft_is_nil:
            body = {"observations": [cell(country, value)]}
            said(self.desk.change("PUT", self._draft(self.whole), OWNER, body), None)
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
