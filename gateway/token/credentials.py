"""How a client says who it is: by HTTP Basic or in the form, never both. Values in, value or refusal out."""

import base64
import binascii
from dataclasses import dataclass
from urllib.parse import parse_qsl, unquote_plus

from gateway.token.errors import InvalidClient, InvalidRequest

MAX_FORM_BYTES = 16 * 1024
MAX_FIELDS = 20
FORM_TYPE = "application/x-www-form-urlencoded"


@dataclass(frozen=True)
class Credentials:
    """A client id and the secret that shall prove it."""

    client_id: str
    secret: str


def read_form(content_type: str | None, body: bytes) -> dict[str, str]:
    """Return the fields of an OAuth request; one that stands twice is refused."""
    if (content_type or "").split(";")[0].strip().lower() != FORM_TYPE:
        raise InvalidRequest(f"Send the fields as {FORM_TYPE}.")
    if len(body) > MAX_FORM_BYTES:
        raise InvalidRequest(f"The form has at most {MAX_FORM_BYTES} bytes.")
    try:
        pairs = parse_qsl(body.decode("ascii"), keep_blank_values=True, errors="strict", max_num_fields=MAX_FIELDS)
    except ValueError as error:
        raise InvalidRequest("The form cannot be read.") from error
    form = dict(pairs)
    if len(form) != len(pairs):
        raise InvalidRequest("A field stands twice.")
    if any("\x00" in value for value in form.values()):
        raise InvalidRequest("A field contains the character U+0000.")
    return {name: value for name, value in form.items() if value}


def read_credentials(authorization: list[str], form: dict[str, str]) -> Credentials:
    """Return the credentials of a request, by whichever of the two ways it chose."""
    if len(authorization) > 1:
        raise InvalidRequest("Authorization stands twice.")
    if authorization and "client_secret" in form:
        raise InvalidRequest("Use one way to authenticate, not two.")
    if authorization:
        credentials = _read_basic(authorization[0])
        if form.get("client_id", credentials.client_id) != credentials.client_id:
            raise InvalidRequest("client_id differs from the one in Authorization.")
        return credentials
    if "client_id" not in form or "client_secret" not in form:
        raise InvalidClient()
    return Credentials(form["client_id"], form["client_secret"])


def _read_basic(header: str) -> Credentials:
    scheme, _, encoded = header.partition(" ")
    if scheme.lower() != "basic":
        raise InvalidClient()
    try:
        client_id, colon, secret = base64.b64decode(encoded.strip(), validate=True).decode().partition(":")
        credentials = Credentials(unquote_plus(client_id, errors="strict"), unquote_plus(secret, errors="strict"))
    except (binascii.Error, ValueError) as error:
        raise InvalidClient() from error
    if not colon or "\x00" in credentials.client_id or not credentials.client_id:
        raise InvalidClient()
    return credentials
