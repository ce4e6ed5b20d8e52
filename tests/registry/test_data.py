"""The reference files themselves: provenance holds, ids resolve, text is composed."""

import csv
import hashlib
import re
import unicodedata
from pathlib import Path

import pytest

DATA = Path(__file__).resolve().parents[2] / "data"
FILES = sorted(path.name for path in DATA.glob("*.csv"))
SECTION = re.compile(
    r"## (?P<file>\S+\.csv)\n\n- rows: (?P<rows>\d+)\n- columns: (?P<columns>.+)\n- made from: .+\n"
    r"- uncertain: .+\n- sha256: `(?P<sha>[0-9a-f]{64})`"
)
PROVENANCE = {m["file"]: m for m in SECTION.finditer((DATA / "PROVENANCE.md").read_text(encoding="utf-8"))}


def lines_of(file):
    with (DATA / file).open(encoding="utf-8", newline="") as opened:
        return list(csv.DictReader(opened))


def ids_of(*files, key="id"):
    return {line[key] for file in files for line in lines_of(file)}


TASK_FILES = ("tasks_402.csv", "tasks_hatinh_167.csv", "tasks_kontum.csv", "tasks_actip_1957.csv")
NATIONAL = ("tasks_402.csv", "tasks_actip_1957.csv")
AGENCIES = ids_of("agencies.csv", "missions.csv")
GROUPS = ids_of("agency_groups.csv")
PARTIES = AGENCIES | GROUPS
INSTRUMENTS = ids_of("instruments.csv")
TASKS = ids_of(*TASK_FILES)
OBLIGATIONS = ids_of("obligations.csv")
PROVINCES = ids_of("provinces.csv")

REFERENCES = [
    ("agencies.csv", "parent", AGENCIES),
    ("agencies.csv", "province", PROVINCES),
    ("agency_groups.csv", "scope", PROVINCES | {"national"}),
    ("agency_groups.csv", "member_kinds", ids_of("group_kinds.csv", key="member_kind")),
    ("successions.csv", "predecessor", AGENCIES),
    ("successions.csv", "successor", AGENCIES),
    ("province_successions.csv", "predecessor", PROVINCES),
    ("province_successions.csv", "successor", PROVINCES),
    ("instruments.csv", "issuer", AGENCIES),
    ("instruments.csv", "based_on", INSTRUMENTS),
    ("plans.csv", "id", INSTRUMENTS),
    ("plans.csv", "steward", AGENCIES),
    ("plans.csv", "derives_from", INSTRUMENTS),
    *((file, column, PARTIES) for file in TASK_FILES for column in ("lead", "coord")),
    *((file, "derives_from", TASKS) for file in TASK_FILES if file not in NATIONAL),
    ("duties.csv", "actor", PARTIES),
    ("duties.csv", "coord", PARTIES),
    ("gcm_objectives.csv", "tasks_402_editorial", TASKS),
    ("obligations.csv", "instrument", INSTRUMENTS),
    ("obligations.csv", "reporter", PARTIES),
    ("obligations.csv", "recipient", PARTIES),
    ("obligations.csv", "via", AGENCIES),
    ("obligations.csv", "next_level", OBLIGATIONS | AGENCIES),
    ("obligations.csv", "satisfied_by", OBLIGATIONS),
]


def test_every_file_has_its_provenance_and_nothing_else_has():
    assert sorted(PROVENANCE) == FILES


@pytest.mark.parametrize("file", FILES)
def test_rows_columns_and_sum_are_as_the_provenance_says(file):
    said, lines = PROVENANCE[file], lines_of(file)

    assert len(lines) == int(said["rows"])
    assert list(lines[0]) == said["columns"].split(", ")
    assert hashlib.sha256((DATA / file).read_bytes()).hexdigest() == said["sha"]


@pytest.mark.parametrize(("file", "column", "known"), REFERENCES)
def test_every_reference_resolves(file, column, known):
    named = {part for line in lines_of(file) for part in line[column].split("|") if part}

    assert named
    assert named <= known, named - known


@pytest.mark.parametrize("file", FILES)
def test_text_is_composed_and_lines_end_plainly(file):
    raw = (DATA / file).read_bytes()

    assert b"\r" not in raw
    assert raw.decode("utf-8") == unicodedata.normalize("NFC", raw.decode("utf-8"))


def test_what_is_reported_on_a_form_names_one_that_is_shipped():
    forms = {(line["subject"], line["form"]) for line in lines_of("obligations.csv") if line["form"]}
    shipped = {path.name.rpartition("-")[0] for path in (DATA / "forms").glob("*.json")}

    assert forms == {
        ("migration_data", "migration-data"),
        ("plan_report", "plan-report"),
        ("consolidated_report", "consolidated-report"),
        ("consolidated_report", "plan-report"),
        ("difficulties", "difficulties"),
        ("amendment_proposal", "amendment-proposal"),
        ("migration_profile", "migration-profile"),
        ("actip_report", "actip-report"),
        ("review", "actip-review"),
    }
    assert {form for _, form in forms} == shipped


def test_high_confidence_and_the_three_of_ha_tinh_are_confirmed_and_no_other():
    lines = lines_of("successions.csv")
    confirmed = {line["id"] for line in lines if line["state"] == "confirmed"}

    assert confirmed == {li["id"] for li in lines if li["confidence"] == "high"} | {"S20", "S21", "S22"}
    assert len(confirmed) == 67
