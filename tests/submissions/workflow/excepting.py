"""More time, waivers, reports on paper, a cycle that is closed, agencies that end; and time passes."""

from datetime import date

from tests.submissions.workflow.desk import REVIEWER
from tests.submissions.workflow.expected import Extension, Paper, Report
from tests.submissions.workflow.reach import Fits, Given, about, step
from tests.submissions.workflow.reporting import Reporting, may_be_excepted, may_come
from tests.submissions.workflow.story import ONE_DAY, WHY, said

SETTLING = ("grant", "grant", "refuse", "withdraw")
EVENTS = {
    ("extension", "grant"): "occurrence.extended",
    ("waiver", "grant"): "occurrence.waived",
    ("extension", "refuse"): "extension.refused",
    ("waiver", "refuse"): "waiver.refused",
    ("extension", "withdraw"): "extension.withdrawn",
    ("waiver", "withdraw"): "waiver.withdrawn",
}


def may_ask(kind: str) -> Fits:
    return lambda story, one: may_be_excepted(story, one) and kind not in one.asked


def comes_now(kind: str) -> Fits:
    return lambda story, one: may_ask(kind)(story, one) and may_come(story, one)


def is_closing_time(story: Reporting) -> bool:
    """Now and then: a closed cycle leaves little to do."""
    return story.steps_taken.total() % 5 == 4


def has_paper(state: str) -> Fits:
    return lambda story, one: one.paper is not None and one.paper.state == state


class Excepting(Reporting):
    """What the department of foreign affairs may grant, record, close and open."""

    @about(may_ask("extension"))
    def ask_for_more_time(self, one: Report, given: Given) -> None:
        day = max(one.due_on, self.today) + ONE_DAY * given.days
        body = {**WHY, "due_on": day.isoformat()}
        door = f"/v1/occurrences/{one.id}/extensions"
        answer = self.desk.post(door, REVIEWER if given.yes else one.hands, body)
        said(answer, None, 201)
        if given.yes:
            self._extend(one, answer.json()["id"], day)
        else:
            one.asked["extension"], one.askers["extension"] = answer.json()["id"], one.hands
            one.asked_day = day
            self.told["extension.requested"] += 1

    @about(may_ask("waiver"))
    def ask_for_a_waiver(self, one: Report, given: Given) -> None:
        if given.yes:
            self.waive(one)
            return
        answer = self.desk.post(f"/v1/occurrences/{one.id}/waivers", one.hands, WHY)
        said(answer, None, 201)
        one.asked["waiver"], one.askers["waiver"] = answer.json()["id"], one.hands
        self.told["waiver.requested"] += 1

    @about(lambda story, one: bool(one.asked))
    def settle_a_request(self, one: Report, given: Given) -> bool:
        kind = sorted(one.asked)[given.yes % len(one.asked)]
        act = SETTLING[given.number % len(SETTLING)]
        id_ = one.asked[kind]
        by, body = (one.hands if act == "withdraw" else REVIEWER), (None if act == "grant" else WHY)
        refusal = one.refusal_to_except(self.closed) if act == "grant" else None
        if act == "grant" and kind == "extension":
            refusal = refusal or one.refusal_to_move_to(one.asked_day, self.today)
        if not said(self.desk.post(f"/v1/{kind}s/{id_}/{act}", by, body), refusal):
            return False
        del one.asked[kind]
        if act != "grant":
            self.told[EVENTS[kind, act]] += 1
        elif kind == "waiver":
            self._waive(one, id_)
        else:
            self._extend(one, id_, one.asked_day, was_asked=True)
        self.count(f"{kind}: {act}")
        return True

    @about(lambda story, one: bool(one.extensions))
    def take_an_extension_back(self, one: Report, given: Given) -> bool:
        last = one.extensions[-1]
        refusal = None if one.is_open else (409, "report_received")
        if refusal is None and self.today > last.replaced:
            refusal = 409, "extension_in_use"
        if not said(self.desk.post(f"/v1/extensions/{last.id}/withdraw", REVIEWER, WHY), refusal):
            return False
        one.extensions.pop()
        self.told["occurrence.rescheduled"] += 1
        return True

    @about(lambda story, one: one.waiver is not None)
    def take_a_waiver_back(self, one: Report, given: Given) -> None:
        said(self.desk.post(f"/v1/waivers/{one.waiver}/withdraw", REVIEWER, WHY), None)
        one.waiver, one.state = None, one.before_waiver
        self.told["occurrence.scheduled"] += 1

    def waive(self, one: Report) -> None:
        """The recipient waives a report unasked."""
        answer = self.desk.post(f"/v1/occurrences/{one.id}/waivers", REVIEWER, WHY)
        said(answer, None, 201)
        self._waive(one, answer.json()["id"])

    def _extend(self, one: Report, id_: str, day: date, *, was_asked: bool = False) -> None:
        one.extensions.append(Extension(id_, day, one.due_on, was_asked))
        self.told["occurrence.extended"] += 1

    def _waive(self, one: Report, id_: str) -> None:
        one.waive(id_)
        self.told["occurrence.waived"] += 1
        assert not self.send(one, {"DE": 1})

    @about(comes_now("waiver"))
    def a_report_comes_while_it_is_waived(self, one: Report, given: Given) -> None:
        sent, waived = self.desk.at_once(
            self.desk.posting("/v1/submissions", one.hands, self.body(one, given.figures)),
            self.desk.posting(f"/v1/occurrences/{one.id}/waivers", REVIEWER, WHY),
        )
        if said(sent, None if sent.status_code == 201 else (409, "occurrence_waived")):
            self.take(one, sent, given.figures)
            said(waived, (409, "report_received"))
        else:
            said(waived, None, 201)
            self._waive(one, waived.json()["id"])

    @about(comes_now("extension"))
    def a_report_comes_while_it_gets_more_time(self, one: Report, given: Given) -> None:
        day = max(one.due_on, self.today) + ONE_DAY * given.days
        sent, extended = self.desk.at_once(
            self.desk.posting("/v1/submissions", one.hands, self.body(one, given.figures)),
            self.desk.posting(
                f"/v1/occurrences/{one.id}/extensions", REVIEWER, {**WHY, "due_on": day.isoformat()}
            ),
        )
        if said(extended, None if extended.status_code == 201 else (409, "report_received")):
            self._extend(one, extended.json()["id"], day)
        said(sent, None, 201)
        self.take(one, sent, given.figures)

    @about(lambda story, one: may_come(story, one) and is_closing_time(story))
    def a_report_comes_while_the_cycle_is_closed(self, one: Report, given: Given) -> bool:
        if one.is_same_again(given.figures, nil=False):
            return False
        sent, closed = self.desk.at_once(
            self.desk.posting("/v1/submissions", one.hands, self.body(one, given.figures)),
            self.desk.changing("PATCH", f"/v1/cycles/{self.cycle}", REVIEWER, {"closed": True, **WHY}),
        )
        if said(sent, None if sent.status_code == 201 else (409, "cycle_closed")):
            self.take(one, sent, given.figures)
        said(closed, None)
        self._closed(True)
        return True

    @step(lambda story: not story.closed and is_closing_time(story))
    def close_the_cycle(self, given: Given) -> None:
        said(self.desk.change("PATCH", f"/v1/cycles/{self.cycle}", REVIEWER, {"closed": True, **WHY}), None)
        self._closed(True)

    @step(lambda story: story.closed)
    def open_the_cycle(self, given: Given) -> None:
        said(self.desk.change("PATCH", f"/v1/cycles/{self.cycle}", REVIEWER, {"closed": False, **WHY}), None)
        self._closed(False)

    def _closed(self, closed: bool) -> None:
        self.closed = closed
        self.told["cycle.closed" if closed else "cycle.reopened"] += 1
        if closed:
            assert not any(self.send(one, {"DE": 1}) for one in self.both)

    @about(lambda story, one: may_be_excepted(story, one) and not (one.paper and one.paper.state == "recorded"))
    def record_a_paper(self, one: Report, given: Given) -> None:
        day = self.today - ONE_DAY * (given.number % 5)
        body = {"document_number": "125/BC", "received_on": day.isoformat()}
        answer = self.desk.post(f"/v1/occurrences/{one.id}/paper-receipts", REVIEWER, body)
        said(answer, None, 201)
        one.paper = Paper(answer.json()["id"], day)
        self.told["paper_receipt.recorded"] += 1

    @about(has_paper("recorded"))
    def confirm_a_paper(self, one: Report, given: Given) -> bool:
        assert one.paper is not None
        if given.number % 4:
            said(self.desk.put_evidence(one.paper.id), None)
            one.paper.evidenced = True
        refusal = None if one.paper.evidenced else (409, "evidence_missing")
        answer = self.desk.post(f"/v1/paper-receipts/{one.paper.id}/confirm", REVIEWER, client="second-person")
        if not said(answer, refusal or one.refusal_to_except(self.closed)):
            return False
        one.paper.state, one.state, one.received_on = "confirmed", "submitted", one.paper.received_on
        self.told.update(["paper_receipt.confirmed", "submission.received"])
        self.count(f"came on paper: {one.punctuality(self.today)}")
        return True

    @about(lambda story, one: one.paper is not None)
    def withdraw_a_paper(self, one: Report, given: Given) -> bool:
        assert one.paper is not None
        confirmed = one.paper.state == "confirmed"
        refusal = (409, "paper_receipt_in_use") if confirmed and one.versions else None
        if not said(self.desk.post(f"/v1/paper-receipts/{one.paper.id}/withdraw", REVIEWER, WHY), refusal):
            return False
        self.told["paper_receipt.withdrawn"] += 1
        if confirmed:
            one.owe_again()
            self.told["occurrence.scheduled"] += 1
        one.paper = None
        return True

    @about(lambda story, one: one.hands == one.agency and story.days > 0)
    def another_agency_carries_on(self, one: Report, given: Given) -> None:
        assert one.heir is not None
        said(self.desk.get(f"/v1/occurrences/{one.id}", one.heir), (404, "not_found"))
        self.desk.merge(one.agency, one.heir, self.today)
        one.hands = one.heir
        assert self.desk.read(f"/v1/occurrences/{one.id}", one.heir)["state"] == one.state

    @step()
    def days_pass(self, given: Given) -> None:
        self.days += 1 + given.yes
        self.today = self.desk.at(self.days)
