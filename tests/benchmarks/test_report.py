"""The benchmark's report."""

from pathlib import Path

from benchmarks.report import BEGIN, END, Row, table, update


def row(name: str, rate: float) -> Row:
    return Row(name=name, rate=rate, cpu=20e-6, p99=1.0, memory=40.0, first_response=0.2)


def test_a_row_is_compared_with_the_row_of_the_peer_with_the_same_name() -> None:
    rows = [row("floor", 1000), row("peer", 100), row("GET /csrf", 500), row("peer: GET /csrf", 250), row("other", 300)]
    lines = table(rows, rounds=1, seconds=1).splitlines()
    assert lines[4].startswith("| GET /csrf | 500 | 50% | 2.00 |")
    assert lines[6].startswith("| other | 300 | 30% | 3.00 | 20 µs |")


def test_the_report_replaces_the_text_between_the_markers(tmp_path: Path) -> None:
    page = tmp_path / "page.md"
    page.write_text(f"before\n{BEGIN}\nold\n{END}\nafter\n")
    update(page, "new")
    assert page.read_text() == f"before\n{BEGIN}\n\nnew\n\n{END}\nafter\n"
