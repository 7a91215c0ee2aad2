"""Contract §2, vendors.md §7: what the sandbox holds fits the desk's demo, and it stands without keys."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any

from helpdesk.processes import BASE_DIR, programs

PEOPLE = BASE_DIR / "helpdesk" / "demo_data" / "people.toml"
ROSTER = BASE_DIR / "people" / "data" / "roster.toml"
SEED = BASE_DIR / "sandbox" / "data" / "salesforce.toml"


def read(path: Path) -> dict[str, Any]:
    return tomllib.loads(path.read_text())


def test_everybody_of_the_roster_is_a_user_at_salesforce() -> None:
    users = {row["Username"] for row in read(SEED)["User"]}
    roster = read(ROSTER)
    names = [row["name"].lower().split() for kind in ("channel_manager", "solutions_architect") for row in roster[kind]]
    assert len(names) == 26
    assert {f"{name[0]}.{name[-1]}@example.com" for name in names} <= users


def test_the_demo_and_the_sandbox_mean_the_same_accounts_and_people() -> None:
    people, seed = read(PEOPLE), read(SEED)
    accounts = {row["Id"]: row["Name"] for row in seed["Account"]}
    contacts = {row["Id"]: row.get("Email", "") for row in seed["Contact"]}
    assert {row["salesforce_id"]: row["name"] for row in people["account"]}.items() <= accounts.items()
    known = {row["salesforce_id"]: row["email"] for row in people["contact"] if row.get("salesforce_id")}
    assert len(known) > 10
    assert known.items() <= contacts.items()


def test_where_the_keys_lie_elsewhere_it_catches_mail_all_the_same(tmp_path: Path) -> None:
    """In a container the desk's keys are in the environment, in no file."""
    assert "--salesforce-key" not in programs({"VAR_DIR": str(tmp_path)})["sandbox"].arguments
    (tmp_path / "secrets").mkdir()
    (tmp_path / "secrets" / "salesforce_private_key").write_text("pem")
    words = programs({"VAR_DIR": str(tmp_path)})["sandbox"].arguments
    assert words[words.index("--salesforce-key") + 1] == str(tmp_path / "secrets" / "salesforce_private_key")
    assert "--docusign-key" not in words
