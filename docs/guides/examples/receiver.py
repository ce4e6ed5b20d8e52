"""A webhook receiver on this machine, standard library only: python3 receiver.py PORT SECRET

It checks every signature, takes each event once, and prints what came.
"""

import base64
import hashlib
import hmac
import json
import sys
import time
from http.server import BaseHTTPRequestHandler, HTTPServer

port, secret = int(sys.argv[1]), base64.b64decode(sys.argv[2].removeprefix("whsec_"))
seen: set[str] = set()  # keep the ids in your database


def is_genuine(headers, body: bytes) -> bool:
    """Check a Standard Webhooks v1 signature, and that it is not older than five minutes."""
    signed = f"{headers['webhook-id']}.{headers['webhook-timestamp']}.".encode() + body
    expected = "v1," + base64.b64encode(hmac.digest(secret, signed, hashlib.sha256)).decode()
    offered = headers["webhook-signature"].split()
    is_fresh = abs(time.time() - int(headers["webhook-timestamp"])) < 300
    return is_fresh and any(hmac.compare_digest(expected, one) for one in offered)


class Receiver(BaseHTTPRequestHandler):
    """Verify first, on the raw bytes; remember the id; answer quickly; work later."""

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["content-length"]))
        if not is_genuine(self.headers, body):
            self.answer(400)
            return
        event = json.loads(body)
        if event["id"] not in seen:
            seen.add(event["id"])
            print("webhook", event["type"], json.dumps(event["data"], ensure_ascii=False), flush=True)  # noqa: T201
        self.answer(204)

    def answer(self, status: int) -> None:
        self.send_response(status)
        self.end_headers()

    def log_message(self, format: str, *args: object) -> None:
        """Say nothing about single requests."""


HTTPServer(("127.0.0.1", port), Receiver).serve_forever()
