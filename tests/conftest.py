"""The named cast and what every test stands on: real PostgreSQL and Redis, plain static files, no slow hashes."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cache, lru_cache
from itertools import count
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.serialization import load_pem_private_key
from django.conf import settings as django_settings
from django.contrib.auth.hashers import make_password
from django.core.cache import cache as shared
from django.db import connection
from django.test import TransactionTestCase, override_settings

from partners.models import Account, AccountDomain, Contact
from people.models import ChannelManager, User
from people.roles import Role
from tests import template
from tests.emptying import empty_tables
from tests.handbook_rows import HandbookRows
from tests.sandbox_desk import KEYS, VendorSandbox
from web import memory, rows

PASSWORD = "partner-desk-demo"


@pytest.fixture(scope="session", autouse=True)
def _plain_ground() -> Iterator[None]:
    with override_settings(
        SMTP_DOOR="",  # no door runs beside the tests
        EMAIL_BACKEND="mail.backend.OutboxBackend",  # pytest-django would put its own in the way
        PASSWORD_HASHERS=["django.contrib.auth.hashers.MD5PasswordHasher"],
        STORAGES={
            "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
            "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
        },
    ):
        yield


@pytest.fixture(scope="session")
def django_db_modify_db_settings(django_db_modify_db_settings_parallel_suffix: None, django_db_blocker: Any) -> None:
    """pytest-django asks it before it makes the test database."""
    with django_db_blocker.unblock():
        connection.settings_dict["TEST"] |= {"TEMPLATE": template.made(), "MIGRATE": False}


@pytest.fixture(scope="session", autouse=True)
def _cheap_ends() -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(TransactionTestCase, "_fixture_teardown", empty_tables)
        yield


@pytest.fixture(scope="session", autouse=True)
def _keys_read_once() -> Iterator[None]:
    """Each reading examines the numbers, 30 ms; every other test of the vendors mints a token."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("jwt.algorithms.load_pem_private_key", lru_cache(load_pem_private_key))
        yield


@pytest.fixture(scope="session", autouse=True)
def _no_power_cut() -> Iterator[None]:
    """Nothing here survives the machine: no file of these processes waits for the disk."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("os.fsync", lambda _descriptor: None)
        yield


@pytest.fixture(scope="session")
def _files(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """One folder for each test, made by who writes the first file: most write none."""
    folder = tmp_path_factory.mktemp("files")
    return (folder / str(number) for number in count())


@pytest.fixture(autouse=True)
def _own_files(_files: Iterator[Path], settings: Any) -> None:
    settings.MEDIA_ROOT = str(next(_files))


@pytest.fixture(autouse=True)
def _empty_cache() -> None:
    shared.clear()
    memory.forget_all()


@dataclass(frozen=True)
class Cast:
    """Who plays: the desk, one channel manager, two partners with their people."""

    nadia: User
    lena: User
    sofia: User
    ada: User
    katrin: Contact
    omar: Contact
    northwind: Account
    bluepeak: Account
    manager: ChannelManager


@pytest.fixture
def cast(db: None) -> Cast:
    """Nadia works the desk, Lena leads it, Sofia manages Northwind's channel; Katrin writes for Northwind and signs in,
    Omar writes for Bluepeak and signs in too.
    """
    nadia = _user("nadia@desk.example.com", "Nadia Okafor", Role.SPECIALIST)
    lena = _user("lena@desk.example.com", "Lena Brandt", Role.LEAD)
    sofia = _user("sofia@desk.example.com", "Sofia Marchetti", Role.CHANNEL_MANAGER)
    ada = _user("ada@desk.example.com", "Ada Admin", Role.ADMIN)
    katrin_user = _user("katrin@northwind.example.com", "Katrin Vogel")
    omar_user = _user("omar@bluepeak.example.com", "Omar Reyes")
    rows.insert_all([nadia, lena, sofia, ada, katrin_user, omar_user])
    manager = ChannelManager(name="Sofia Marchetti", team="select", region="EMEA", user=sofia)
    rows.insert(manager)
    northwind = Account(name="Northwind DevOps GmbH", track="Select", region="EMEA", channel_manager=manager)
    bluepeak = Account(name="Bluepeak Systems Inc.", track="Open", region="AMER")
    rows.insert_all([northwind, bluepeak])
    domains = {northwind: "northwind.example.com", bluepeak: "bluepeak.example.com"}
    rows.insert_all([AccountDomain(account=account, domain=domain) for account, domain in domains.items()])
    katrin = Contact(email=katrin_user.email, name="Katrin Vogel", account=northwind, user=katrin_user)
    omar = Contact(email=omar_user.email, name="Omar Reyes", account=bluepeak, user=omar_user)
    rows.insert_all([katrin, omar])
    return Cast(nadia, lena, sofia, ada, katrin, omar, northwind, bluepeak, manager)


def _user(email: str, name: str, role: Role = Role.PARTNER) -> User:
    return User(email=email, name=name, role=role, is_superuser=role == Role.ADMIN, password=_hashed())


@cache
def _hashed() -> str:
    return make_password(PASSWORD)


@pytest.fixture(scope="session")
def handbook_rows(django_db_setup: None, django_db_blocker: Any) -> HandbookRows:
    made = HandbookRows()
    with django_db_blocker.unblock():
        made.read()
    return made


@pytest.fixture
def handbook(handbook_rows: HandbookRows, db: None) -> None:
    """The handbook's own data, as `load_handbook` loads it."""
    handbook_rows.put_in()


@pytest.fixture(scope="session")
def vendor_sandbox(tmp_path_factory: pytest.TempPathFactory) -> Iterator[VendorSandbox]:
    running = VendorSandbox(tmp_path_factory.mktemp("vendors"))
    yield running
    running.end()


@pytest.fixture
def sandbox(vendor_sandbox: VendorSandbox, settings: Any) -> VendorSandbox:
    """The vendors' sandbox with its seed, and the desk pointed at it."""
    vendor_sandbox.reset()
    settings.SALESFORCE = replace(django_settings.SALESFORCE, base_url=vendor_sandbox.url)
    settings.DOCUSIGN = replace(django_settings.DOCUSIGN, base_url=vendor_sandbox.url, hmac_keys=KEYS)
    return vendor_sandbox
