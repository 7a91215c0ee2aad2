"""What people write when they are asked for their namespace."""

from __future__ import annotations

from nfr.namespaces import Namespace, read

GOOD = {
    "bluepeak-partners": "bluepeak-partners",
    "  bluepeak-partners.  ": "bluepeak-partners",
    "“bluepeak-partners”,": "bluepeak-partners",
    "`bluepeak-partners`": "bluepeak-partners",
    "/bluepeak-partners/": "bluepeak-partners",
    "@bluepeak-partners": "bluepeak-partners",
    "ｂｌｕｅｐｅａｋ": "bluepeak",  # noqa: RUF001 - full-width letters, as an input method leaves them
    "blue\u200bpeak": "bluepeak",
    "groups/bluepeak": "bluepeak",
    "Bluepeak_2.0": "Bluepeak_2.0",
    "https://gitlab.com/bluepeak": "bluepeak",
    "HTTPS://GitLab.COM/BluePeak": "BluePeak",
    "http://www.gitlab.com/bluepeak/": "bluepeak",
    "gitlab.com/bluepeak": "bluepeak",
    "<https://gitlab.com/groups/bluepeak/-/billings>": "bluepeak",
    "https://gitlab.com/groups/bluepeak/-/usage_quotas#seats-quota-tab": "bluepeak",
    "https://gitlab.com/groups/bluepeak?tab=members": "bluepeak",
    "https://gitlab.com:443/bluepeak": "bluepeak",
    "Our group is https://gitlab.com/bluepeak, thank you!": "bluepeak",
    "(see https://gitlab.com/bluepeak).": "bluepeak",
}
CUT = {
    "bluepeak/emea": "bluepeak",
    "https://gitlab.com/bluepeak/emea/shop/-/issues?state=all#top": "bluepeak",
    "https://gitlab.com/groups/bluepeak/emea/-/billings": "bluepeak",
    "git@gitlab.com:bluepeak/shop.git": "bluepeak",
    "ssh://git@gitlab.com/bluepeak/emea/shop.git": "bluepeak",
    "bluepeak%2Femea": "bluepeak",
    "https://bluepeak.gitlab.io/docs/": "bluepeak",
    "12345678": "12345678",
}
PERSONAL = ("~jane", "https://gitlab.com/~jane", "https://gitlab.com/users/jane/projects", "users/jane", "u/jane")
BAD = {
    "": "after gitlab.com/",
    " . ": "after gitlab.com/",
    "Bluepeak Labs": "“Bluepeak Labs” is no path",
    "[The Partner's Specific Namespace]": "is no path",
    "https://gitlab.com/": "names no group",
    "https://gitlab.com/-/trials/new": "names no group",
    "gitlab.com": "names no group",
    "https://gitlab.com/dashboard/projects": "“dashboard” is a page of gitlab.com",
    "Explore": "“Explore” is a page",
    "groups": "“groups” is a page",
    "users": "“users” is a page",
    "jane@bluepeak.example": "e-mail address",
    "jane@gitlab.com": "e-mail address",
    "https://gitlab.bluepeak.example/team": "“gitlab.bluepeak.example” is not where groups live",
    "gitlab.bluepeak.example/team": "is not where groups live",
    "https://customers.gitlab.com/subscriptions": "“customers.gitlab.com” is not",
    "https://notgitlab.com/bluepeak": "“notgitlab.com” is not",
    "https://gitlab.com.evil.example/bluepeak": "“gitlab.com.evil.example” is not",
    "-bluepeak": "is no path",
    "b": "is no path",
    "ブルーピーク": "is no path",
    "blue\npeak": "is no path",
    "x" * 5000: "is no path",
    "javascript:alert(1)": "is no path",
}


def test_a_group_is_found_in_what_people_write() -> None:
    for written, expected in (GOOD | CUT).items():
        found = read(written)
        assert (found.top, found.problem) == (expected, ""), written
        assert bool(found.remark) == (written in CUT), written
        assert found.billing_url == f"https://gitlab.com/groups/{expected}/-/billings"
        assert found.seats_url == f"https://gitlab.com/groups/{expected}/-/usage_quotas#seats-quota-tab"
        assert read(found.top).top == found.top


def test_what_is_no_group_is_refused_with_what_to_write_instead() -> None:
    for written in (*BAD, *PERSONAL):
        found = read(written)
        assert (found.top, found.billing_url, found.seats_url) == ("", "", ""), written
        assert BAD.get(written, "“jane” is a person's own namespace") in found.problem, written
        assert found.personal == (written in PERSONAL), written


def test_the_same_group_is_known_however_its_letters_are_written() -> None:
    assert read("https://gitlab.com/BluePeak").key == read("bluepeak/emea").key == "bluepeak"
    assert read("BluePeak/EMEA") == Namespace(
        path="BluePeak/EMEA",
        top="BluePeak",
        remark="“BluePeak/EMEA” lies inside the group “BluePeak”. Licences are set on the top-level group.",
    )
