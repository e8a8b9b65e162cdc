"""The documentation as a workbook, read back by another library."""

from __future__ import annotations

import io
import zipfile
from typing import Any

import openpyxl
import pytest

from gtmgen.docs.changes.compare import compare
from gtmgen.docs.model import Documentation
from gtmgen.docs.spreadsheet.cells import CELL_LENGTH, defuse, make_cell
from gtmgen.docs.spreadsheet.workbook import render_xlsx
from gtmgen.docs.words import list_languages, load_words

from .conftest import documentation, of_data
from .hostile import FORMULAS, TEXTS, hostile

SHEETS = [
    "Overview",
    "Events",
    "Parameters",
    "Data layer contract",
    "Privacy",
    "Event IDs",
    "QA checklist",
    "Glossary",
]


def workbook(found: Documentation, **options: Any) -> Any:
    content = render_xlsx(found, load_words(found.language), **options)
    return openpyxl.load_workbook(io.BytesIO(content))


def rows(sheet: Any) -> list[list[str]]:
    return [[value or "" for value in row] for row in sheet.iter_rows(values_only=True)]


@pytest.fixture(scope="module")
def shop() -> Any:
    return workbook(documentation())


@pytest.fixture(scope="module")
def attacked() -> Any:
    return workbook(hostile())


# -- how it looks ----------------------------------------------------------------------------


def test_heads_are_readable_without_the_style_of_tables(shop: Any) -> None:
    for sheet in shop:
        for table in sheet.tables.values():
            for head in sheet[table.ref][0]:
                assert head.font.b
                assert (head.font.color.rgb, head.fill.fgColor.rgb) == ("FFFFFFFF", "FF2457D6")


def test_on_paper_a_wide_table_takes_several_pages_beside_each_other(shop: Any) -> None:
    across = {
        sheet.title: (sheet.page_setup.fitToWidth or 1, sheet.print_title_cols) for sheet in shop
    }
    assert across == {
        "Overview": (1, None),
        "Events": (2, "$A:$B"),
        "Parameters": (2, "$A:$B"),
        "Data layer contract": (2, "$A:$A"),
        "Privacy": (1, None),
        "Event IDs": (2, "$A:$A"),
        "QA checklist": (1, None),
        "Glossary": (1, None),
    }
    for sheet in shop:
        assert (sheet.page_setup.orientation, sheet.page_setup.fitToHeight) == ("landscape", 0)
        assert (sheet.oddFooter.left.text, sheet.oddFooter.right.text) == ("&A", "&P / &N")
        # Nothing is made smaller than 7 points; at its own size, A4 has room for 150 characters.
        wide = sum(_find_width(sheet, column) for column in range(1, sheet.max_column + 1))
        assert wide / (sheet.page_setup.fitToWidth or 1) / 150 < 11 / 7


def _find_width(sheet: Any, column: int) -> float:
    """openpyxl keeps columns of one width together, under the first one's letter."""
    return next(
        float(size.width)
        for size in sheet.column_dimensions.values()
        if size.min <= column <= size.max
    )


def test_rows_are_as_high_as_their_wrapped_text(shop: Any) -> None:
    """LibreOffice takes the height that the file says, or shows one line."""
    for sheet in shop:
        for row in sheet.iter_rows(min_row=2):
            width = {cell.column_letter: _find_width(sheet, cell.column) for cell in row}
            lines = max(

                    sum(-(-len(line) // (width[cell.column_letter] * 1.2)) or 1
                        for line in str(cell.value or "").split("\n"))
                    for cell in row

            )  # fmt: skip
            height = sheet.row_dimensions[row[0].row].height or 15
            assert height >= 15 * lines
        texts = [cell for row in sheet.iter_rows(min_row=2) for cell in row if cell.value]
        assert all(cell.alignment.wrap_text for cell in texts if len(str(cell.value)) > 60)


def test_excel_fits_a_row_again_when_somebody_writes_into_it() -> None:
    """Unless the height is a custom one."""
    with zipfile.ZipFile(io.BytesIO(render_xlsx(documentation(), load_words()))) as archive:
        sheets = [archive.read(name).decode() for name in archive.namelist() if "sheets/s" in name]
    assert len(sheets) == len(SHEETS)
    assert any(' ht="30"' in sheet for sheet in sheets)
    assert not any("customHeight" in sheet for sheet in sheets)


# -- what is there ---------------------------------------------------------------------------


def test_the_sheets(shop: Any) -> None:
    assert shop.sheetnames == SHEETS


def test_the_overview_ends_with_the_events_and_their_names_at_each_platform(shop: Any) -> None:
    found = rows(shop["Overview"])
    assert found[0][0] == "Tracking for acme-shop"
    assert found[2][:2] == ["Overview", "acme-shop measures 6 events."]
    assert found[-7] == ["Title", "What happens", "Owner", "GA4", "TikTok"]
    assert [found[-1][0], *found[-1][2:]] == ["Order paid", "growth", "purchase", "Purchase"]


def test_a_row_for_each_event_platform_and_parameter(shop: Any) -> None:
    found = rows(shop["Parameters"])
    purchase = [row for row in found if row[0] == "purchase" and row[3] == "TikTok"]
    assert [(row[6], row[8]) for row in purchase] == [
        ("currency", "required"),
        ("contents", "required"),
        ("order_id", "recommended"),
        ("value", "required"),
    ]
    missing = [row for row in found if row[0] == "newsletter" and row[3] == "TikTok"]
    assert [(row[6], row[8], row[15]) for row in missing] == [
        ("value", "recommended, missing", "TikTok recommends value for Subscribe."),
        ("currency", "recommended, missing", "TikTok recommends currency for Subscribe."),
    ]


def test_the_data_layer_contract_and_the_event_ids(shop: Any) -> None:
    email = next(row for row in rows(shop["Data layer contract"]) if row[0] == "customer_email")
    assert (email[3], email[4], email[6]) == ("user.email", "email", "yes")
    purchase = next(row for row in rows(shop["Event IDs"]) if row[0] == "purchase")
    assert purchase[2:7] == ["yes", "order_id", "purchase_", "event_id", "purchase_1001"]


def test_tables_can_be_filtered_and_their_heads_stay_in_sight(shop: Any) -> None:
    for sheet in shop.worksheets[1:]:
        (table,) = sheet.tables.values()
        assert table.ref == sheet.dimensions
        assert table.autoFilter.ref == sheet.dimensions
        assert table.tableStyleInfo.name == "TableStyleLight9"
        assert sheet.freeze_panes in ("B2", "C2")
        assert all(10 <= column.width <= 91 for column in sheet.column_dimensions.values())
        assert sheet["A2"].alignment.wrap_text


def test_the_checklist_has_a_status_to_choose(shop: Any) -> None:
    sheet = shop["QA checklist"]
    last = sheet.max_row
    assert {row[4] for row in rows(sheet)[1:]} == {"open"}
    (rule,) = sheet.data_validations.dataValidation
    assert (rule.type, str(rule.sqref)) == ("list", f"E2:E{last}")
    assert rule.formula1 == '"open,passed,failed,not applicable"'
    formats = [
        rule.formula for area in sheet.conditional_formatting for rule in area.rules if rule.formula
    ]
    assert formats == [['"passed"'], ['"failed"'], ['"not applicable"']]


def test_changes_have_a_sheet_of_their_own() -> None:
    before, after = of_data(), of_data(data={"plan": {"query": "plan"}})
    found = workbook(after, changes=compare(before, after))
    sheets = [name for name in SHEETS if name != "Privacy"]  # nothing personal is sent here
    assert found.sheetnames == [*sheets[:-1], "What changed", "Glossary"]
    assert rows(found["What changed"])[1][:3] == ["Data layer", "plan", "new"]


def test_a_spec_with_nothing_in_it() -> None:
    found = workbook(of_data())
    assert rows(found["QA checklist"])[1:] == []
    assert found["QA checklist"].tables["T_qa_checklist"].ref == "A1:H2"


@pytest.mark.parametrize("language", list_languages())
def test_every_language_has_names_that_excel_takes(language: str) -> None:
    words = load_words(language)
    sheets = ["sheet.parameters", "sheet.data", "sheet.event_ids", "sheet.checklist"]
    sheets += ["label.overview", "label.events", "changes.title", "label.glossary"]
    sheets += ["label.privacy"]
    found = workbook(documentation("everything/everything.yaml", language))
    assert set(found.sheetnames) <= {words(key) for key in sheets}  # none had to be cut
    assert len(",".join(words.section("sheet.status").values())) <= 255
    assert not [text for text in words.section("sheet.status").values() if "," in text]


def test_names_of_an_own_language_are_made_to_fit(tmp_path: Any) -> None:
    file = tmp_path / "nl.yaml"
    file.write_text(
        "sheet: {parameters: 'a/b[c]', data: 'a/b[c]', checklist: '" + "x" * 40 + "'}\n"
        "label: {title: Naam, event: naam}\n",
        encoding="utf-8",
    )
    content = render_xlsx(documentation(), load_words(str(file)))
    names = openpyxl.load_workbook(io.BytesIO(content)).sheetnames
    assert names[2:6] == ["a b c", "a b c 4", "Privacy", "Event IDs"]
    assert names[6] == "x" * 31


# -- the same bytes ------------------------------------------------------------------------


def test_the_same_documentation_gives_the_same_bytes() -> None:
    one, two = (render_xlsx(documentation(), load_words()) for _ in range(2))
    assert one == two
    with zipfile.ZipFile(io.BytesIO(one)) as archive:
        assert {item.date_time[:3] for item in archive.infolist()} == {(1980, 1, 1)}
        core = archive.read("docProps/core.xml")
    assert core.count(b"1980-01-01T00:00:00Z") == 2  # created, modified


# -- a hostile spec ------------------------------------------------------------------------


def test_every_cell_is_text(attacked: Any) -> None:
    for sheet in attacked.worksheets:
        for row in sheet.iter_rows():
            for found in row:
                assert found.data_type == ("n" if found.value is None else "s"), found.coordinate
                assert found.hyperlink is None


def test_nothing_in_the_file_is_a_formula_or_a_link() -> None:
    content = render_xlsx(hostile(), load_words())
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        sheets = [name for name in archive.namelist() if name.startswith("xl/worksheets/")]
        assert not [
            name for name in sheets if "_rels" in name and b"hyperlink" in archive.read(name)
        ]
        for name in sheets:
            if name.endswith(".xml"):
                assert b"<f>" not in archive.read(name)
                assert b"<hyperlink" not in archive.read(name)


def test_no_cell_becomes_a_formula_when_the_workbook_is_saved_as_csv(attacked: Any) -> None:
    for sheet in attacked.worksheets:
        for row in rows(sheet):
            for value in row:
                assert not value.lstrip().startswith(("=", "+", "-", "@")), value
                assert not value.startswith(("\t", "\r"))


def test_titles_are_there_as_they_were_written(attacked: Any) -> None:
    found = [row[1] for row in rows(attacked["Events"])[1:]]
    expected = [defuse(text) for text in TEXTS]
    assert [" ".join(text.split()) for text in found] == [" ".join(t.split()) for t in expected]


@pytest.mark.parametrize("value", FORMULAS[:12])
def test_what_a_spreadsheet_would_run_gets_an_apostrophe(value: str) -> None:
    assert defuse(value) == (value if value.startswith("{") else f"'{value}")


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("", ""),
        ("plain", "plain"),
        ("+49 151 12345678", "+49 151 12345678"),
        ("-1.5", "-1.5"),
        ("-1+1", "'-1+1"),
        ("a\r\nb\u2028c\rd", "a\nb\nc\nd"),
        ("\x00\x1f\ud800\ufffe", "\ufffd\ufffd\ufffd\ufffd"),
    ],
)
def test_a_cell(value: str, expected: str) -> None:
    assert make_cell(value, load_words()) == expected


def test_a_cell_that_is_too_long_is_cut_and_says_so() -> None:
    words = load_words()
    assert make_cell("x" * CELL_LENGTH, words) == "x" * CELL_LENGTH
    found = make_cell("x" * 40_000, words)
    assert len(found) == CELL_LENGTH
    assert found.endswith("x [… 7258 more characters]")
    wide = make_cell("\U0001f600" * 20_000, words)  # two units each
    assert len(wide.encode("utf-16-le")) // 2 <= CELL_LENGTH
    assert wide.endswith(" more characters]")
    long = of_data(data={"plan": {"query": "plan", "description": "x" * 40_000}})
    assert rows(workbook(long)["Data layer contract"])[1][1] == found
