"""Where the blocks are: heads merged, in two rows, worded freely, or said by hand."""

from __future__ import annotations

import io
from collections.abc import Mapping, Sequence

import openpyxl
import pytest

from documents.tables import Unfit
from routing.importing import reading
from tests.partners.workbooks import workbook
from tests.routing.mappings import book_of

HEADS_IN_ONE_ROW = [
    *("", "PubSec Partner", "PubSec CAM", "", "Alliance Partner", "Alliance CAM", ""),
    *("Opp Owner Segment-Geo-Region-Area", "FY23 CAM", "Account Sales Territory", "Channel Manager", ""),
    *("GSI Partner Account Name", "Channel Account Manager"),
]
LINE = [
    *("", "P", "Ann", "", "A", "Ben", "", "Mid-Market-AMER-East-MM Territory", "Look at Territory", "T-1", "Cem"),
    *("", "G", "Dee"),
]
WHOLE = {"us_pubsec": "B:C", "alliance": "E:F", "segment": "H:I", "territory": "J:K", "gsi": "M:N"}


def found(*rows: Sequence[str], merge: Sequence[str] = (), said: Mapping[str, str] | None = None) -> dict[str, str]:
    content = workbook(*rows, title="Mapping Tables", merge=merge)
    return {table: block.columns for table, block in reading.read(content, "m.xlsx", said=said).blocks.items()}


def test_heads_in_one_row_after_a_title_and_blank_rows() -> None:
    assert found(["CAM Mapping FY23"], [], HEADS_IN_ONE_ROW, LINE) == WHOLE


def test_groups_merged_above_their_heads() -> None:
    groups = ["", "US PubSec CAM Mapping", "", "", "Alliances", "", "", "Lookup 1", "", "Lookup 2", "", "", "GSI", ""]
    heads = [
        *("", "Partner", "CAM", "", "Partner", "CAM", "", "[Deprecated] Owner Segment-Geo-Region-Area", "CAM"),
        *("Stamped Account Sales Territory", "CAM", "", "Partner", "CAM"),
    ]
    assert found(groups, heads, LINE, merge=["B1:C1", "E1:F1", "M1:N1"]) == WHOLE


def test_one_head_merged_over_both_columns_of_a_block() -> None:
    heads = ["", "US PubSec", "", "", "Alliance", "", "", "Segment", "", "Territory", "", "", "GSI", ""]
    merge = ["B1:C1", "E1:F1", "H1:I1", "J1:K1", "M1:N1"]
    assert found(heads, LINE, merge=merge) == WHOLE


def test_partner_blocks_that_say_no_kind_are_taken_by_their_place() -> None:
    heads = [
        *("", "Partner", "CAM", "", "Partner", "CAM", "", "Owner_Segment_Geo_Region_Area__c", "CAM"),
        *("Stamped_Account_Sales_Territory__c", "CAM", "", "Partner", "CAM"),
    ]
    assert found(heads, LINE) == WHOLE


def test_columns_said_by_hand_or_left_out() -> None:
    said = {"segment": " h:I ", "gsi": "-"}
    rows = [*[["", "Partner of PubSec", "CAM", "", "", "", "", "What?", "Who?"]], LINE]
    assert found(*rows, said=said) == {"us_pubsec": "B:C", "segment": "H:I"}
    for wrong in ("H", "H:H", "1:2", "HHH:I"):
        with pytest.raises(Unfit, match="names no two columns"):
            found(*rows, said={"segment": wrong})


def test_lines_with_their_cells_without_blank_rows_repeated_heads_and_trailing_blanks() -> None:
    content = workbook(
        ["Segment", "CAM", "", "Territory", "CAM"],
        ["Large-AMER-East-Named  ", " Look at Territory", "", "T-1\u00a0", "Jay Bahar"],
        [],
        ["Segment", "CAM", "", "", ""],
        ["", "", "", "T-2", ""],
    )
    sheet = reading.read(content, "CAM Mapping FY24.xlsx")
    assert [tuple(line) for line in sheet.lines] == [
        ("segment", "Large-AMER-East-Named", "Look at Territory", 2, "B2"),
        ("territory", "T-1", "Jay Bahar", 2, "E2"),
        ("territory", "T-2", "", 5, "E5"),
    ]
    assert sheet.fiscal_year == "FY24"


def test_a_row_whose_formulas_have_no_results_is_not_taken_for_a_blank_one() -> None:
    """openpyxl writes formulas without results, as many programs do; one beside the blocks does no harm."""
    for where in ("A3", "B3"):
        with pytest.raises(Unfit, match=rf"results of the formulas are not in this file \({where}\)"):
            reading.read(with_formula(where), "m.xlsx")
    assert [line.key for line in reading.read(with_formula("D3"), "m.xlsx").lines] == ["K-1"]


def with_formula(where: str) -> bytes:
    book = openpyxl.load_workbook(io.BytesIO(workbook(["Segment", "CAM"], ["K-1", "Jay Bahar"])))
    book.worksheets[0][where] = '=IF(1>2,"<no>",Z9)'
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


@pytest.mark.parametrize("separator", [",", ";"])
def test_a_csv_is_read_like_a_workbook(separator: str) -> None:
    rows = [["Segment", "CAM", "", "GSI Partner", "CAM"], ["Large, East; North", "Bahar, Jay", "", "'=Sum Ltd", "Ann"]]
    text = "\r\n".join(separator.join(f'"{cell}"' for cell in row) for row in rows)
    lines = reading.read(text.encode("cp1252"), "mapping.csv").lines
    assert [(line.key, line.result) for line in lines] == [("Large, East; North", "Bahar, Jay"), ("=Sum Ltd", "Ann")]


def test_the_tab_with_the_blocks_and_a_file_without_any() -> None:
    with pytest.raises(Unfit, match="The first line reads “Name”, “Age”"):
        reading.read(workbook(["Name", "Age"], ["Ann", "3"], title="Mapping Tables"), "m.xlsx")
    with pytest.raises(Unfit, match="nothing below the heads"):
        reading.read(book_of({}), "m.xlsx")
