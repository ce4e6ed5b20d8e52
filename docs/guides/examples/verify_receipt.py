"""Check a receipt without asking anyone: python verify_receipt.py RECEIPT JWKS

RECEIPT is a file with the receipt, JWKS one with the published keys (/.well-known/receipt-jwks.json).
Needs: pip install cryptography
"""

import base64
import json
import sys
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric import ec, utils
from cryptography.hazmat.primitives.hashes import SHA256


def decode(text: str) -> bytes:
    """Read base64url without padding."""
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


receipt, jwks = (Path(name).read_text().strip() for name in sys.argv[1:3])
head, body, signature = receipt.split(".")
header = json.loads(decode(head))
if (header["alg"], header["typ"]) != ("ES256", "gcm-receipt+jwt"):
    sys.exit("this is no receipt")
jwk = next(key for key in json.loads(jwks)["keys"] if key["kid"] == header["kid"])
x, y = (int.from_bytes(decode(jwk[name]), "big") for name in "xy")
key = ec.EllipticCurvePublicNumbers(x, y, ec.SECP256R1()).public_key()
r, s = (int.from_bytes(half, "big") for half in (decode(signature)[:32], decode(signature)[32:]))
key.verify(utils.encode_dss_signature(r, s), f"{head}.{body}".encode(), ec.ECDSA(SHA256()))  # or InvalidSignature
sys.stdout.write(json.dumps(json.loads(decode(body)), indent=2, ensure_ascii=False) + "\n")
