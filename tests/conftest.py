"""For all tests."""

import gc
import os
import sys

from googleapiclient.schema import Schemas

# A compiled container or a parsed document is thousands of objects that live on. Looking through
# them all as often as Python does by default takes a quarter of the time of many tests.
gc.set_threshold(50_000, 20, 50)

# Hundreds of tests start gtmgen as a process: each would compile the whole package again.
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
sys.dont_write_bytecode = False

# Google's client documents each method of each resource that it makes, whenever it makes one.
Schemas.prettyPrintByName = Schemas.prettyPrintSchema = lambda *_: ""
