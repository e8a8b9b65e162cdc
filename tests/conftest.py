"""For all tests."""

import gc
import os
import signal
import sys

from googleapiclient.schema import Schemas

# A compiled container or a parsed document is thousands of objects that live on. Looking through
# them all as often as Python does by default takes a quarter of the time of many tests.
gc.set_threshold(50_000, 20, 50)

# Hundreds of tests start gtmgen as a process: each would compile the whole package again.
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
sys.dont_write_bytecode = False

# Started in the background of a script, this process ignores Ctrl-C, and so would what it starts:
# the tests of Ctrl-C would wait for an end that does not come.
if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    signal.signal(signal.SIGINT, signal.default_int_handler)

# Google's client documents each method of each resource that it makes, whenever it makes one.
Schemas.prettyPrintByName = Schemas.prettyPrintSchema = lambda *_: ""
