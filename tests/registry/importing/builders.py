"""Spreadsheets as people make them."""

import io
import re

import openpyxl

CSV = "text/csv"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
IMPORTS = "/v1/imports"
HEADER = ("id", "name_vi", "name_en", "kind", "parent", "province", "valid_from")


def a_row(code, **changes):
    row = {
        "id": code,
        "name_vi": f"Sở nhập {code}",
        "name_en": f"Imported {code}",
        "kind": "provincial_department",
        "parent": "UBND-P42",
        "province": "P42",
        "valid_from": "2026-01-01",
    }
    return row | changes


def a_csv(*rows, separator=","):
    names = list(dict.fromkeys(name for row in rows for name in row)) or list(HEADER)
    lines = [separator.join(names)]
    lines += [separator.join(_quoted(str(row.get(name, "")), separator) for name in names) for row in rows]
    return "\n".join(lines).encode()


def _quoted(cell, separator):
    return '"' + cell.replace('"', '""') + '"' if re.search(rf'[{re.escape(separator)}"\n]', cell) else cell


def a_workbook(*sheets):
    """Return a workbook; a sheet is (title, rows) with cells as Python values."""
    book = openpyxl.Workbook()
    book.remove(book.active)
    for title, rows in sheets:
        sheet = book.create_sheet(title)
        for row in rows:
            sheet.append(row)
    return saved(book)


def saved(book):
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()


async def send(client, headers, content, *, kind="agencies", media=CSV, reason="Nghị quyết 9", **more):
    return await client.post(
        IMPORTS,
        params={"kind": kind, "reason": reason},
        content=content,
        headers=headers | {"Content-Type": media} | more,
    )


async def preview(client, headers, content, **more):
    answer = await send(client, headers, content, **more)
    assert answer.status_code == 201, answer.text
    return answer


async def rows_of(client, headers, made, **params):
    answer = await client.get(
        f"{IMPORTS}/{made.json()['id']}/rows", params={"limit": 500, **params}, headers=headers
    )
    assert answer.status_code == 200, answer.text
    return answer.json()["items"]


async def apply(client, headers, made):
    return await client.post(
        f"{IMPORTS}/{made.json()['id']}/apply", headers=headers | {"If-Match": made.headers["ETag"]}
    )


def rules(row):
    return [finding["rule"] for finding in row["findings"]]
