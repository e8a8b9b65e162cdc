"""A local Google Tag Manager: the API of the discovery document, without Google.

It knows nothing of the rest of gtmgen, so that one mistake cannot hide in both.
"""

from gtmgen.emulator.behaviour import Behaviour
from gtmgen.emulator.core import HANDLERS, handle
from gtmgen.emulator.messages import Request, Response, error_response
from gtmgen.emulator.state import State
from gtmgen.emulator.store import StateError, Store

__all__ = [
    "HANDLERS",
    "Behaviour",
    "Request",
    "Response",
    "State",
    "StateError",
    "Store",
    "error_response",
    "handle",
]
