"""Who may see and change contacts, and how addresses are written. Nothing here keeps or tells anything."""

import re

MAIL = re.compile(
    r"[^\s@<>\"',;:\\()\[\]]{1,64}@[a-z0-9](?:[a-z0-9-]*[a-z0-9])?(?:\.[a-z0-9](?:[a-z0-9-]*[a-z0-9])?)+"
)
LONGEST_MAIL = 254
PHONE = re.compile(r"\+?[0-9]{6,15}")
HOME = "+84"


def may_keep(agency: str, acting_agency: str, *, is_steward: bool) -> bool:
    """Say whether somebody may see and change the contacts of an agency: itself, its steward, an administrator."""
    return is_steward or acting_agency == agency


def normal_mail(written: str) -> str | None:
    """Return the kept form of an e-mail address, None when it is none."""
    name, _, domain = written.strip().rpartition("@")
    mail = f"{name}@{domain.lower()}"
    return mail if len(mail) <= LONGEST_MAIL and MAIL.fullmatch(mail) else None


def normal_phone(written: str) -> str | None:
    """Return the kept form of a phone number, with the country in front; None when it is none."""
    digits = re.sub(r"[\s().-]", "", written)
    digits = "+" + digits[2:] if digits.startswith("00") else digits
    if not PHONE.fullmatch(digits):
        return None
    return HOME + digits[1:] if digits.startswith("0") else digits
