"""The thread beside the event loop, for what takes long."""

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextvars import copy_context
from typing import Any

_THREAD = ThreadPoolExecutor(1, "mockserver-long")
"""One: Python runs one thread at a time, so that more would be no faster, and the loop would wait for each in turn."""


async def beside_the_loop(function: Callable[..., Any], *arguments: Any) -> Any:
    """Call a function in the thread, in a copy of the context: the exchange under way is known there too."""
    return await asyncio.get_running_loop().run_in_executor(_THREAD, copy_context().run, function, *arguments)
