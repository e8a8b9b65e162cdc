"""For all tests."""

import gc

# A compiled container or a parsed document is thousands of objects that live on. Looking through
# them all as often as Python does by default takes a quarter of the time of many tests.
gc.set_threshold(50_000, 20, 50)
