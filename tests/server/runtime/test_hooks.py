"""Hooks: a function of the app receives the values that it names, whether it is ``def`` or ``async def``."""

from __future__ import annotations

import functools
from typing import Any

import pytest

from authwright.errors import ConfigurationError
from authwright.server.runtime.hooks import bind

NAMES = ("token", "user", "account")
VALUES = {"token": 1, "user": 2, "account": 3}


async def test_a_function_receives_the_values_that_it_names() -> None:
    assert await bind(lambda account, user: (account, user), "x", NAMES)(**VALUES) == (3, 2)


async def test_a_coroutine_function_is_awaited() -> None:
    async def hook(token: int) -> int:
        return token

    assert await bind(hook, "x", NAMES)(**VALUES) == 1


async def test_a_first_parameter_with_an_unknown_name_receives_the_first_value() -> None:
    assert await bind(lambda t, user: (t, user), "x", NAMES)(**VALUES) == (1, 2)
    assert await bind(lambda _: _, "x", NAMES)(**VALUES) == 1


async def test_a_positional_only_parameter_receives_the_first_value() -> None:
    def hook(user: int, /) -> int:
        return user

    assert await bind(hook, "x", NAMES)(**VALUES) == 1


async def test_keyword_arguments_receive_all_values() -> None:
    assert await bind(lambda **kwargs: kwargs, "x", NAMES)(**VALUES) == VALUES
    assert await bind(lambda t, **kwargs: (t, kwargs), "x", NAMES)(**VALUES) == (1, {"user": 2, "account": 3})
    assert await bind(lambda token, **kwargs: (token, kwargs), "x", NAMES)(**VALUES) == (1, {"user": 2, "account": 3})


async def test_a_missing_value_is_the_default_or_none() -> None:
    assert await bind(lambda token, user=7, account=None: (token, user, account), "x", NAMES)(token=1) == (1, 7, None)
    assert await bind(lambda token, user: (token, user), "x", NAMES)(token=1) == (1, None)


async def test_a_parameter_that_is_never_passed_keeps_its_default() -> None:
    assert await bind(lambda token, limit=9: (token, limit), "x", NAMES)(**VALUES) == (1, 9)


async def test_a_function_may_have_no_parameters() -> None:
    assert await bind(lambda: "done", "x", NAMES)(**VALUES) == "done"


async def test_a_method_a_partial_and_a_callable_object_are_accepted() -> None:
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


async def test_a_builtin_receives_the_first_value() -> None:
    assert await bind(str, "x", NAMES)(**VALUES) == "1"
    assert await bind(lambda *values: values, "x", NAMES)(**VALUES) == (1,)


async def test_an_exception_from_a_function_propagates_unchanged() -> None:
    def hook() -> None:
        raise LookupError("mine")

    with pytest.raises(LookupError, match="mine"):
        await bind(hook, "x", NAMES)(**VALUES)


@pytest.mark.parametrize("hook", [lambda token, session: None, lambda t, u: None, lambda *, tokens: None])
def test_a_parameter_with_an_unknown_name_is_refused_at_construction(hook: Any) -> None:
    with pytest.raises(ConfigurationError, match=r"callbacks\.jwt: .*has a parameter .* token, user, account"):
        bind(hook, "callbacks.jwt", NAMES)


@pytest.mark.parametrize("hook", ["function", 1, {}])
def test_a_value_that_is_not_a_function_is_refused_at_construction(hook: Any) -> None:
    with pytest.raises(ConfigurationError, match="events"):
        bind(hook, "events.sign_in", NAMES)
