"""Where webhooks may be sent: public addresses only, however an inside one is written."""

from ipaddress import IPv4Address, IPv6Address, ip_network

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.notifications.endpoint.address import (
    TargetPolicy,
    is_public,
    policy_of,
    read_address,
    require_target,
)
from services.notifications.endpoint.errors import TargetRefused

NOWHERE = TargetPolicy()
HERE = TargetPolicy((ip_network("127.0.0.1/32"),))


@pytest.mark.parametrize(
    "url",
    [
        "https://hatinh.example.vn/gcm",
        "https://hatinh.example.vn:8443/gcm?key=1",
        "https://93.184.216.34/",
        "https://[2606:2800:220:1::1]/",
        "https://xn--h-tnh-7qa.vn/",
    ],
)
def test_a_public_https_address_is_taken(url):
    require_target(url, NOWHERE)


@pytest.mark.parametrize(
    "url",
    [
        "https://127.0.0.1/",
        "https://127.1/",
        "https://0x7f000001/",
        "https://2130706433/",
        "https://10.0.0.5/",
        "https://172.16.9.9/",
        "https://192.168.1.1/",
        "https://169.254.169.254/latest/meta-data",
        "https://100.64.0.1/",
        "https://0.0.0.0/",
        "https://224.0.0.1/",
        "https://255.255.255.255/",
        "https://[::1]/",
        "https://[::]/",
        "https://[::ffff:10.0.0.1]/",
        "https://[::ffff:93.184.216.34]/",
        "https://[64:ff9b::10.0.0.1]/",
        "https://[64:ff9b::a00:1]/",
        "https://[2002:a00:1::]/",
        "https://[2001:0:4136:e378::]/",
        "https://[fe80::1]/",
        "https://[fe80::1%25eth0]/",
        "https://[fc00::1]/",
        "https://localhost/",
        "https://db.localhost/",
        "https://vault.internal/",
        "https://postgres/",
    ],
)
def test_an_inside_address_is_refused(url):
    with pytest.raises(TargetRefused) as refusal:
        require_target(url, NOWHERE)

    assert refusal.value.facts["errors"][0]["pointer"] == "/url"


@pytest.mark.parametrize(
    ("url", "rule"),
    [
        ("http://hatinh.example.vn/", "https_only"),
        ("ftp://hatinh.example.vn/", "https_only"),
        ("hatinh.example.vn/hook", "url_invalid"),
        ("https://", "url_invalid"),
        ("https://user:word@hatinh.example.vn/", "url_invalid"),
        ("https://hatinh.example.vn/#part", "url_invalid"),
        ("https://hatinh.example.vn:99999/", "url_invalid"),
        ("https://hatinh.example.vn/a b", "url_invalid"),
        ("https://hatinh.example.vn\\@127.0.0.1/", "url_invalid"),
        ("https://hatinh.example.vn/\r\nX: 1", "url_invalid"),
        ("https://hà-tĩnh.vn/", "url_invalid"),
        ("https://[::1/", "url_invalid"),
    ],
)
def test_what_is_no_https_url_is_refused(url, rule):
    with pytest.raises(TargetRefused) as refusal:
        require_target(url, NOWHERE)

    assert refusal.value.facts["errors"][0]["rule"] == rule


def test_an_allowed_network_opens_itself_and_nothing_beside_it():
    require_target("http://127.0.0.1:9000/hook", HERE)
    for url in ("http://127.0.0.2/", "http://10.0.0.1/", "https://192.168.0.1/"):
        with pytest.raises(TargetRefused):
            require_target(url, HERE)


def test_http_to_a_public_address_is_not_opened_by_an_allowed_network():
    assert not HERE.opens(IPv4Address("93.184.216.34"), plain=True)
    assert HERE.opens(IPv4Address("93.184.216.34"), plain=False)


def test_allowed_networks_count_in_a_sandbox_only():
    assert policy_of(HERE.allowed, sandbox=True) == HERE
    assert policy_of(HERE.allowed, sandbox=False) == NOWHERE


@given(st.ip_addresses(v=4))
def test_no_mapped_or_translated_form_of_any_address_is_public(inner):
    number = int(inner)
    forms = (0xFFFF << 32 | number, number, int(IPv6Address("64:ff9b::")) | number)
    assert not any(is_public(IPv6Address(form)) for form in forms)


@given(st.ip_addresses())
def test_only_global_addresses_are_public(address):
    assert not is_public(address) or (address.is_global and not address.is_multicast)


@given(st.text(max_size=50))
def test_any_text_is_judged_without_a_fault(text):
    read_address(text)
    try:
        require_target("https://" + text, NOWHERE)
    except TargetRefused:
        return
