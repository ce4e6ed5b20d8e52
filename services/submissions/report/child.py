"""The process that draws one document: content in, bytes out. It has nothing else, and writes no file."""

import resource
import sys
from importlib import import_module

from services.submissions.report.content import Document
from services.submissions.report.kinds import Format

CPU_SECONDS = 60


def main() -> None:
    """Draw what comes in, in the format that is named."""
    resource.setrlimit(resource.RLIMIT_CPU, (CPU_SECONDS, CPU_SECONDS))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    format_ = Format(sys.argv[1])
    drawer = import_module(f"services.submissions.report.draw_{format_.value}")
    document = Document.model_validate_json(sys.stdin.buffer.read())
    sys.stdout.buffer.write(drawer.draw(document))


if __name__ == "__main__":
    main()
