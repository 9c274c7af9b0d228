"""Hooks: an app's function gets the values that it names, whether it is ``def`` or ``async def``."""

from __future__ import annotations

import functools
from typing import Any

import pytest

from authwright.errors import ConfigurationError
from authwright.hooks import bind

NAMES = ("token", "user", "account")
VALUES = {"token": 1, "user": 2, "account": 3}


async def test_a_function_gets_the_values_that_it_names() -> None:
    assert await bind(lambda account, user: (account, user), "x", NAMES)(**VALUES) == (3, 2)


async def test_a_coroutine_function_is_awaited() -> None:
    async def hook(token: int) -> int:
        return token

    assert await bind(hook, "x", NAMES)(**VALUES) == 1


async def test_a_first_parameter_with_a_name_of_its_own_gets_the_first_value() -> None:
    assert await bind(lambda t, user: (t, user), "x", NAMES)(**VALUES) == (1, 2)
    assert await bind(lambda _: _, "x", NAMES)(**VALUES) == 1


async def test_a_positional_only_parameter_gets_the_first_value() -> None:
    def hook(user: int, /) -> int:
        return user

    assert await bind(hook, "x", NAMES)(**VALUES) == 1


async def test_keyword_arguments_get_all_values() -> None:
    assert await bind(lambda **kwargs: kwargs, "x", NAMES)(**VALUES) == VALUES
    assert await bind(lambda t, **kwargs: (t, kwargs), "x", NAMES)(**VALUES) == (1, {"user": 2, "account": 3})
    assert await bind(lambda token, **kwargs: (token, kwargs), "x", NAMES)(**VALUES) == (1, {"user": 2, "account": 3})


async def test_a_value_that_is_not_there_is_the_default_else_none() -> None:
    assert await bind(lambda token, user=7, account=None: (token, user, account), "x", NAMES)(token=1) == (1, 7, None)
    assert await bind(lambda token, user: (token, user), "x", NAMES)(token=1) == (1, None)


async def test_a_default_of_a_name_that_is_never_passed_stays() -> None:
    assert await bind(lambda token, limit=9: (token, limit), "x", NAMES)(**VALUES) == (1, 9)


async def test_a_function_may_take_nothing() -> None:
    assert await bind(lambda: "done", "x", NAMES)(**VALUES) == "done"


async def test_a_method_a_partial_and_an_object_are_functions_too() -> None:
    class Hook:
        def method(self, user: int) -> int:
            return user

        async def __call__(self, account: int) -> int:
            return account

    assert await bind(Hook().method, "x", NAMES)(**VALUES) == 2
    assert await bind(Hook(), "x", NAMES)(**VALUES) == 3
    partial = functools.partial(lambda token, user: (token, user), user=9)
    assert await bind(partial, "x", NAMES)(**VALUES) == (1, 2)


async def test_parameters_may_be_keyword_only() -> None:
    assert await bind(lambda *, user, token: (user, token), "x", NAMES)(**VALUES) == (2, 1)


async def test_a_builtin_gets_the_first_value() -> None:
    assert await bind(str, "x", NAMES)(**VALUES) == "1"
    assert await bind(lambda *values: values, "x", NAMES)(**VALUES) == (1,)


async def test_what_a_function_raises_is_not_touched() -> None:
    def hook() -> None:
        raise LookupError("mine")

    with pytest.raises(LookupError, match="mine"):
        await bind(hook, "x", NAMES)(**VALUES)


@pytest.mark.parametrize("hook", [lambda token, session: None, lambda t, u: None, lambda *, tokens: None])
def test_a_parameter_that_nothing_ever_fills_is_refused_at_construction(hook: Any) -> None:
    with pytest.raises(ConfigurationError, match=r"callbacks\.jwt: .*has a parameter .* token, user, account"):
        bind(hook, "callbacks.jwt", NAMES)


@pytest.mark.parametrize("hook", ["function", 1, {}])
def test_what_is_no_function_is_refused_at_construction(hook: Any) -> None:
    with pytest.raises(ConfigurationError, match="events"):
        bind(hook, "events.sign_in", NAMES)
