"""Compare the catalogue with the npm packages: each difference must be listed with a reason."""

from __future__ import annotations

import pytest

from authwright.providers.listing import listed
from contract.catalogue import LISTED, differences, npm_files

pytestmark = pytest.mark.contract


@pytest.fixture(scope="module")
def found(npm_packages: None) -> dict[str, dict[str, tuple[object, object]]]:
    return differences()


def test_every_difference_has_a_reason(found: dict[str, dict[str, tuple[object, object]]]) -> None:
    listed = {(provider_id, field) for provider_id, reasons in LISTED.items() for field in reasons}
    unlisted = [(key, field, *both) for key, fields in found.items() for field, both in fields.items()]
    assert [each for each in unlisted if each[:2] not in listed] == []


def test_every_reason_belongs_to_a_difference(found: dict[str, dict[str, tuple[object, object]]]) -> None:
    reasons = [(key, field) for key, fields in LISTED.items() for field in fields if field != "note"]
    assert [(key, field) for key, field in reasons if field not in found.get(key, {})] == []


def test_the_catalogue_has_every_provider_of_the_packages_except_one(npm_packages: None) -> None:
    packages = [package for package, _ in npm_files()]
    assert (packages.count("next-auth"), packages.count("@auth/core")) == (63, 30)
    assert len(listed()) == 63 + 30 - 1
