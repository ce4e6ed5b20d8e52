"""Receipts: a signed statement of what came, from whom and when. Anyone can check one without asking us."""

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from kernel.clock import in_vietnam
from kernel.jose import SigningKey
from services.submissions.submission.tables import Submission

RECEIPT_TYP = "gcm-receipt+jwt"


@dataclass(frozen=True)
class ReceiptSigner:
    """Signs receipts with the newest receipt key of this installation."""

    key: SigningKey
    public_keys: tuple[dict[str, str], ...]
    issuer: str
    sandbox: bool

    @classmethod
    def load(cls, keys_dir: Path, *, issuer: str, sandbox: bool) -> "ReceiptSigner":
        """Read every receipt key; the last by name signs."""
        keys = [SigningKey.load(path) for path in sorted(keys_dir.glob("receipt-*.pem"))]
        if not keys:
            raise FileNotFoundError("there is no receipt-*.pem among the key files")
        return cls(keys[-1], tuple(key.public_jwk for key in keys), issuer, sandbox)

    def sign(self, submission: Submission, period: str, punctuality: str | None) -> str:
        """Return the receipt of a submission that is about to be stored."""
        return self.key.sign(self.claims(submission, period, punctuality), RECEIPT_TYP)

    def claims(self, submission: Submission, period: str, punctuality: str | None) -> dict[str, Any]:
        """Return what the receipt states."""
        return {
            "iss": self.issuer,
            "iat": _seconds(submission.received_at),
            "jti": str(submission.id),
            "occurrence": str(submission.occurrence_id),
            "submission": str(submission.id),
            "version": submission.version,
            "agency": submission.agency,
            "agency_name_vi": submission.agency_name_vi,
            "agency_name_en": submission.agency_name_en,
            "submitted_by": submission.submitted_by,
            "period": period,
            "form": submission.form,
            "form_version": submission.form_version,
            "rules_version": submission.rules_version,
            "content_sha256": submission.content_sha256,
            "received_at": in_vietnam(submission.received_at),
            "punctuality": punctuality,
            "sandbox": self.sandbox,
        }


def _seconds(instant: datetime) -> int:
    return int(instant.timestamp())
