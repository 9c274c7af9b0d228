"""A service that calls a protected API: pip install "authwright[fastapi]" uvicorn.

The API accepts the session token in a browser's cookie and in a service's Authorization header. Run the API with
uvicorn client_service:api --port 3000, and the service with SESSION_TOKEN=... python client_service.py.
"""

import asyncio
import os

from fastapi import FastAPI, HTTPException, Request

from authwright import Auth
from authwright.client import AsyncAuthClient
from authwright.integrations.fastapi import auth_router
from authwright.providers import Credentials


def authorize(credentials: dict[str, str]) -> dict[str, str] | None:
    """Check the password. A real app compares password hashes: see docs/credentials.md."""
    return {"id": "1", "name": "Robot"} if credentials.get("password") == "wonderland" else None


auth = Auth(
    secret="replace me with what `authwright secret` prints",
    base_url="http://localhost:3000",
    providers=[Credentials(authorize=authorize, fields={"password": {"label": "Password", "type": "password"}})],
)
api = FastAPI(title="An API for browsers and services")
api.include_router(auth_router(auth))


@api.get("/orders")
async def orders(request: Request) -> dict[str, object]:
    token = await auth.get_token(request)
    if token is None:
        raise HTTPException(401)
    return {"for": token.get("name"), "orders": [7, 11]}


async def count_orders(client: AsyncAuthClient) -> int:
    """Call the API. The client sends the token only to the API's origin."""
    response = await client.request("GET", "/orders")
    response.raise_for_status()
    return len(response.json()["orders"])


async def main() -> None:
    async with AsyncAuthClient("http://localhost:3000", bearer=os.environ["SESSION_TOKEN"]) as client:
        print(await count_orders(client), "orders")


if __name__ == "__main__":
    asyncio.run(main())
