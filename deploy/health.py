"""The health check of a container: asks the process beside it whether it can work. Standard library only."""

import os
import sys
import urllib.error
import urllib.request


def is_ready(port: str) -> bool:
    """Say whether /readyz answers 200."""
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/readyz", timeout=3) as answer:
            return bool(answer.status == 200)
    except (OSError, urllib.error.URLError):
        return False


if __name__ == "__main__":
    sys.exit(0 if is_ready(os.environ.get("GCM_PORT", "8000")) else 1)
