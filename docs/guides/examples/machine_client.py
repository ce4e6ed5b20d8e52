"""An agency's own system: what it owes, the submission, its receipt.

python machine_client.py OBLIGATION FILE.csv     with GCM, CLIENT_ID, CLIENT_SECRET in the environment
Needs: pip install httpx
"""

import hashlib
import os
import sys
import time
from pathlib import Path

import httpx

RETRY = {429, 502, 503, 504}


class Hub:
    """One client of GCM Hub. Keeps a token, waits when it is told to, repeats safely."""

    def __init__(self, address: str, client_id: str, client_secret: str) -> None:
        self.http = httpx.Client(base_url=address, timeout=60)
        self.credentials = (client_id, client_secret)
        self.token, self.token_ends = "", 0.0

    def call(self, method: str, path: str, **options) -> httpx.Response:
        """Send one request; every POST needs a key in `headers`, so that repeating it is harmless."""
        headers = options.pop("headers", {})
        for attempt in range(8):
            answer = self.send(method, path, headers, options)
            if answer is not None and answer.status_code not in RETRY:
                return answer
            asked = answer.headers.get("retry-after") if answer is not None else None
            time.sleep(float(asked or min(2**attempt, 60)))
        sys.exit(f"{path} does not answer")

    def send(self, method, path, headers, options) -> httpx.Response | None:
        try:
            bearer = {"Authorization": f"Bearer {self.access_token()}"}
            return self.http.request(method, path, headers={**headers, **bearer}, **options)
        except httpx.TransportError:
            return None

    def access_token(self) -> str:
        """Return a token, a new one a minute before the old one ends."""
        if time.monotonic() > self.token_ends:
            form = {"grant_type": "client_credentials"}
            answer = self.http.post("/oauth/token", data=form, auth=self.credentials)
            if answer.status_code in RETRY:
                raise httpx.TransportError("the gateway is busy")
            answer.raise_for_status()
            self.token = answer.json()["access_token"]
            self.token_ends = time.monotonic() + answer.json()["expires_in"] - 60
        return self.token


def main(obligation: str, file: Path) -> None:
    """Report the figures of a file for the period of the obligation that is owed next."""
    hub = Hub(os.environ["GCM"], os.environ["CLIENT_ID"], os.environ["CLIENT_SECRET"])
    agency = hub.call("GET", "/v1/me").json()["agency"]["id"]
    wanted = {"agency": agency, "obligation": obligation, "state": "owed", "limit": "1"}
    owed = hub.call("GET", "/v1/occurrences", params=wanted).json()["items"]
    if not owed:
        sys.exit(f"{agency} owes nothing of {obligation}")
    print(f"{agency} owes {obligation} {owed[0]['period']} by {owed[0]['due_at']}")  # noqa: T201

    figures = file.read_bytes()
    report = {"params": {"occurrence": owed[0]["id"]}, "content": figures}
    key = hashlib.sha256(owed[0]["id"].encode() + figures).hexdigest()
    headers = {"Content-Type": "text/csv", "Idempotency-Key": key}
    answer = hub.call("POST", "/v1/submissions", headers=headers, **report)
    if answer.is_client_error:
        for finding in answer.json().get("errors", []):
            print(finding.get("row"), finding.get("column"), finding["rule"], finding.get("message"))  # noqa: T201
        sys.exit(f"nothing was stored: {answer.json()['detail']}")
    answer.raise_for_status()
    submission = answer.json()
    file.with_suffix(".receipt").write_text(submission["receipt"])
    print(f"version {submission['version']} received {submission['received_at']}")  # noqa: T201


if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]))
