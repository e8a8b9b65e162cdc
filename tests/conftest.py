"""For all tests."""

import functools
import gc
import json
import os
import signal
import sys
import tempfile
from collections.abc import Iterator
from typing import Any

import pytest
import secret_search
import typer.completion
import typer.main
from googleapiclient import discovery
from googleapiclient.schema import Schemas
from hypothesis import HealthCheck, settings
from typer.utils import get_params_from_function

# A compiled container or a parsed document is thousands of objects that live on. Looking through
# them all as often as Python does by default takes a quarter of the time of many tests.
gc.set_threshold(200_000, 20, 50)

# Hundreds of tests start gtmgen as a process: each would compile the whole package again.
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
sys.dont_write_bytecode = False

# What gtmgen keeps between runs is not the user's who runs the tests, nor does it outlive them.
_state = tempfile.TemporaryDirectory(prefix="gtmgen-state-")
os.environ["XDG_STATE_HOME"] = _state.name

# Started in the background of a script, this process ignores Ctrl-C, and so would what it starts:
# the tests of Ctrl-C would wait for an end that does not come.
if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    signal.signal(signal.SIGINT, signal.default_int_handler)

# Google's client documents each method of each resource that it makes, whenever it makes one.
Schemas.prettyPrintByName = Schemas.prettyPrintSchema = lambda *_: ""

# It also makes each method anew for each resource of each command line. A method is a function of
# the document that comes with the client, and holds nothing of the resource.
_create_method = discovery.createMethod
_methods: dict[tuple[str, str, str], tuple[str, Any]] = {}


def _create_method_once(name: str, description: Any, document: Any, schema: Any) -> tuple[str, Any]:
    key = (name, description["id"], document["id"])
    if key not in _methods:
        _methods[key] = _create_method(name, description, document, schema)
    return _methods[key]


discovery.createMethod = _create_method_once

# And it reads the document, 300 kB, for each client that is made.
_build_from_document = discovery.build_from_document
_parse_document = functools.lru_cache(maxsize=4)(json.loads)


def _build_from_parsed(service: Any, *arguments: Any, **named: Any) -> Any:
    parsed = _parse_document(service) if isinstance(service, str) else service
    return _build_from_document(parsed, *arguments, **named)


discovery.build_from_document = _build_from_parsed

# Typer reads the annotations of a verb six times for each command line, and tests run thousands.
typer.main.get_params_from_function = functools.cache(get_params_from_function)
typer.completion.get_params_from_function = typer.main.get_params_from_function

secret_search.watch()

# How long an example takes to make says how busy the machine is, not whether a test is right.
settings.register_profile("suite", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("suite")


def pytest_collection_finish() -> None:
    """Ten thousand tests and the modules they are in live to the end: no collection frees them."""
    gc.freeze()


@pytest.fixture(scope="session", autouse=True)
def _no_file_holds_a_secret(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """What tests have gtmgen write is looked through at the end, once."""
    yield
    assert secret_search.files_with_secrets(tmp_path_factory.getbasetemp()) == []
