"""Copy users, accounts, sessions, sent links and revocations from one database to another with empty tables.

    authwright migrate --database postgresql+asyncpg://app@localhost/app
    python move_database.py sqlite+aiosqlite:///auth.db postgresql+asyncpg://app@localhost/app

Stop the app first. Signed-in users stay signed in.
"""

import asyncio
import sys

from sqlalchemy import insert, inspect, select
from sqlalchemy.ext.asyncio import create_async_engine

from authwright.adapters.sqlalchemy import metadata


async def move(source: str, target: str) -> None:
    old, new = create_async_engine(source), create_async_engine(target)
    async with old.connect() as reading, new.begin() as writing:
        present = await reading.run_sync(lambda connection: inspect(connection).get_table_names())
        # In this order, because the other rows refer to users.
        for table in (table for table in metadata.sorted_tables if table.name in present):
            rows = await reading.stream(select(table))
            async for some in rows.mappings().partitions(500):
                await writing.execute(insert(table), [dict(row) for row in some])
    await old.dispose()
    await new.dispose()


if __name__ == "__main__":
    asyncio.run(move(*sys.argv[1:3]))
