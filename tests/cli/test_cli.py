"""The command line."""

import re

import pytest

from authwright import cli
from authwright.providers.listing import NAMES


def test_secret_prints_a_new_secret_each_time(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["secret"]) == cli.main(["secret"]) == 0
    first, second = capsys.readouterr().out.split()
    assert len(first) >= 43
    assert first != second


def test_a_command_is_required(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        cli.main([])
    assert "demo" in capsys.readouterr().err


def test_providers_prints_a_line_for_each_provider_with_its_required_options(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert cli.main(["providers"]) == 0
    lines = [re.split(" {2,}", line) for line in capsys.readouterr().out.splitlines()]
    assert ["Keycloak", "keycloak", "OpenID Connect", "client_id, client_secret, issuer"] in lines
    assert [len(line) for line in lines] == [4] * len(NAMES)
