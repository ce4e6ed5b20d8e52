"""Whatever departments send and their recipient decides, at any moment, alone or at once."""

from tests.submissions.workflow.desk import REVIEWER, a_key, content_of
from tests.submissions.workflow.expected import Figures, Report, accepted_of, submitted_of
from tests.submissions.workflow.invariants import read_figures
from tests.submissions.workflow.reach import Given, about, step
from tests.submissions.workflow.story import (
    ONE_DAY,
    WHY,
    Story,
    review_of,
    said,
)


def is_taken(story: Story, one: Report) -> bool:
    return not one.refusal_to_take(story.closed)


def may_come(story: Story, one: Report) -> bool:
    return is_taken(story, one) and (bool(one.versions) or story.steps_taken.total() >= one.comes_from)


def may_be_excepted(story: Story, one: Report) -> bool:
    return not one.refusal_to_except(story.closed)


def waits_for_review(story: Story, one: Report) -> bool:
    return one.undecided is not None


def unlike(figures: Figures, others: Figures) -> Figures:
    """Return figures that are not the others."""
    if figures != others:
        return figures
    return {country: 1 if value is None else value + 1 for country, value in figures.items()}


class Reporting(Story):
    """Two departments, and the department of foreign affairs that receives their reports."""

    @about(may_come)
    def report(self, one: Report, given: Given) -> None:
        self.send(one, given.anything)

    @about(may_come)
    def report_and_review(self, one: Report, given: Given) -> None:
        self.send(one, given.figures)
        if one.undecided is not None:
            self.review(one, one.undecided, given.act, REVIEWER, given.until)

    @about(is_taken)
    def draft(self, one: Report, given: Given) -> None:
        figures = given.anything
        body = {"action": "replace", **content_of(figures, nil=not figures)}
        said(self.desk.change("PUT", self.draft_of(one), one.hands, body), None)
        one.keep_draft(figures, nil=not figures)
        self.told["draft.changed"] += 1

    @about(lambda story, one: one.is_drafted and is_taken(story, one))
    def empty_the_draft(self, one: Report, given: Given) -> None:
        said(self.desk.change("PUT", self.draft_of(one), one.hands, {"action": "delete"}), None)
        one.keep_draft({})
        self.told["draft.changed"] += 1

    @about(lambda story, one: one.is_drafted and may_come(story, one))
    def submit_the_draft(self, one: Report, given: Given) -> None:
        self.submit_draft(one, closed=self.closed)

    @about(lambda story, one: one.is_drafted and may_come(story, one))
    def submit_the_draft_twice_at_once(self, one: Report, given: Given) -> None:
        door = f"{self.draft_of(one)}/submit"
        answers = self.desk.at_once(*(self.desk.posting(door, one.hands) for _ in range(2)))
        first, second = sorted(answers, key=lambda answer: answer.status_code)
        self.draft_taken(one, first, closed=self.closed)
        assert (second.status_code, second.json()["code"]) in ((409, "draft_empty"), (409, "draft_moved"))

    @about(may_come)
    def report_three_times_with_one_key(self, one: Report, given: Given) -> None:
        key, body = a_key(), self.body(one, given.figures)
        sent = [self.desk.posting("/v1/submissions", one.hands, body, key=key) for _ in range(3)]
        answers = self.desk.at_once(*sent)
        assert len({(answer.status_code, answer.json().get("id")) for answer in answers}) == 1
        self.taken(one, answers[0], given.figures)
        other = self.desk.post("/v1/submissions", one.hands, {**body, "nil": ["*"]}, key=key)
        said(other, (422, "idempotency_key_reused"))

    @about(may_come)
    def report_twice_at_once(self, one: Report, given: Given) -> bool:
        figures = unlike(given.figures, one.latest.figures if one.latest else {})
        others = unlike(given.others, figures)
        if one.is_same_again(others, nil=False):
            return False
        bodies = [self.body(one, said_) for said_ in (figures, others)]
        answers = self.desk.at_once(*(self.desk.posting("/v1/submissions", one.hands, body) for body in bodies))
        for answer, told in sorted(
            zip(answers, (figures, others), strict=True), key=lambda each: each[0].json()["version"]
        ):
            self.taken(one, answer, told)
        return True

    @about(waits_for_review)
    def decide(self, one: Report, given: Given) -> None:
        assert one.latest is not None
        client, door = f"client-{one.latest.submitted_by}", f"/v1/submissions/{one.latest.id}/accept"
        said(self.desk.post(door, REVIEWER, client=client), (403, "preparer_reviews"))
        self.review(one, one.latest, given.act, REVIEWER, given.until)

    @about(waits_for_review)
    def two_decide_at_once(self, one: Report, given: Given) -> None:
        assert one.latest is not None
        door = f"/v1/submissions/{one.latest.id}"
        accepted, returned = self.desk.at_once(
            self.desk.posting(f"{door}/accept", REVIEWER, client="first"),
            self.desk.posting(f"{door}/return", REVIEWER, review_of("return"), client="second"),
        )
        assert sorted((accepted.status_code, returned.status_code)) == [200, 409]
        if accepted.status_code == 200:
            self.reviewed(one, accepted, "accept")
        else:
            self.reviewed(one, returned, "return")

    @about(lambda story, one: waits_for_review(story, one) and is_taken(story, one))
    def a_new_version_comes_while_it_is_decided(self, one: Report, given: Given) -> bool:
        assert one.latest is not None
        figures, act = unlike(given.figures, one.latest.figures), given.act
        sent, decided = self.desk.at_once(
            self.desk.posting("/v1/submissions", one.hands, self.body(one, figures)),
            self.desk.posting(f"/v1/submissions/{one.latest.id}/{act}", REVIEWER, review_of(act)),
        )
        said(sent, None, 201)
        if said(decided, None if decided.status_code == 200 else (409, "submission_superseded")):
            self.reviewed(one, decided, act)
        self.take(one, sent, figures)
        return True

    @about(lambda story, one: one.state == "returned")
    def give_a_correction_more_time(self, one: Report, given: Given) -> bool:
        assert one.latest is not None
        assert one.correction is not None
        day = self.today + ONE_DAY * given.days
        body = {**WHY, "due_on": day.isoformat()}
        answer = self.desk.post(f"/v1/submissions/{one.latest.id}/correction-date", REVIEWER, body)
        present = one.correction[0]
        if not said(answer, (422, "date_not_later") if present and day <= present else None):
            return False
        one.correction = day, False
        self.told["submission.returned"] += 1
        return True

    @about(lambda story, one: len(one.versions) > 1)
    def compare_two_versions(self, one: Report, given: Given) -> None:
        self.witness.differences(
            one.versions[-1], one.versions[-1 - min(given.days, len(one.versions) - 1)], one.hands
        )

    @step(lambda story: bool(story.moments))
    def read_the_figures(self, given: Given) -> None:
        """As they stand, as they came, as they stood at a moment, and what changed since they were read last."""
        now = accepted_of(self.both)
        items, cursor = self.witness.figures_read()
        assert read_figures(items) == now
        assert read_figures(self.witness.figures_read(include="submitted")[0]) == submitted_of(self.both)
        at, then = self.moments[-1 - given.number % len(self.moments)]
        assert read_figures(self.witness.figures_read(known_at=at)[0]) == then
        if self.cursor is not None:
            since, figures = self.cursor
            changes = self.witness.figures_read(since)[0]
            gone = read_figures([item for item in changes if item["action"] == "D"])
            came = read_figures([item for item in changes if item["action"] != "D"])
            assert {key: value for key, value in {**figures, **came}.items() if key not in gone} == now
        assert cursor is not None
        self.cursor = cursor, now
