"""How the body of a report is told in the OpenAPI document: one example for each format."""

from typing import Any

from services.submissions.checking.read_json import SUBMISSION
from services.submissions.submission.documenting import inlined
from services.submissions.submission.reading import CSV, JSON, SDMX_CSV, XLSX
from services.submissions.submission.schemas import EXAMPLE

BODY: dict[str, Any] = {
    "requestBody": {
        "required": True,
        "content": {
            JSON: {
                "schema": inlined(SUBMISSION.json_schema()),
                "example": EXAMPLE,
            },
            CSV: {
                "schema": {
                    "type": "string",
                    "description": "Columns: `indicator`, one per dimension, `value`, `status`, `reason`.",
                },
                "example": "indicator,sex,partner_country,value,status,reason\nLABOUR.OUT.FLOW,female,JP,12,,\n",
            },
            f"{SDMX_CSV};version=2.0.0": {
                "schema": {
                    "type": "string",
                    "description": "SDMX-CSV 2.0: rows that merge into, replace or delete figures of the latest "
                    "version (`ACTION` I, A, M, R, D).",
                },
                "example": "STRUCTURE,STRUCTURE_ID,ACTION,INDICATOR,SEX,PARTNER_COUNTRY,OBS_VALUE\n"
                "dataflow,GCM:migration-data(1.0),M,LABOUR_OUT_FLOW,female,JP,12\n",
            },
            XLSX: {
                "schema": {
                    "type": "string",
                    "format": "binary",
                    "description": "The template of the report, filled in; or sheets with the columns of the CSV.",
                }
            },
        },
    }
}
