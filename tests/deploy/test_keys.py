import json

from cryptography.fernet import Fernet

from deploy.keys import PRIVATE_KEYS, ensure_keys
from kernel.jose import KeySet, SigningKey, verify


def test_every_key_of_the_architecture_is_made(folder):
    ensure_keys(folder)

    assert {path.name for path in folder.iterdir()} == {
        "access-1.pem",
        "internal.pem",
        "internal.jwks.json",
        "service-gateway.pem",
        "service-registry.pem",
        "service-submissions.pem",
        "service-notifications.pem",
        "service.jwks.json",
        "receipt-1.pem",
        "client-pepper",
        "webhook-keys",
    }


def test_a_second_call_changes_nothing(folder):
    ensure_keys(folder)
    before = {path.name: path.read_bytes() for path in folder.iterdir()}

    assert ensure_keys(folder) == []
    assert {path.name: path.read_bytes() for path in folder.iterdir()} == before


def test_a_lost_key_is_made_anew_and_the_old_public_half_stays(folder):
    ensure_keys(folder)
    before = json.loads((folder / "internal.jwks.json").read_text())["keys"]
    (folder / "internal.pem").unlink()

    assert ensure_keys(folder) == ["internal.pem", "internal.jwks.json"]
    after = json.loads((folder / "internal.jwks.json").read_text())["keys"]
    assert after[0] == before[0]
    assert len(after) == 2


def test_only_the_owner_reads_secrets(folder):
    ensure_keys(folder)

    open_to_others = {path.name for path in folder.iterdir() if path.stat().st_mode & 0o077}

    assert open_to_others == {"internal.jwks.json", "service.jwks.json"}


def test_the_kernel_signs_and_checks_with_them(folder):
    ensure_keys(folder)
    key = SigningKey.load(folder / "service-registry.pem")
    claims = {"iss": "registry", "sub": "registry", "aud": "submissions", "iat": 1, "exp": 2**40}
    token = key.sign(claims, "gcm-service+jwt")
    keys = KeySet.load(folder / "service.jwks.json").of("registry")

    proved = verify(token, keys, typ="gcm-service+jwt", issuer="registry", audience="submissions")

    assert proved == claims


def test_no_two_private_keys_are_the_same(folder):
    ensure_keys(folder)

    assert len({(folder / f"{name}.pem").read_bytes() for name in PRIVATE_KEYS}) == len(PRIVATE_KEYS)


def test_pepper_and_webhook_keys_have_the_form_that_their_users_read(folder):
    ensure_keys(folder)

    assert len(bytes.fromhex((folder / "client-pepper").read_text().strip())) == 32
    Fernet((folder / "webhook-keys").read_text().strip())
