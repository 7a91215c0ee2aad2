"""The named cast and what every test stands on: real PostgreSQL and Redis, plain static files, no slow hashes."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any

import pytest
from cryptography.hazmat.primitives.serialization import load_pem_private_key
from django.conf import settings as django_settings
from django.core.cache import cache
from django.db import connection
from django.test import TransactionTestCase, override_settings

from partners.models import Account, AccountDomain, Contact
from people.models import ChannelManager, User
from people.roles import Role
from tests import template
from tests.emptying import empty_tables
from tests.handbook_rows import HandbookRows
from tests.sandbox_desk import KEYS, VendorSandbox
from web import memory

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


@pytest.fixture(autouse=True)
def _own_files(tmp_path: object, settings: object) -> None:
    settings.MEDIA_ROOT = f"{tmp_path}/files"  # type: ignore[attr-defined]


@pytest.fixture(autouse=True)
def _empty_cache() -> None:
    cache.clear()
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
    nadia = User.objects.create_user("nadia@desk.example.com", PASSWORD, name="Nadia Okafor", role=Role.SPECIALIST)
    lena = User.objects.create_user("lena@desk.example.com", PASSWORD, name="Lena Brandt", role=Role.LEAD)
    sofia = User.objects.create_user(
        "sofia@desk.example.com", PASSWORD, name="Sofia Marchetti", role=Role.CHANNEL_MANAGER
    )
    ada = User.objects.create_user("ada@desk.example.com", PASSWORD, name="Ada Admin", role=Role.ADMIN)
    manager = ChannelManager.objects.create(name="Sofia Marchetti", team="select", region="EMEA", user=sofia)
    northwind = Account.objects.create(
        name="Northwind DevOps GmbH", track="Select", region="EMEA", channel_manager=manager
    )
    bluepeak = Account.objects.create(name="Bluepeak Systems Inc.", track="Open", region="AMER")
    AccountDomain.objects.create(account=northwind, domain="northwind.example.com")
    AccountDomain.objects.create(account=bluepeak, domain="bluepeak.example.com")
    katrin_user = User.objects.create_user("katrin@northwind.example.com", PASSWORD, name="Katrin Vogel")
    omar_user = User.objects.create_user("omar@bluepeak.example.com", PASSWORD, name="Omar Reyes")
    katrin = Contact.objects.create(
        email="katrin@northwind.example.com", name="Katrin Vogel", account=northwind, user=katrin_user
    )
    omar = Contact.objects.create(
        email="omar@bluepeak.example.com", name="Omar Reyes", account=bluepeak, user=omar_user
    )
    return Cast(nadia, lena, sofia, ada, katrin, omar, northwind, bluepeak, manager)


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
