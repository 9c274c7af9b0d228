"""Timers of any length, from the timers that a host has.

A browser's timer overflows after 24.8 days, and then fires at once and for ever. So a longer one is divided.
"""

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

    from authwright.client.core.ports import Host, Off

# The longest wait that a host is asked for, and the longest that counts, about 30,000 years. In seconds.
LONGEST = 86_400
_FOREVER = 10**12


def every(host: "Host", seconds: "float", callback: "Callable[[], object]") -> "Off":
    """Call *callback* every *seconds* seconds. Returns a function that stops the timer."""
    if seconds <= LONGEST:
        return host.every(seconds, callback)
    parts = int(min(seconds, _FOREVER) // LONGEST) + 1
    ticks = [0]

    def tick() -> "None":
        ticks[0] += 1
        if ticks[0] == parts:
            ticks[0] = 0
            callback()

    return host.every(min(seconds, _FOREVER) / parts, tick)
