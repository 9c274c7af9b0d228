"""docs/providers.md, whose tables a script generates."""

from __future__ import annotations

from scripts import providers_page


def test_the_page_is_up_to_date() -> None:
    text = providers_page.PAGE.read_text()
    assert providers_page.page(text) == text, "Run: python scripts/providers_page.py"


def test_each_provider_and_each_difference_has_a_row() -> None:
    assert len(list(providers_page.the_list())) > 90
    assert all(row.count("|") == 4 for row in providers_page.the_differences())
