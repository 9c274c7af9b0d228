"""Move a database from SQLite to a server, with the script in examples/."""

from __future__ import annotations

import runpy
import time
from dataclasses import replace
from pathlib import Path

from sqlalchemy import URL

from authwright.adapters.conformance.samples import ALICE, BOB, GITHUB, LINK, session
from authwright.adapters.sqlalchemy import SQLAlchemyAdapter, SQLAlchemyRevocation
from authwright.adapters.sqlalchemy.migrations import migrate

EXAMPLE = Path(__file__).parents[2] / "examples" / "move_database.py"


async def test_all_users_stay_signed_in_after_the_move(server: URL, tmp_path: Path) -> None:
    source, target = f"sqlite+aiosqlite:///{tmp_path}/auth.db", server.render_as_string(hide_password=False)
    old, new = SQLAlchemyAdapter(source), SQLAlchemyAdapter(target)
    alice = await old.sign_up(replace(ALICE, extra={"role": "admin"}), GITHUB, session())
    bob = await old.create_user(BOB)
    await old.create_verification_token(LINK)
    revocations = SQLAlchemyRevocation(source), SQLAlchemyRevocation(target)
    await revocations[0].revoke("user:1", 100.5, time.time() + 3600, 100)
    await migrate(target)
    await runpy.run_path(str(EXAMPLE))["move"](source, target)
    assert await new.get_session_and_user("token") == (session(user_id=alice.id), alice)
    assert await new.get_user_by_account("github", "42") == alice
    assert await new.get_user_by_email(BOB.email or "") == bob
    assert await new.use_verification_token(LINK.identifier, LINK.token) == LINK
    assert await revocations[1].revoked_before(["user:1"], 200) == 100.5
    for one in revocations:
        await one.aclose()
    await old.aclose()
    await new.aclose()
