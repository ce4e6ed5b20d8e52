"""What must hold after every step and at the end of every story, read from outside and from the tables."""

import contextlib
import io
import json
import runpy
import sys
from collections import Counter
from datetime import date
from pathlib import Path
from typing import Any

from tests.conftest import ROOT
from tests.submissions.workflow.desk import OWNER, REVIEWER, Desk, Room, figures_in
from tests.submissions.workflow.expected import COUNTRIES, Read, Report, Version

VERIFIER = ROOT / "docs" / "guides" / "examples" / "verify_receipt.py"
LEDGER = """
select o.id::text, o.state, o.submission_version, o.accepted_submission_id::text as in_force,
  o.submission_id::text as latest, o.received_at
from occurrence o where o.id = any($1::uuid[])
"""
KEPT = """
select s.id::text, s.occurrence_id::text, s.version, s.receipt, s.content_sha256, s.agency, s.submitted_by,
  s.observation_count, told.figures, told.many,
  md5(concat(s::text, told.lines, (select r::text from review r where r.submission_id = s.id))) as digest,
  exists (select from review r where r.submission_id = s.id) as is_decided
from submission s left join lateral (
  select jsonb_object_agg(o.d3, o.value)::text as figures, count(*) as many,
    string_agg(o::text, '|' order by o.line) as lines
  from observation o where o.submission_id = s.id) told on true
where s.occurrence_id = any($1::uuid[]) order by s.occurrence_id, s.version
"""
HOMELESS = """
select count(*) as many from observation o where not exists (
  select from submission s where s.id = o.submission_id and s.period_year = o.period_year)
"""
TOLD = "select type, count(*) as many from event where (position is null or position > $1)"
TOLD += " and data->>'obligation' = any($2::text[]) group by type"


class Witness:
    """Remembers what was stored, and finds whatever of it changed."""

    def __init__(self, desk: Desk, room: Room) -> None:
        self._desk, self._below, self._above = desk, room.below, room.above
        desk.seal()
        self.first: int = desk.sql("select max(position) as last from event")[0]["last"]
        self._seen: dict[tuple[str, bool], str] = {}
        self._kept: dict[str, Any] = {}

    def ledger_is_as_expected(self, reports: list[Report]) -> None:
        """State, versions and what is in force stand as they should; nothing that was stored has changed."""
        ids = [one.id for one in reports]
        rows = {row["id"]: row for row in self._desk.sql(LEDGER, ids)}
        for one in reports:
            row = rows[one.id]
            in_force = one.in_force.id if one.in_force else None
            latest = one.latest.id if one.latest else None
            assert (row["state"], row["in_force"], row["latest"]) == (one.state, in_force, latest), one
            assert (row["submission_version"] or 0) == len(one.versions), one
            assert (row["received_at"] is None) == (one.received_on is None), one
        stored = self._desk.sql(KEPT, ids)
        expected = {v.id: (one, n, v) for one in reports for n, v in enumerate(one.versions, start=1)}
        assert {row["id"] for row in stored} == expected.keys(), "a stored version is gone, or nobody sent it"
        for row in stored:
            self._is_as_sent(row, *expected[row["id"]])

    def _is_as_sent(self, row: Any, one: Report, number: int, sent: Version) -> None:
        assert (row["occurrence_id"], row["version"], row["agency"]) == (one.id, number, one.agency)
        assert (row["submitted_by"], row["is_decided"]) == (sent.submitted_by, sent.decision is not None)
        assert json.loads(row["figures"] or "{}") == sent.figures
        assert row["many"] == row["observation_count"] == len(sent.figures)
        seen = row["id"], row["is_decided"]
        assert self._seen.setdefault(seen, row["digest"]) == row["digest"], "a stored version changed"
        self._kept[row["id"]] = row

    def counts_are_as_recounted(self, reports: list[Report], today: date) -> dict[str, Any]:
        """What compliance says is what one counts by hand, and no share is above one."""
        answer = self._desk.read("/v1/compliance", REVIEWER, obligation=self._below, group_by="agency")
        total: dict[str, Any] = answer["total"]
        groups = {group["group"]["agency"]: group for group in answer["items"]}
        for counted, told in ((reports, total), *(([one], groups[one.agency]) for one in reports)):
            expected = recounted(counted, today)
            assert {name: told[name] for name in expected} == expected
            for part, whole, share in (
                ("received", "expected", "completeness"),
                ("on_time", "decided", "punctuality"),
            ):
                assert told[share] == (round(told[part] / told[whole], 4) if told[whole] else None)
                assert told[share] is None or 0 <= told[share] <= 1
        return total

    def links_lead_to_as_many_rows(self, total: dict[str, Any], names: list[str]) -> None:
        for name in names:
            link = total["links"][name]
            assert len(self._desk.read(link, REVIEWER)["items"]) == total[name], link

    def reports_read_as_expected(self, reports: list[Report], today: date) -> None:
        """What the recipient reads of each report is what happened to it."""
        found = self._desk.read("/v1/occurrences", REVIEWER, obligation=self._below)["items"]
        self._read_as_expected(found, reports, today)

    def whole_reads_as_expected(self, whole: Report, today: date) -> None:
        found = self._desk.read("/v1/occurrences", OWNER, obligation=self._above)["items"]
        self._read_as_expected(found, [whole], today)

    def _read_as_expected(self, found: list[Any], reports: list[Report], today: date) -> None:
        seen = {item["id"]: _as_seen(item) for item in found}
        for one in reports:
            expected = one.as_read(today)
            read = seen[one.id]
            differing = {name: (read[name], value) for name, value in expected.items() if read[name] != value}
            assert not differing, (differing, one)

    def figures_read(self, since: str | None = None, **params: Any) -> tuple[list[Any], str | None]:
        """Return the figures of the reports below as the recipient reads them, and where changes are told from."""
        asked = {"form": "migration-data", "obligation": self._below, **params}
        answer = self._desk.read("/v1/data", REVIEWER, **asked, **({"since": since} if since else {}))
        return answer["items"], answer["cursor"]

    def differences(self, one: Version, other: Version, agency: str) -> None:
        """What is told of two versions is where they differ, one way and back."""
        for this, that in ((one, other), (other, one)):
            found = self._desk.read(f"/v1/submissions/{this.id}/diff", agency, **{"with": that.id})["items"]
            told = {
                item["dimensions"]["partner_country"]: (
                    item["difference"],
                    _value(item, "before"),
                    _value(item, "after"),
                )
                for item in found
                if item["indicator"]
            }
            assert told == _differing(that, this)
            assert [item["difference"] for item in found if item["nil"]] == (
                [] if this.nil == that.nil else ["added" if this.nil else "removed"]
            )

    def every_figure_has_one_version(self) -> None:
        assert self._desk.sql(HOMELESS)[0]["many"] == 0

    def receipts_verify_offline(self, reports: list[Report], folder: Path, keys: str) -> None:
        """Each receipt holds without asking anyone, and speaks of the very version it stands with."""
        (folder / "keys").write_text(keys)
        for one in reports:
            for number, version in enumerate(one.versions, start=1):
                row = self._kept[version.id]
                (folder / "receipt").write_text(row["receipt"])
                claims = json.loads(_run(VERIFIER, folder / "receipt", folder / "keys"))
                said = {
                    "submission": version.id,
                    "occurrence": one.id,
                    "version": number,
                    "content_sha256": row["content_sha256"],
                    "agency": one.agency,
                    "submitted_by": version.submitted_by,
                    "period": "2026-S1",
                    "punctuality": version.punctuality,
                }
                assert {name: claims[name] for name in said} == said

    def the_same_content_has_the_same_hash(self, one: Report) -> None:
        said = {(sent.nil, *sorted(sent.figures.items())) for sent in one.versions}
        hashes = {self._kept[sent.id]["content_sha256"] for sent in one.versions}
        assert len(said) == len(hashes)

    def the_audit_holds(self) -> None:
        """The chain of events since the story began is whole."""
        self._desk.seal()
        headers = self._desk.service.caller("X", scopes=["admin"])
        asked = self._desk.service.http.get("/v1/audit/verify", params={"first": self.first}, headers=headers)
        answer = self._desk.wait(asked)
        assert answer.status_code == 200, answer.text
        assert answer.json()["intact"] is True

    def each_act_was_told_once(self, expected: Counter[str]) -> None:
        told = Counter(
            {row["type"]: row["many"] for row in self._desk.sql(TOLD, self.first, [self._below, self._above])}
        )
        assert told == expected, {"too many": told - expected, "lacking": expected - told}

    def the_owner_sees(self, occurrence: str) -> Any:
        return self._desk.read(f"/v1/occurrences/{occurrence}/consolidation", OWNER)


def recounted(reports: list[Report], today: date) -> dict[str, int]:
    """Return what compliance should count of some reports."""
    owed = [one for one in reports if one.state != "waived"]
    clocks = [one.clock(today) for one in owed]
    return {
        "expected": len(owed),
        "received": sum(one.received_on is not None for one in owed),
        "missing": sum(one.received_on is None for one in owed),
        "accepted": sum(one.state == "accepted" for one in owed),
        "decided": len(owed) - clocks.count("due"),
        "waived": len(reports) - len(owed),
        **{word: clocks.count(word) for word in ("on_time", "late", "overdue")},
    }


def read_figures(items: list[Any]) -> Read:
    """Return figures by agency and partner country."""
    found = {(one["agency"], *figures_in([one])): one["value"] for one in items}
    assert len(found) == len(items), "one figure came twice"
    return found


def _as_seen(item: dict[str, Any]) -> dict[str, Any]:
    correction, review = item["correction"], item["review"]
    return {
        **item,
        "extension": item["extension"] and item["extension"]["due_on"],
        "is_waived": item["waiver"] is not None,
        "waits_for_review": review is not None and review["reviewed_at"] is None,
        "correction": correction and (correction["due_on"], correction["corrected_at"] is not None),
    }


def _value(item: dict[str, Any], side: str) -> int | None:
    value: int | None = (item[side] or {}).get("value")
    return value


def _differing(before: Version, after: Version) -> dict[str, tuple[str, int | None, int | None]]:
    was, now = before.figures, after.figures
    return {
        country: (
            "added" if country not in was else "removed" if country not in now else "changed",
            was.get(country),
            now.get(country),
        )
        for country in COUNTRIES
        if (country in was, was.get(country)) != (country in now, now.get(country))
    }


def _run(program: Path, *words: Path) -> str:
    """Run a program as it stands in the guides, and return what it printed."""
    before, printed = sys.argv, io.StringIO()
    sys.argv = [str(program), *(str(word) for word in words)]
    try:
        with contextlib.redirect_stdout(printed):
            runpy.run_path(str(program), run_name="__main__")
    finally:
        sys.argv = before
    return printed.getvalue()
