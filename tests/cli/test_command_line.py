"""The command line as its users meet it: help, exit codes, streams, files, interrupts."""

from __future__ import annotations

import errno
import importlib
import inspect
import io
import json
import os
import re
import subprocess
import sys
from pathlib import Path

import jsonschema
import pytest
import typer
from processes import run
from push.harness import SPEC, Result, Shell
from support import without_annotations

import gtmgen
from gtmgen.cli.app import VERBS

ROOT = Path(gtmgen.__file__).parent.parent
EXAMPLES = sorted((ROOT / "specs").glob("*.yaml"))
WARNS = SPEC.replace("data:\n", "data:\n  unused: {path: x}\n")


def in_process(folder: Path, *arguments: str, **streams: int) -> subprocess.CompletedProcess[str]:
    """A process of its own, whose streams are no terminal."""
    return run("-m", "gtmgen", *arguments, cwd=folder, **streams)


# -- help and usage --------------------------------------------------------------------


@pytest.mark.parametrize("verb", VERBS)
def test_the_line_of_a_verb_is_the_first_sentence_of_its_help(verb: str) -> None:
    help_ = inspect.getdoc(VERBS[verb].load())
    assert help_ is not None
    paragraph = " ".join(help_.split("\n\n")[0].split())
    assert f"{paragraph} ".startswith(f"{VERBS[verb].summary} ")


@pytest.mark.parametrize("verb", VERBS)
def test_a_verb_gives_its_exit_code(verb: str) -> None:
    module, _, function = VERBS[verb].target.partition(":")
    does = getattr(importlib.import_module(f"gtmgen.cli.{module}"), function)
    assert inspect.signature(does).return_annotation == "int"


def test_no_line_of_the_help_is_cut(shell: Shell) -> None:
    lines = shell.run("--help").out.partition("Commands:\n")[2].splitlines()
    assert [line.split(None, 1) for line in lines] == [
        [verb, VERBS[verb].summary] for verb in VERBS
    ]


@pytest.mark.parametrize("verb", VERBS)
def test_the_help_of_every_verb_has_an_example_of_it(shell: Shell, verb: str) -> None:
    result = shell.run(verb, "--help")

    assert (result.code, result.err) == (0, "")
    assert re.search(rf"Example: gtmgen {verb}\b", result.out)


def one_value_options() -> list[tuple[str, str, str]]:
    """Every option of every verb that takes one value: the verb, its name, and its metavar."""
    found = []
    for verb, entry in VERBS.items():
        app = typer.Typer()
        app.command(cls=entry.command)(entry.load())
        for one in typer.main.get_command(app).params:
            if one.param_type_name == "option" and not (one.multiple or one.is_flag):
                found.append((verb, max(one.opts, key=len), one.metavar or ""))
    return found


@pytest.mark.parametrize(("verb", "option", "metavar"), one_value_options())
def test_an_option_of_one_value_is_not_taken_twice(
    shell: Shell, verb: str, option: str, metavar: str
) -> None:
    result = shell.run(verb, option, "1", f"{option}=2")

    hint = f"see `gtmgen {verb} --help`"
    if "," in metavar:
        hint = f"write them with commas: `{option} {metavar}`"
    told = f"error: `{option}` takes one value, and is given twice\n\nhint: {hint}\n"
    assert (result.code, result.out, result.err) == (2, "", told)


def test_an_option_that_is_given_more_often_is_counted_under_all_its_names(shell: Shell) -> None:
    result = shell.run("catalogue", "-o", "a", "--out", "b", "feed.csv", "-oc", "--spec", "spec")
    assert "error: `--out` takes one value, and is given 3 times\n" in result.err


def test_flags_lists_and_help_may_be_given_twice(shell: Shell) -> None:
    spec = shell.spec()
    assert shell.run("validate", "-qq", "--quiet", spec, spec).code == 0
    assert shell.run("monitor", "--spec", "a", "--help", "--spec", "b").code == 0
    result = shell.run("catalogue", "x.csv", "--events", "a", "--events", "b", "--spec", "none")
    assert result.err == "error: `none` does not exist\n"
    # Behind `--`, what looks like an option is a file.
    result = shell.run("validate", "--", "--env", "--env")
    assert result.err.startswith("error: `--env` does not exist")


def test_help_names_every_verb(shell: Shell) -> None:
    for arguments in (("--help",), ("-h",)):
        result = shell.run(*arguments)
        assert result.code == 0
        for verb in VERBS:
            assert f"\n  {verb} " in result.out


def test_no_arguments_give_the_help_as_talk(shell: Shell) -> None:
    result = shell.run()

    assert (result.code, result.out) == (2, "")
    assert result.err.startswith("Usage: gtmgen ")


@pytest.mark.parametrize(
    ("arguments", "message", "hint"),
    [
        (["--bogus"], "no such option: --bogus", "gtmgen --help"),
        (["plan", "x.yaml", "--bogus"], "no such option: --bogus", "gtmgen plan --help"),
        (["frob"], "no such command 'frob'", "gtmgen --help"),
        (["plann"], "'plan'?", "gtmgen --help"),
        (["plan"], "missing argument", "gtmgen plan --help"),
        (["plan", "x.yaml", "--env"], "requires an argument", "--help"),
        (["compile", "a.yaml", "b.yaml"], "unexpected extra argument", "gtmgen compile --help"),
    ],
)  # fmt: skip
def test_a_wrong_command_line(shell: Shell, arguments: list[str], message: str, hint: str) -> None:
    result = shell.run(*arguments)

    assert (result.code, result.out) == (2, "")
    assert result.err.startswith("error: ")
    assert message in result.err.partition("\n")[0]
    assert "\n\nhint: see `gtmgen " in result.err
    assert hint in result.err


@pytest.mark.parametrize(
    ("arguments", "message", "hint"),
    [
        (
            ["push", "x.yaml", "--dry-run"],
            "no such option: --dry-run",
            "`gtmgen plan` shows what a push would change, and writes nothing",
        ),
        (
            ["apply", "x.yaml"],
            "no such command 'apply'",
            "`gtmgen push` writes to GTM, `gtmgen publish` makes a version live",
        ),
        (["build"], "no such command 'build'", "`gtmgen compile` writes the container"),
        (
            ["pull"],
            "no such command 'pull'",
            "`gtmgen import GTM-XXXX` makes a spec of a container",
        ),
    ],
)
def test_a_word_of_other_tools(shell: Shell, arguments: list[str], message: str, hint: str) -> None:
    assert shell.run(*arguments) == Result(2, "", f"error: {message}\n\nhint: {hint}\n")


@pytest.mark.parametrize(
    ("verb", "value"), [("validate", "xml"), ("compile", "yaml"), ("plan", "html")]
)
def test_a_format_that_does_not_exist(shell: Shell, verb: str, value: str) -> None:
    shell.spec()

    result = shell.run(verb, "spec.yaml", "--format", value)

    assert (result.code, result.out) == (2, "")
    assert re.fullmatch(rf"error: `--format` is [a-z ]+, not `{value}`\n", result.err)


@pytest.mark.parametrize("target", ["nowhere", "ftp://x", "https://user:secret@host.example"])
def test_a_target_that_does_not_exist(shell: Shell, target: str) -> None:
    shell.spec()

    result = shell.run("plan", "spec.yaml", "--target", target)

    assert result.code == 2
    assert "`--target`" in result.err
    assert "secret" not in result.err


def test_an_unknown_environment(shell: Shell) -> None:
    shell.spec()

    for verb in ("validate", "compile", "plan"):
        result = shell.run(verb, "spec.yaml", "--env", "staging")
        assert result.code == 2
        assert "staging" in result.err


def test_the_version(shell: Shell) -> None:
    assert shell.run("--version").out == f"gtmgen {gtmgen.__version__}\n"
    assert shell.run("--version", "plan").out == f"gtmgen {gtmgen.__version__}\n"


@pytest.mark.parametrize("verb", ["validate", "compile", "plan", "push"])
def test_a_file_that_is_not_there_and_a_directory(shell: Shell, verb: str) -> None:
    missing = shell.run(verb, "nope.yaml")
    directory = shell.run(verb, ".")

    assert (missing.code, directory.code) == (2, 2)
    assert missing.err.startswith("error: `nope.yaml` does not exist\n\nhint: ")
    expected = (
        "`.` is a directory, not a spec" if verb == "compile" else "there is no spec below `.`"
    )
    assert directory.err.startswith(f"error: {expected}\n\nhint: ")


def test_an_invalid_spec_is_1_in_every_verb(shell: Shell) -> None:
    shell.spec(SPEC.replace("project: shop\n", ""))

    for verb in ("validate", "compile", "plan", "push"):
        result = shell.run(verb, "spec.yaml")
        assert (result.code, result.out) == (1, "")
        assert "spec.yaml:1:1: error[missing-key]: `project` is missing" in result.err
        assert result.err.endswith("\n1 error\n")


def test_completion_knows_verbs_and_options(tmp_path: Path) -> None:
    def complete(*words: str) -> list[str]:
        environ = {
            **os.environ,
            "_GTMGEN_COMPLETE": "complete_bash",
            "COMP_WORDS": " ".join(("gtmgen", *words)),
            "COMP_CWORD": str(len(words)),
        }
        code = "from gtmgen.cli.main import entry_point; entry_point()"
        done = run("-c", code, cwd=tmp_path, environ=environ)
        done.check_returncode()
        return done.stdout.split()

    assert complete("p") == ["plan", "push", "publish", "prune"]
    assert complete("plan", "--f") == ["--format"]


# -- streams ---------------------------------------------------------------------------


def test_stdout_is_data_even_with_warnings(shell: Shell) -> None:
    shell.spec(WARNS)

    result = shell.run("compile", "spec.yaml")
    quiet = shell.run("compile", "spec.yaml", "--quiet")

    assert json.loads(result.out)["exportFormatVersion"] == 2
    assert "warning[unused-data]" in result.err
    assert (quiet.out, quiet.err) == (result.out, "")


def test_valid_specs_are_told_as_talk(shell: Shell) -> None:
    shell.spec()
    shell.spec(SPEC, "two.yaml")

    result = shell.run("validate", "spec.yaml", "two.yaml")

    assert result == type(result)(0, "", "2 specs checked: no problems\n")
    assert shell.run("validate", "spec.yaml", "-q").err == ""


def test_no_escape_sequences_when_piped(tmp_path: Path) -> None:
    (tmp_path / "spec.yaml").write_text(WARNS)
    for arguments in (
        ["plan", "spec.yaml", "--target", "local"],
        ["push", "spec.yaml", "--target", "local", "--yes"],
        ["plan", "--help"],
        ["--bogus"],
    ):
        done = in_process(tmp_path, *arguments)
        assert "\x1b" not in done.stdout + done.stderr


def test_who_stops_reading_has_seen_enough(tmp_path: Path) -> None:
    for verb, code in (("schema", 0), ("push", 130)):
        (tmp_path / "spec.yaml").write_text(SPEC)
        reading, writing = os.pipe()
        os.close(reading)
        arguments = ["spec.yaml", "--target", "local", "--yes"] if verb == "push" else []
        done = in_process(tmp_path, verb, *arguments, stdout=writing)
        os.close(writing)
        assert (done.returncode, done.stderr) == (code, "")
    plan = in_process(tmp_path, "plan", "spec.yaml", "--target", "local", "--exit-code")
    assert plan.returncode == 3  # nothing was pushed that nobody had seen


def test_nobody_listening_to_the_talk_stops_no_push(tmp_path: Path) -> None:
    (tmp_path / "spec.yaml").write_text(SPEC)
    reading, writing = os.pipe()
    os.close(reading)

    done = in_process(tmp_path, "push", "spec.yaml", "--target", "local", "--yes", stderr=writing)
    os.close(writing)

    assert done.stdout.endswith("matches the spec.\n")


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs /dev/full")
def test_a_full_disk_behind_stdout(tmp_path: Path) -> None:
    with Path("/dev/full").open("w") as full:
        done = in_process(tmp_path, "schema", stdout=full.fileno())

    assert done.returncode == 1
    assert done.stderr == "error: the output cannot be written: No space left on device\n"


# -- files -----------------------------------------------------------------------------


def test_a_file_holds_what_stdout_would(shell: Shell) -> None:
    shell.spec()

    printed = shell.run("compile", "spec.yaml")
    written = shell.run("compile", "spec.yaml", "-o", "out/container.json")

    text = (shell.folder / "out/container.json").read_text()
    assert (written.code, written.out) == (0, "")
    assert written.err.startswith("wrote out/container.json: 2 tags, 2 triggers, 2 variables")
    assert json.loads(text)["containerVersion"] == json.loads(printed.out)["containerVersion"]


@pytest.mark.parametrize("verb", ["compile", "codegen"])
def test_a_dash_stands_for_stdout(shell: Shell, verb: str) -> None:
    shell.spec()

    printed = shell.run(verb, "spec.yaml", "-o", "-")

    assert (printed.code, printed.out) == (0, shell.run(verb, "spec.yaml").out)
    assert not (shell.folder / "-").exists()


def old_file(shell: Shell) -> Path:
    path = shell.folder / "container.json"
    path.write_text("old")
    path.chmod(0o640)
    return path


def test_a_failed_compilation_leaves_the_old_file(shell: Shell) -> None:
    path = old_file(shell)
    shell.spec(SPEC.replace("project: shop\n", ""))

    result = shell.run("compile", "spec.yaml", "-o", "container.json")

    assert result.code == 1
    assert path.read_text() == "old"


def test_a_full_disk_leaves_the_old_file_and_nothing_else(shell: Shell) -> None:
    path = old_file(shell)
    shell.spec()

    def full(_: int) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    shell.monkeypatch.setattr(os, "fsync", full)
    result = shell.run("compile", "spec.yaml", "-o", "container.json")

    assert result.code == 1
    assert result.err == "error: `container.json` cannot be written: No space left on device\n"
    assert path.read_text() == "old"
    assert sorted(item.name for item in shell.folder.iterdir()) == ["container.json", "spec.yaml"]


def test_a_written_file_keeps_mode_and_link(shell: Shell) -> None:
    path = old_file(shell)
    (shell.folder / "link.json").symlink_to("container.json")
    shell.spec()

    result = shell.run("compile", "spec.yaml", "-o", "link.json")

    assert result.code == 0
    assert (shell.folder / "link.json").is_symlink()
    assert path.stat().st_mode & 0o777 == 0o640
    assert json.loads(path.read_text())


def test_a_pipe_is_written_to_and_not_replaced(shell: Shell) -> None:
    """As with ``-o /dev/null``, which a rename would take away from the whole machine."""
    pipe = shell.folder / "pipe"
    os.mkfifo(pipe)
    copy = shell.folder / "copy"
    # Into a file: nobody would empty a second pipe while the schema goes through the first.
    with copy.open("w") as stream:
        reader = subprocess.Popen(["cat", str(pipe)], stdout=stream)
        result = shell.run("schema", "-o", "pipe")
        reader.wait(timeout=10)

    assert result.code == 0
    assert json.loads(copy.read_text())["title"]
    assert pipe.is_fifo()


def test_places_that_cannot_be_written(shell: Shell) -> None:
    (shell.folder / "folder").mkdir()
    (shell.folder / "file").write_text("")
    shell.spec()

    for output in ("folder", "file/below.json"):
        result = shell.run("compile", "spec.yaml", "-o", output)
        assert result.code == 1
        assert result.err.startswith(f"error: `{output}` cannot be written: ")


# -- interrupts and bugs ---------------------------------------------------------------


def test_an_interrupt(shell: Shell) -> None:
    shell.spec()

    def interrupt(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    shell.monkeypatch.setattr("gtmgen.cli.compile.compile_both", interrupt)
    result = shell.run("compile", "spec.yaml")

    assert (result.code, result.out, result.err) == (130, "", "interrupted\n")


def bug(*_: object, **__: object) -> None:
    raise ZeroDivisionError("with key=ya29.secret-token")


def test_a_bug_of_ours(shell: Shell) -> None:
    shell.spec()
    shell.monkeypatch.setattr("gtmgen.cli.compile.compile_both", bug)
    shell.monkeypatch.setattr("tempfile.tempdir", str(shell.folder))

    result = shell.run("compile", "spec.yaml")

    assert result.code == 70
    found = re.fullmatch(
        "error: this is a bug in gtmgen: ZeroDivisionError\n\n"
        "hint: please report it, with the file (.+)\n",
        result.err,
    )
    assert found
    log = Path(found[1]).read_text()
    assert log.startswith(f"gtmgen {gtmgen.__version__}, Python ")
    assert "verb: compile" in log
    assert "ZeroDivisionError" in log
    assert "secret" not in log


def test_a_bug_where_no_log_can_be_written(
    shell: Shell, capsys: pytest.CaptureFixture[str]
) -> None:
    from gtmgen.cli.main import main

    shell.spec()
    shell.monkeypatch.setattr("gtmgen.cli.compile.compile_both", bug)
    shell.monkeypatch.setattr("tempfile.tempdir", str(shell.folder / "gone"))

    assert main(["compile", "spec.yaml"]) == 70
    assert "ZeroDivisionError" in capsys.readouterr().err


# -- push asks -------------------------------------------------------------------------


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def test_without_a_terminal_push_refuses_and_says_how(shell: Shell) -> None:
    shell.spec()
    shell.monkeypatch.setattr("sys.stdin", io.StringIO("yes\n"))

    result = shell.run("push", "spec.yaml", "--target", "local")

    assert result.code == 4
    assert result.out.endswith("0 unmanaged.\n")  # the plan is shown all the same
    assert result.err == (
        "error: nothing was pushed: there is no terminal to ask on\n\n"
        "hint: give `--yes` to push without a question\n"
    )
    assert not shell.gtm.writes


@pytest.mark.parametrize("answer", ["", "\n", "y\n", "YES\n", "no\n"])
def test_only_yes_is_a_yes(shell: Shell, answer: str) -> None:
    shell.spec()
    shell.monkeypatch.setattr("sys.stdin", Terminal(answer))

    result = shell.run("push", "spec.yaml", "--target", "local")

    assert result.code == 4
    assert "error: nothing was pushed\n" in result.err
    assert not shell.gtm.writes


def test_yes_pushes(shell: Shell) -> None:
    shell.spec()
    shell.monkeypatch.setattr("sys.stdin", Terminal("yes\n"))

    result = shell.run("push", "spec.yaml", "--target", "local", "-q")

    assert result.code == 0
    assert "Only `yes`" in result.err  # where it is seen though stdout goes to a file
    assert "Only `yes`" not in result.out


def test_the_local_target_keeps_its_state_in_a_file(tmp_path: Path) -> None:
    (tmp_path / "spec.yaml").write_text(SPEC)
    for more, state in (([], ".gtmgen/local-gtm.json"), ([":own.json"], "own.json")):
        target = "".join(["local", *more])
        push = in_process(tmp_path, "push", "spec.yaml", "--target", target, "--yes")
        plan = in_process(tmp_path, "plan", "spec.yaml", "--target", target, "--exit-code")
        assert (push.returncode, plan.returncode) == (0, 0), push.stderr
        assert (tmp_path / state).is_file()


def test_a_damaged_state_is_an_error_with_a_way_out(tmp_path: Path) -> None:
    (tmp_path / "spec.yaml").write_text(SPEC)
    (tmp_path / "own.json").write_text("{")

    done = in_process(tmp_path, "plan", "spec.yaml", "--target", "local:own.json")

    assert done.returncode == 5
    assert "`own.json` is damaged" in done.stderr
    assert "hint: delete it" in done.stderr


def test_nothing_listens_at_a_url(shell: Shell) -> None:
    shell.spec()
    shell.monkeypatch.setattr("time.sleep", lambda _: None)

    result = shell.run("plan", "spec.yaml", "--target", "http://127.0.0.1:1")

    assert result.code == 5
    assert "got no answer" in result.err


# -- start-up --------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("arguments", "modules"),
    [
        (["--version"], ["typer", "yaml", "googleapiclient", "jsonschema", "jsonschema_rs"]),
        (["validate", "spec.yaml"], ["googleapiclient", "jsonschema", "httplib2", "gtmgen.api"]),
        (["compile", "spec.yaml"], ["googleapiclient", "jsonschema", "httplib2", "gtmgen.api"]),
        (["schema"], ["googleapiclient", "jsonschema", "gtmgen.api"]),
    ],
)
def test_what_is_not_needed_is_not_imported(
    tmp_path: Path, arguments: list[str], modules: list[str]
) -> None:
    (tmp_path / "spec.yaml").write_text(SPEC)
    code = (
        "import sys; from gtmgen.cli.main import main; code = main(sys.argv[1:]);"
        f"print(code, [name for name in {modules!r} if name in sys.modules], file=sys.stderr)"
    )

    done = subprocess.run(
        [sys.executable, "-c", code, *arguments],
        cwd=tmp_path, env={**os.environ, "PYTHONPATH": str(ROOT)}, text=True,
        capture_output=True, timeout=60, check=True,
    )  # fmt: skip

    assert done.stderr.splitlines()[-1] == "0 []"


# -- schema and init -------------------------------------------------------------------


def test_the_schema_is_the_one_that_validation_uses(shell: Shell) -> None:
    from gtmgen.packs.load import find_packs, load_pack
    from gtmgen.spec.schema_of_packs import schema_for

    printed = json.loads(shell.run("schema").out)

    jsonschema.Draft202012Validator.check_schema(printed)
    used = schema_for({name: load_pack(path) for name, path in find_packs().items()})
    assert without_annotations(printed) == without_annotations(used)


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: path.stem)
def test_the_schema_accepts_the_examples(shell: Shell, path: Path) -> None:
    from gtmgen.source.open import open_source

    schema = json.loads(shell.run("schema").out)
    data = open_source(path).document({}).data

    validator = jsonschema.Draft202012Validator(schema)  # a schema that the test above checks
    assert list(validator.iter_errors(data)) == []
    with pytest.raises(jsonschema.ValidationError):
        validator.validate({**data, "bogus": 1})


@pytest.fixture
def starters(shell: Shell) -> Path:
    templates = shell.folder / "templates"
    (templates / "starters").mkdir(parents=True)
    for name in ("spa-shop", "lead-form"):
        (templates / "starters" / f"{name}.yaml").write_text(SPEC.replace("shop", name))
    shell.monkeypatch.setattr("gtmgen.cli.init.templates_directory", lambda: templates)
    return templates


@pytest.mark.usefixtures("starters")
def test_init_writes_a_spec_and_the_schema(shell: Shell) -> None:
    result = shell.run("init", "tracking", "--starter", "lead-form")

    assert (result.code, result.out) == (0, "")
    assert result.err == (
        "wrote tracking/tracking.yaml\n"
        "wrote tracking/gtmgen.schema.json\n"
        "next: gtmgen validate tracking/tracking.yaml\n"
    )
    assert "lead-form" in (shell.folder / "tracking/tracking.yaml").read_text()
    assert shell.run("validate", "tracking/tracking.yaml").code == 0


@pytest.mark.usefixtures("starters")
def test_init_overwrites_no_spec(shell: Shell) -> None:
    (shell.folder / "tracking.yaml").write_text("mine")

    result = shell.run("init")

    assert result.code == 4
    assert result.err.startswith("error: `tracking.yaml` exists already\n\nhint: ")
    assert (shell.folder / "tracking.yaml").read_text() == "mine"
    assert not (shell.folder / "gtmgen.schema.json").exists()


@pytest.mark.usefixtures("starters")
def test_an_unknown_starter(shell: Shell) -> None:
    result = shell.run("init", "--starter", "spa-shp")

    assert result.code == 2
    assert result.err == "error: there is no starter `spa-shp`\n\nhint: did you mean `spa-shop`?\n"
