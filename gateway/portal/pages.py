"""The pages of the portal as text: the API browser and the list of problems. Nothing is fetched from elsewhere."""

import html
import re
from functools import cache
from pathlib import Path

STATIC = Path(__file__).parent / "static"
FILES = {
    "swagger-ui.css": "text/css; charset=utf-8",
    "swagger-ui-bundle.js": "text/javascript; charset=utf-8",
    "start.js": "text/javascript; charset=utf-8",
}
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; "
    "connect-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
)
PAGE_HEADERS = {"Content-Security-Policy": POLICY, "X-Content-Type-Options": "nosniff"}

BROWSER = """<!DOCTYPE html>
<html lang="vi">
<head>
<meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>GCM Hub API</title>
<link rel="stylesheet" href="/docs/swagger-ui.css"><link rel="icon" href="data:,">
</head>
<body><div id="swagger-ui"></div>
<script src="/docs/swagger-ui-bundle.js"></script><script src="/docs/start.js"></script></body>
</html>
"""

_CODE_CELL = re.compile(r"^\| `([a-z_]+)`", re.MULTILINE)


@cache
def read_file(name: str) -> bytes:
    """Return one file of the API browser."""
    return (STATIC / name).read_bytes()


def problems_page(markdown: str) -> str:
    """Return the list of problems as a page on which every code is an anchor, for `type` points there."""
    text = _CODE_CELL.sub(r'| <b id="\1">\1</b>', html.escape(markdown, quote=False))
    return (
        '<!DOCTYPE html>\n<html lang="en"><head><meta charset="utf-8"><title>Problems</title></head>\n'
        f'<body><pre style="white-space: pre-wrap">{text}</pre></body></html>\n'
    )
