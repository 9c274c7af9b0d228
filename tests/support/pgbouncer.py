"""Start a private PgBouncer in transaction mode in front of the PostgreSQL server of the tests."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import URL

from support.servers import POSTGRES, answers, free_port

# Few connections to the server, so that the transactions of one client use different ones.
_SETTINGS = """
[databases]
* = host={host} port={port} user={user} {password}
[pgbouncer]
listen_addr = 127.0.0.1
listen_port = {listen_port}
unix_socket_dir =
auth_type = any
pool_mode = transaction
default_pool_size = 4
max_client_conn = 200
"""


@pytest.fixture(scope="session")
def pgbouncer_server(postgres_server: URL) -> Iterator[URL]:
    """The URL of PgBouncer, with the database of ``postgres_server``."""
    program = shutil.which("pgbouncer", path=os.environ.get("PATH", "") + ":/usr/sbin")
    if program is None:
        pytest.skip("PgBouncer is missing: apt-get install pgbouncer")
    url = postgres_server.set(host="127.0.0.1", port=free_port())
    with tempfile.TemporaryDirectory(prefix="authwright-") as folder:
        settings = Path(folder) / "pgbouncer.ini"
        password = f"password='{postgres_server.password}'" if postgres_server.password else ""
        settings.write_text(
            _SETTINGS.format(
                host=postgres_server.host,
                port=postgres_server.port or 5432,
                user=postgres_server.username,
                password=password,
                listen_port=url.port,
            )
        )
        is_root = os.getuid() == 0
        if is_root:
            # PgBouncer refuses to run as root.
            shutil.chown(folder, POSTGRES.user)
        with (Path(folder) / "log").open("ab") as log:
            process = subprocess.Popen(
                [program, str(settings)], stdout=log, stderr=log, user=POSTGRES.user if is_root else None
            )
        try:
            deadline = time.monotonic() + 30
            while not answers(url.update_query_dict({"prepared_statement_cache_size": "0"})):
                assert process.poll() is None, (Path(folder) / "log").read_text()
                assert time.monotonic() < deadline, "PgBouncer does not accept connections."
                time.sleep(0.1)
            yield url
        finally:
            process.kill()
            process.wait(10)


@pytest.fixture
def pgbouncer(pgbouncer_server: URL, postgres: URL) -> URL:
    """An empty PostgreSQL database through PgBouncer."""
    return pgbouncer_server.set(database=postgres.database)
