"""Which specs the paths of a command line mean."""

import pytest

from gtmgen.errors import UsageError
from gtmgen.source.discover import find_specs

SPEC = "gtmgen: 1\nproject: shop\n"


@pytest.fixture
def tree(tmp_path, monkeypatch):
    files = {
        "shop/shop.yaml": SPEC + "include: [data/*.yaml]\n",
        "shop/data/one.yaml": "data: {}\n",
        "shop/data/two.yml": "data: {}\n",
        "shop/other.yaml": SPEC + "include: data/one.yaml\n",
        "blog.yml": "# the blog\n'gtmgen': 1\n",
        ".hidden/spec.yaml": SPEC,
        "node_modules/spec.yaml": SPEC,
        "notes/todo.yaml": "a: 1\n",
    }
    for name, text in files.items():
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    (tmp_path / "loop").symlink_to(tmp_path)
    monkeypatch.chdir(tmp_path)

    def find(*names):
        return [
            path.as_posix()
            for path in find_specs([tmp_path.__class__(name) for name in names], tmp_path)
        ]

    return find


def test_a_folder_stands_for_every_spec_below_it(tree):
    assert tree(".") == ["blog.yml", "shop/other.yaml", "shop/shop.yaml"]
    assert tree("shop") == ["shop/other.yaml", "shop/shop.yaml"]


def test_a_file_stands_for_itself_and_each_spec_once(tree):
    assert tree("shop/shop.yaml", "shop", "shop/shop.yaml") == ["shop/shop.yaml", "shop/other.yaml"]


def test_an_included_file_is_checked_through_the_specs_that_include_it(tree):
    assert tree("shop/data/one.yaml") == ["shop/other.yaml", "shop/shop.yaml"]
    assert tree("shop/data/two.yml") == ["shop/data/two.yml"]


def test_also_when_the_included_file_cannot_be_read_as_yaml(tree, tmp_path):
    (tmp_path / "shop/data/one.yaml").write_text("a: [\n")
    assert tree("shop/data/one.yaml") == ["shop/other.yaml", "shop/shop.yaml"]


def test_a_file_that_nobody_includes_stands_for_itself(tree):
    assert tree("notes/todo.yaml") == ["notes/todo.yaml"]
    assert tree("missing.yaml", "plan.json") == ["missing.yaml", "plan.json"]


def test_of_changed_files_those_of_no_spec_are_left_out(tree, tmp_path):
    paths = [tmp_path / name for name in ("notes/todo.yaml", "shop/data/one.yaml", "README.md")]
    assert find_specs(paths, tmp_path, others=False) == [
        tmp_path / "shop/other.yaml",
        tmp_path / "shop/shop.yaml",
    ]


def test_the_search_goes_no_higher_than_where_the_command_runs(tree, tmp_path):
    (tmp_path / "above.yaml").write_text(SPEC + "include: notes/todo.yaml\n")
    notes = tmp_path / "notes"
    assert find_specs([notes / "todo.yaml"], notes) == [notes / "todo.yaml"]
    assert find_specs([notes / "todo.yaml"], tmp_path) == [tmp_path / "above.yaml"]


def test_a_folder_without_a_spec_is_refused(tree):
    with pytest.raises(UsageError, match=r"^there is no spec below `notes`$") as raised:
        tree("notes")
    assert raised.value.hint == "a spec has `gtmgen: 1`"
