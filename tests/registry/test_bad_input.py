"""Nothing that a reader can send makes the registry answer 500."""

import pytest

from kernel.paging import write_cursor

LISTS = {
    "/v1/agencies": ("a", "b"),
    "/v1/agency-groups": ("a", "b"),
    "/v1/agency-groups/G-CQDD/members": ("a", "b"),
    "/v1/successions": ("2025-03-01", "S01"),
    "/v1/instruments": ("a",),
    "/v1/plans": ("a",),
    "/v1/plans/QD-402-2020/tasks": (1, "a"),
}
ODD = ["\x00", "", "' or 1=1 --", 10**18, -1, None, 1.5, True, [], {}, "2025-13-01", "\ufffe"]


@pytest.mark.parametrize("path", LISTS)
async def test_no_cursor_makes_a_list_fail(client, reader, path):
    key = LISTS[path]
    tried = [
        tuple(odd if at == place else part for at, part in enumerate(key))
        for place in range(len(key))
        for odd in ODD
    ]

    answers = [await client.get(path, params={"cursor": write_cursor(*one)}, headers=reader) for one in tried]

    statuses = {str(one): answer.status_code for one, answer in zip(tried, answers, strict=True)}
    assert set(statuses.values()) <= {200, 400, 422}, statuses


@pytest.mark.parametrize(
    "path", ["/v1/agencies/{}", "/v1/instruments/{}", "/v1/plans/{}/tasks/1", "/v1/plans/QD-402-2020/tasks/{}"]
)
@pytest.mark.parametrize(
    "odd", ["%00", "%F0%9F%98%80", "%ff", "'", "a" * 5000, "..%2f..", "%20", "QD-402-2020%2F"]
)
async def test_no_code_makes_a_read_fail(client, reader, path, odd):
    answer = await client.get(path.format(odd), headers=reader)

    assert answer.status_code in (400, 404, 422)
    assert answer.headers["content-type"] == "application/problem+json"
