"""A custom user model, with a UUID as key and the address as username. Runs in a subprocess: Django has one setup."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import authwright

MODELS = """
from uuid import uuid4
from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models

class People(BaseUserManager):
    def create_user(self, email, password=None):
        row = self.model(email=email)
        row.set_password(password)
        row.save(using=self._db)
        return row

class Person(AbstractBaseUser):
    id = models.UUIDField(primary_key=True, default=uuid4)
    email = models.EmailField(unique=True)
    is_active = models.BooleanField(default=True)
    objects = People()
    USERNAME_FIELD = "email"
"""

SITE = """
import pytest, django
from django.conf import settings

def pytest_configure():
    settings.configure(
        DATABASES={"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": "site.db"}},
        INSTALLED_APPS=["django.contrib.contenttypes", "django.contrib.auth", "people", "authwright.adapters.django"],
        AUTH_USER_MODEL="people.Person",
        USE_TZ=True,
        PASSWORD_HASHERS=["django.contrib.auth.hashers.MD5PasswordHasher"],
    )
    django.setup()
    from django.core.management import call_command
    call_command("migrate", run_syncdb=True, verbosity=0)

@pytest.fixture
def adapter():
    from authwright.adapters.django import DjangoAdapter
    from authwright.adapters.django.models import VerificationToken
    from people.models import Person
    Person.objects.all().delete()
    VerificationToken.objects.all().delete()
    return DjangoAdapter()
"""

TESTS = """
from uuid import UUID
import pytest
from asgiref.sync import sync_to_async
from authwright.adapters.conformance import AdapterConformance
from authwright.adapters.conformance.samples import ALICE
from authwright.errors import AccessDenied, Conflict
from authwright.types import User
from people.models import Person

class TestOnACustomUserModel(AdapterConformance):
    async def test_several_users_may_have_no_address(self, store):
        with pytest.raises(AccessDenied):
            await store.create_user(User(id=""))

    # This test creates users without an address too.
    test_concurrent_refreshes_do_not_undo_a_deletion_and_only_one_deletion_gets_the_session = None

@pytest.mark.asyncio
async def test_an_id_is_the_uuid_as_text(adapter):
    user = await adapter.create_user(ALICE)
    assert str(UUID(user.id)) == user.id
    assert await adapter.get_user(user.id) == user
    assert await adapter.get_user(user.id.upper()) is None
    assert await adapter.get_user(user.id.replace("-", "")) is None

@pytest.mark.asyncio
async def test_an_address_that_is_the_username_cannot_be_removed(adapter):
    user = await adapter.create_user(ALICE)
    with pytest.raises(AccessDenied):
        await adapter.update_user(user.id, {"email": None})
    assert await adapter.get_user(user.id) == user

@pytest.mark.asyncio
async def test_a_password_signs_in(adapter):
    row = await sync_to_async(Person.objects.create_user)("ada@example.com", "lovelace")
    found = await adapter.authenticate(username="ada@example.com", password="lovelace")
    assert (found.id, found.email, found.name) == (str(row.pk), "ada@example.com", None)
"""


def test_the_contract_holds_on_a_custom_user_model(tmp_path: Path) -> None:
    (tmp_path / "people").mkdir()
    files = {"people/__init__.py": "", "people/models.py": MODELS, "conftest.py": SITE, "test_people.py": TESTS}
    for name, text in {**files, "pytest.ini": "[pytest]\npythonpath = .\n"}.items():
        (tmp_path / name).write_text(text)
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "-p", "no:dash"]
    environment = os.environ | {"PYTHONPATH": str(Path(authwright.__file__).parents[1])}
    done = subprocess.run(command, cwd=tmp_path, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
