"""Fetch an access token with a client's credentials file and print nothing but the token.

TOKEN=$(python -m deploy.token)
"""

import argparse
import json
import os
import sys
from pathlib import Path

import httpx

from deploy.holding import find_holder


def fetch_token(url: str, client_id: str, client_secret: str) -> str:
    """Return an access token with every scope that the client has."""
    answer = httpx.post(
        f"{url}/oauth/token",
        data={"grant_type": "client_credentials"},
        auth=(client_id, client_secret),
        trust_env=False,
    )
    if answer.status_code != 200:
        sys.exit(f"The gateway refused: {answer.status_code} {answer.text}")
    token: str = answer.json()["access_token"]
    return token


def main() -> None:
    """Print a token for the credentials of a file; by default the sandbox administrator's."""
    arguments = argparse.ArgumentParser(description=main.__doc__)
    arguments.add_argument("--folder", type=Path, default=Path(os.environ.get("GCM_FOLDER", ".local/run")))
    arguments.add_argument("--file", type=Path, help="a file with client_id and client_secret as JSON")
    given = arguments.parse_args()
    holder = find_holder(given.folder)
    if holder is None:
        sys.exit("Nothing runs here. Start it with: make run")
    words = json.loads((given.file or given.folder / "sandbox-admin").read_text())
    print(fetch_token(holder.url, words["client_id"], words["client_secret"]))


if __name__ == "__main__":
    main()
