"""The command line."""

import pytest

from authwright import cli


def test_secret_prints_a_new_one_each_time(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["secret"]) == cli.main(["secret"]) == 0
    first, second = capsys.readouterr().out.split()
    assert len(first) >= 43
    assert first != second


def test_a_command_is_needed(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        cli.main([])
    assert "demo" in capsys.readouterr().err
