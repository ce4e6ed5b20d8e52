"""What must hold after every step and at the end of every story, read from outside and from the tables."""

import contextlib
import io
import json
import runpy
import sys
from datetime import date
from pathlib import Path
from typing import Any

from tests.conftest import ROOT
from tests.submissions.workflow.desk import OWNER, REVIEWER, Desk
from tests.submissions.workflow.expected import Report

VERIFIER = ROOT / "docs" / "guides" / "examples" / "verify_receipt.py"
LEDGER = """
select o.id::text, o.state, o.submission_version, o.accepted_submission_id::text as in_force,
  o.submission_id::text as latest, o.received_at,
  (select count(*) from submission s where s.occurrence_id = o.id) as versions,
  (select coalesce(sum(s.observation_count), 0) from submission s where s.occurrence_id = o.id) as told
from occurrence o where o.id = any($1::uuid[])
"""
KEPT = """
select s.id::text, s.occurrence_id::text, s.version, s.receipt, s.content_sha256, s.agency,
  md5(s::text || coalesce((select string_agg(o::text, '|' order by o.line) from observation o
    where o.period_year = s.period_year and o.submission_id = s.id), '')) as digest,
  (select count(*) from observation o where o.submission_id = s.id) as figures, s.observation_count
from submission s where s.occurrence_id = any($1::uuid[])
"""
HOMELESS = """
select count(*) as many from observation o where not exists (
  select from submission s where s.id = o.submission_id and s.period_year = o.period_year)
"""
TOLD = "select type, count(*) as many from event where subject = any($1::text[]) group by type"


class Witness:
    """Remembers what was stored, and finds whatever of it changed."""

    def __init__(self, desk: Desk, below: str, above: str) -> None:
        self._desk, self._below, self._above = desk, below, above
        self._seen: dict[str, str] = {}
        self._receipts: dict[str, Any] = {}

    def ledger_is_as_expected(self, reports: list[Report], today: date) -> None:
        """State, versions and what is in force stand as they should; nothing that was stored has changed."""
        ids = [one.id for one in reports]
        rows = {row["id"]: row for row in self._desk.sql(LEDGER, ids)}
        for one in reports:
            row = rows[one.id]
            in_force = one.in_force.id if one.in_force else None
            latest = one.latest.id if one.latest else None
            assert (row["state"], row["in_force"], row["latest"]) == (one.state, in_force, latest), one
            assert row["versions"] == len(one.versions) == (row["submission_version"] or 0), one
            assert (row["received_at"] is None) == (one.received_on is None), one
        stored = self._desk.sql(KEPT, ids)
        for row in stored:
            assert self._seen.setdefault(row["id"], row["digest"]) == row["digest"], "a stored version changed"
            assert row["figures"] == row["observation_count"]
            self._receipts[row["id"]] = row
        assert len(stored) == len(self._seen), "a stored version is gone"

    def counts_are_as_recounted(self, reports: list[Report], today: date) -> dict[str, Any]:
        """What compliance says is what one counts by hand, and no share is above one."""
        answer = self._desk.read("/v1/compliance", REVIEWER, obligation=self._below)
        total: dict[str, Any] = answer["total"]
        owed = [one for one in reports if one.state != "waived"]
        clocks = [one.clock(today) for one in owed]
        counted = {
            "expected": len(owed),
            "received": sum(one.received_on is not None for one in owed),
            "missing": sum(one.received_on is None for one in owed),
            "accepted": sum(one.state == "accepted" for one in owed),
            "waived": len(reports) - len(owed),
            **{word: clocks.count(word) for word in ("on_time", "late", "overdue")},
        }
        assert {name: total[name] for name in counted} == counted
        assert all(share is None or 0 <= share <= 1 for share in (total["completeness"], total["punctuality"]))
        return total

    def links_lead_to_as_many_rows(self, total: dict[str, Any]) -> None:
        for name, link in total["links"].items():
            rows = self._desk.follow(link, REVIEWER)["items"]
            assert len(rows) == total[name], link

    def every_figure_has_one_version(self) -> None:
        assert self._desk.sql(HOMELESS)[0]["many"] == 0

    def receipts_verify_offline(self, folder: Path, keys: str) -> None:
        """Each receipt holds without asking anyone, and speaks of the very version it stands with."""
        (folder / "keys").write_text(keys)
        for id_, row in self._receipts.items():
            (folder / "receipt").write_text(row["receipt"])
            claims = json.loads(_run(VERIFIER, folder / "receipt", folder / "keys"))
            said = (claims["submission"], claims["version"], claims["content_sha256"], claims["agency"])
            assert said == (id_, row["version"], row["content_sha256"], row["agency"])

    def the_audit_holds(self, first: int) -> None:
        """The chain of events since a position is whole."""
        self._desk.seal()
        headers = self._desk.service.caller("X", scopes=["admin"])
        asked = self._desk.service.http.get("/v1/audit/verify", params={"first": first}, headers=headers)
        answer = self._desk.wait(asked)
        assert answer.status_code == 200, answer.text
        assert answer.json()["intact"] is True

    def each_act_was_told_once(self, reports: list[Report]) -> None:
        ids = [version.id for one in reports for version in one.versions]
        told = {row["type"]: row["many"] for row in self._desk.sql(TOLD, ids)}
        decisions = [version.decision for one in reports for version in one.versions]
        expected = {
            "submission.received": len(ids),
            "submission.accepted": decisions.count("accepted"),
            "submission.returned": decisions.count("returned"),
        }
        assert {type_: told.get(type_, 0) for type_ in expected} == expected

    def the_owner_sees(self, occurrence: str) -> Any:
        return self._desk.read(f"/v1/occurrences/{occurrence}/consolidation", OWNER)


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
