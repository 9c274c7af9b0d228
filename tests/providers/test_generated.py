"""The files that ``scripts/generate_providers.py`` generates."""

from __future__ import annotations

from scripts import generate_providers


def test_the_typed_facade_is_up_to_date() -> None:
    assert generate_providers.facade() == generate_providers.FACADE.read_text(), (
        "Run: python scripts/generate_providers.py"
    )


def test_the_page_is_up_to_date() -> None:
    text = generate_providers.PAGE.read_text()
    assert generate_providers.page(text) == text, "Run: python scripts/generate_providers.py"


def test_each_provider_and_each_difference_has_a_row() -> None:
    assert len(list(generate_providers.the_list())) > 90
    assert all(row.count("|") == 4 for row in generate_providers.the_differences())
