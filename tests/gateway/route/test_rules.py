"""Where a path leads, what crosses the door, how fast one may go."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.route.headers import HeaderTwice, pass_in, pass_out, read_singles
from gateway.route.limit import Limiter
from gateway.route.paths import PathRefused, read_path
from gateway.route.table import Owner, find_way
from kernel.errors import BadRequest


def owner_of(path: str) -> Owner | None:
    plain = read_path(path.encode())
    way = find_way(plain.text, plain.segments)
    return way.owner if way else None


@pytest.mark.parametrize(
    ("path", "owner"),
    [
        ("/v1/agencies", "registry"),
        ("/v1/agencies/HT-SNV/duties", "registry"),
        ("/v1/plans/QD-402-2020/tasks/QD-402-2020%2F2.1", "registry"),
        ("/v1/calendar-overrides", "registry"),
        ("/v1/timeline", "registry"),
        ("/v1/gcm-objectives", "registry"),
        ("/v1/instruments/QD-402-2020/files/1", "registry"),
        ("/v1/submissions", "submissions"),
        ("/v1/reports/yearly", "submissions"),
        ("/v1/audit/verify", "submissions"),
        ("/v1/webhook-endpoints/1/secret/rotate", "notifications"),
        ("/v1/event-types", "notifications"),
        ("/v1/jobs/reg_1", "registry"),
        ("/v1/jobs/sub_1", "submissions"),
        ("/v1/jobs/ntf_1", "notifications"),
        ("/v1/clients/x", "gateway"),
        ("/v1/me", "gateway"),
        ("/v1/status", "gateway"),
        ("/docs/swagger-ui.css", "gateway"),
        ("/.well-known/receipt-jwks.json", "submissions"),
        ("/calendars/secret.ics", "notifications"),
    ],
)
def test_a_path_leads_to_its_service(path: str, owner: str):
    assert owner_of(path) == owner


@pytest.mark.parametrize(
    "path",
    [
        "/internal/feed",
        "/internal",
        "/metrics",
        "/v1",
        "/v1/jobs",
        "/v1/jobs/xyz_1",
        "/v1/internal/feed",
        "/v2/agencies",
        "/agencies",
        "/docs/a/b",
        "/oauth/authorize/x",
    ],
)
def test_a_path_that_is_nobodys_leads_nowhere(path: str):
    assert owner_of(path) is None


@pytest.mark.parametrize(
    "path",
    [
        "/v1/agencies/../clients",
        "/v1/agencies/%2e%2e/clients",
        "/v1/agencies/.%2E/clients",
        "/v1/./agencies",
        "/v1//agencies",
        "//internal/feed",
        "/v1/agencies/",
        "/v1/agencies%2FHT",
        "/v1%2fclients",
        "/v1/plans/QD%2F402/tasks",
        "/v1/plans/a/tasks/b/c%2Fd",
        "/v1/plans/a/tasks/..%2F..%2F..%2Finternal",
        "/v1/plans/a/tasks/b%2F%2e%2e",
        "/v1/plans/a/tasks/%2Fb",
        "/v1/agencies/a%00",
        "/v1/agencies/a%0D%0AX",
        "/v1/agencies/a%5C..%5Cb",
        "/v1/agencies/%",
        "/v1/agencies/%zz",
        "/v1/agencies/%ff",
        "/" + "a" * 5000,
        "*",
        "",
        "http://elsewhere/v1",
    ],
)
def test_a_path_that_can_be_read_two_ways_is_refused(path: str):
    with pytest.raises(PathRefused):
        read_path(path.encode())


def test_a_path_is_forwarded_in_one_normal_form():
    plain = read_path(b"/v1/%61gencies/S%e1%bb%9f%20N%E1%BB%99i;v=1@x")

    assert plain.text == "/v1/agencies/Sở Nội;v=1@x"
    assert plain.raw == b"/v1/agencies/S%E1%BB%9F%20N%E1%BB%99i;v=1@x"


def test_a_slash_inside_a_tasks_code_stays_encoded():
    plain = read_path(b"/v1/plans/QD-402-2020/tasks/QD-402-2020%2f2.1")

    assert plain.raw == b"/v1/plans/QD-402-2020/tasks/QD-402-2020%2F2.1"
    assert plain.segments[4] == "QD-402-2020/2.1"


@given(st.lists(st.text(alphabet=st.sampled_from("ab./%2eEfF5cC\\"), max_size=8), min_size=1, max_size=5))
def test_whatever_is_let_through_means_the_same_when_it_is_read_again(parts: list[str]):
    raw = ("/" + "/".join(parts)).encode()
    try:
        plain = read_path(raw)
    except PathRefused:
        return

    assert read_path(plain.raw) == plain
    assert not {"", ".", ".."} & set(plain.text[1:].split("/")) or plain.text == "/"


def test_only_known_fields_come_in_and_none_that_names_an_identity():
    got = pass_in(
        [
            (b"accept", b"text/csv"),
            (b"authorization", b"Bearer x"),
            (b"cookie", b"a=b"),
            (b"x-client-id", b"admin"),
            (b"x-forwarded-for", b"1.2.3.4"),
            (b"forwarded", b"for=1.2.3.4"),
            (b"x-on-behalf-of", b"BNG"),
            (b"host", b"gateway"),
            (b"transfer-encoding", b"chunked"),
            (b"idempotency-key", b"k"),
        ]
    )

    assert got == [(b"accept", b"text/csv"), (b"idempotency-key", b"k")]


def test_what_connection_names_stays_at_the_door():
    headers = [
        (b"connection", b"close, If-Match"),
        (b"connection", b"Prefer"),
        (b"if-match", b"*"),
        (b"prefer", b"x"),
        (b"range", b"bytes=0-1"),
    ]

    assert pass_in(headers) == [(b"range", b"bytes=0-1")]


def test_hop_by_hop_fields_do_not_go_out_either():
    headers = [
        (b"Connection", b"X-Hop"),
        (b"X-Hop", b"1"),
        (b"Keep-Alive", b"1"),
        (b"ETag", b'"a"'),
        (b"Date", b"x"),
    ]

    assert pass_out(headers) == [(b"etag", b'"a"')]


def test_what_guards_a_browser_against_a_file_goes_out():
    guarding = [
        (b"content-disposition", b"attachment; filename*=UTF-8''402.pdf"),
        (b"content-security-policy", b"default-src 'none'; sandbox"),
        (b"x-content-type-options", b"nosniff"),
        (b"content-length", b"9"),
    ]

    assert pass_out(guarding) == guarding


@pytest.mark.parametrize(
    "name", [b"authorization", b"content-length", b"host", b"content-type", b"idempotency-key"]
)
def test_a_field_that_means_one_thing_comes_once(name: bytes):
    with pytest.raises(HeaderTwice) as refusal:
        read_singles([(name, b"1"), (name, b"1")])

    assert isinstance(refusal.value, BadRequest)


def test_fields_that_may_be_listed_may_come_twice():
    assert read_singles([(b"accept", b"a"), (b"accept", b"b")]) == {b"accept": b"b"}


class Time:
    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


def test_a_burst_passes_then_the_rate_applies():
    clock = Time()
    limiter = Limiter(per_minute=60, burst=3, now=clock)

    left = [limiter.ask("a") for _ in range(4)]

    assert [v.passes for v in left] == [True, True, True, False]
    assert [v.left for v in left] == [2, 1, 0, 0]
    assert left[3].seconds == 1
    assert limiter.ask("b").passes
    clock.now += 1
    assert limiter.ask("a").passes
    assert not limiter.ask("a").passes


@given(st.lists(st.floats(0, 5), max_size=60), st.integers(1, 600), st.integers(1, 10))
def test_nobody_gets_more_than_the_burst_and_the_rate(pauses: list[float], per_minute: int, burst: int):
    clock = Time()
    limiter = Limiter(per_minute=per_minute, burst=burst, now=clock)
    passed = 0
    for pause in pauses:
        clock.now += pause
        passed += limiter.ask("a").passes

    assert passed <= burst + sum(pauses[1:]) * per_minute / 60 + 1e-6
