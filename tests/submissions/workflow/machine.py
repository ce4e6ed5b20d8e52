"""The whole above: the committee builds it from below, the ministry accepts or returns it."""

from typing import Any

import httpx

from tests.submissions.workflow.desk import MINISTRY, OWNER, REVIEWER, cell, content_of, figures_in
from tests.submissions.workflow.excepting import Excepting, may_ask
from tests.submissions.workflow.expected import COUNTRIES, Build, Refusal, Report, sources_of
from tests.submissions.workflow.reach import Given, about, step
from tests.submissions.workflow.refused import attempts
from tests.submissions.workflow.reporting import waits_for_review
from tests.submissions.workflow.story import WHY, said

AT_ONE_STEP = 8
GOING_ON = {"missing": "go_on", "reason": "Phải trình đúng hạn."}


class Workflow(Excepting):
    """The machine that Hypothesis drives."""

    @property
    def door(self) -> str:
        return f"/v1/occurrences/{self.whole.id}/consolidation"

    @step()
    def build(self, given: Given) -> bool:
        own = given.figures if given.number % 3 == 0 else None
        goes_on, gives_up = given.yes, given.also
        body: dict[str, Any] = {"replace_draft": gives_up, **(GOING_ON if goes_on else {})}
        if own is not None:
            body["own_part"] = content_of(own)
        answer = self.desk.post(self.door, OWNER, body)
        built = self.build_now(own if own is not None else self.own, goes_on)
        refusal: Refusal = None
        if built.written and not gives_up and self.whole.is_drafted and not self.is_as_built():
            refusal = 409, "consolidation_draft_changed"
        if not said(answer, refusal):
            return False
        self.own = own if own is not None else self.own
        self._keep_build(built, answer)
        return True

    @step(lambda story: bool(story.lines) or bool(story.builds))
    def build_anew_and_submit(self, given: Given) -> None:
        answer = self.desk.post(self.door, OWNER, {"replace_draft": True, **GOING_ON})
        said(answer, None, 201)
        self._keep_build(self.build_now(self.own, goes_on=True), answer)
        if self.whole.is_drafted:
            self._submit()

    @step()
    def two_build_at_once(self, given: Given) -> None:
        body = {"replace_draft": True, **GOING_ON}
        answers = self.desk.at_once(*(self.desk.posting(self.door, OWNER, body) for _ in range(2)))
        first, second = sorted(answers, key=lambda answer: answer.json().get("build", 0))
        said(first, None, 201)
        said(second, None, 201)
        self.builds.append(self.build_now(self.own, goes_on=True))
        self.told["consolidation.built"] += 1
        self._keep_build(self.build_now(self.own, goes_on=True), second)

    @about(waits_for_review)
    def build_while_a_source_is_accepted(self, one: Report, given: Given) -> None:
        assert one.latest is not None
        before = self.build_now(self.own, goes_on=False)
        answer, accepted = self.desk.at_once(
            self.desk.posting(self.door, OWNER, {"replace_draft": True}),
            self.desk.posting(f"/v1/submissions/{one.latest.id}/accept", REVIEWER),
        )
        said(accepted, None)
        said(answer, None, 201)
        self.reviewed(one, accepted, "accept")
        after = self.build_now(self.own, goes_on=False)
        used = {source["occurrence"]: source["submission"] for source in answer.json()["sources"]}
        self._keep_build(after if used[one.id] == one.latest.id else before, answer)

    def _keep_build(self, built: Build, answer: httpx.Response) -> None:
        self.builds.append(built)
        self.told["consolidation.built"] += 1
        seen = answer.json()
        told = {one["occurrence"]: one["submission"] or _unused(one["use"]) for one in seen["sources"]}
        assert told == built.sources
        if built.written:
            self.whole.keep_draft(*built.content)
        assert (seen["build"], seen["draft_version"] is not None) == (built.number, built.written)
        assert bool(seen["nil"]) == built.nil
        self.check_cells(built)
        self.count("build: adjusted" if any(built.adjusted.values()) else "build: as told")
        if len(self.builds) > 1 and built.sources != self.builds[-2].sources:
            self.count("build: from others than before")

    @step(lambda story: bool(story.builds) and bool(story.builds[-1].figures))
    def adjust(self, given: Given) -> None:
        figures = self.builds[-1].figures
        country = sorted(figures)[given.number % len(figures)]
        amount = given.number % 4 + 1 if given.yes else -(given.number % 4 + 1)
        body = {**cell(country, 1), "amount": amount, "reason": "Tính hai lần."}
        del body["value"]
        answer = self.desk.post(f"{self.door}/adjustments", OWNER, body)
        said(answer, None, 201)
        self.lines[answer.json()["id"]] = (country, amount)
        self.told["consolidation.adjustment_made"] += 1

    @step(lambda story: bool(story.lines))
    def withdraw_a_line(self, given: Given) -> None:
        id_ = next(iter(self.lines))
        said(self.desk.post(f"{self.door}/adjustments/{id_}/withdraw", OWNER, WHY), None)
        del self.lines[id_]
        self.withdrawn.append(id_)
        self.told["consolidation.adjustment_withdrawn"] += 1

    @step(lambda story: bool(story.builds))
    def read_what_building_anew_would_change(self, given: Given) -> None:
        last, anew = self.builds[-1].figures, self.build_now(self.own, goes_on=True).figures
        told = {
            country: (_value(one["before"]), _value(one["after"]))
            for one in self.desk.read(f"{self.door}/changes", OWNER)["items"]
            for country in figures_in([{**one, "value": None}])
        }
        assert told == {
            country: (last.get(country), anew.get(country))
            for country in {*last, *anew}
            if (country in last, last.get(country)) != (country in anew, anew.get(country))
        }

    @step(lambda story: bool(story.whole.draft) and not story.whole.draft_is_nil)
    def change_the_draft_of_the_whole_by_hand(self, given: Given) -> None:
        country, value = COUNTRIES[given.number % len(COUNTRIES)], given.number // 10
        body = {"observations": [cell(country, value)]}
        said(self.desk.change("PUT", self.draft_of(self.whole), OWNER, body), None)
        self.whole.keep_draft({**(self.whole.draft or {}), country: value})
        self.told["draft.changed"] += 1

    @step(lambda story: story.whole.is_drafted)
    def submit_the_whole(self, given: Given) -> bool:
        return self._submit()

    def _submit(self) -> bool:
        sent = self.whole.draft or {}, self.whole.draft_is_nil
        id_ = self.submit_draft(self.whole, closed=False)
        last = self.builds[-1] if self.builds else None
        if id_ and last and last.written and last.submission is None and last.content == sent:
            last.submission = id_
            self.count("a build is submitted")
        return id_ is not None

    @step(lambda story: story.whole.undecided is not None)
    def decide_on_the_whole(self, given: Given) -> None:
        assert self.whole.latest is not None
        self.review(self.whole, self.whole.latest, given.act, MINISTRY, given.until)

    @step(lambda story: bool(story.builds))
    def the_worker_marks_what_is_stale(self, given: Given) -> None:
        last = self.builds[-1]
        self.desk.mark_stale()
        if not last.marked and last.sources != sources_of(self.both):
            last.marked = True
            self.told["consolidation.stale"] += 1
            self.count("whole: marked")
        self._the_whole_reads_as_expected()

    @about(lambda story, one: bool(story.builds) and may_ask("waiver")(story, one))
    def waive_what_the_whole_lacks(self, one: Report, given: Given) -> None:
        """It is stale then, and again once the report is owed again."""
        self.two_build_at_once(given)
        self.waive(one)
        self.the_worker_marks_what_is_stale(given)
        if given.yes:
            self.two_build_at_once(given)
            self.the_worker_marks_what_is_stale(given)
            self.take_a_waiver_back(given)
            self.the_worker_marks_what_is_stale(given)

    @step()
    def try_what_is_refused(self, given: Given) -> None:
        """What this story tried least comes first."""
        listed = attempts(self, self.both[given.who])
        begin = given.number % len(listed)
        listed = sorted(listed[begin:] + listed[:begin], key=lambda one: self.tried[one.name])
        for one in listed[:AT_ONE_STEP]:
            self.tried[one.name] += 1
            if one.method == "POST":
                answer = self.desk.post(one.door, one.by, one.body, client=one.client)
            else:
                answer = self.desk.change(one.method, one.door, one.by, one.body)
            assert not said(answer, one.refusal), one
            self.count(f"refused: {one.name}")


def _unused(use: str) -> str | None:
    return use if use == "waived" else None


def _value(cell: dict[str, Any] | None) -> int | None:
    value: int | None = (cell or {}).get("value")
    return value
