"""A local Google Tag Manager: the API of the discovery document, without Google.

It knows nothing of the rest of gtmgen, so that one mistake cannot hide in both. In process it
stands in for ``httplib2.Http`` (:mod:`gtmgen.emulator.transport`); over HTTP it serves any client
(:mod:`gtmgen.emulator.server`). Neither is imported here: they are slow to load.
"""

from gtmgen.emulator.behaviour import Behaviour
from gtmgen.emulator.core import HANDLERS, handle
from gtmgen.emulator.faults import Fault, Faults
from gtmgen.emulator.messages import (
    ApiRequest,
    Middleware,
    Response,
    Send,
    compose,
    make_error_response,
)
from gtmgen.emulator.quota import EmulatedQuota, Meter, VirtualClock
from gtmgen.emulator.state import State
from gtmgen.emulator.store import StateError, Store

__all__ = [
    "HANDLERS",
    "ApiRequest",
    "Behaviour",
    "EmulatedQuota",
    "Fault",
    "Faults",
    "Meter",
    "Middleware",
    "Response",
    "Send",
    "State",
    "StateError",
    "Store",
    "VirtualClock",
    "compose",
    "handle",
    "make_error_response",
]
