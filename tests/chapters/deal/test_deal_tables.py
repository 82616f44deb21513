"""The deal's tables about what its answers hang on, against numbers worked out by hand."""

from __future__ import annotations

import pytest
from neutrality.case import load
from neutrality.chapters import compute
from neutrality.results import Number, Span


@pytest.fixture(scope="module")
def tables(case):
    return compute("deal", case).tables


def values(row) -> list[float | None]:
    return [cell.value for cell in row if isinstance(cell, Number)]


def test_growth_at_the_ends_of_each_input(tables) -> None:
    rows = {(row[0], row[1]): values(row) for row in tables["T1.5"].rows}
    at_low, own, at_high = rows["Exit multiple", "Required return, exit-multiple method"]
    assert at_low == pytest.approx((29 * 1.10**5 / (6 * 0.87)) ** 0.2 - 1)
    assert own == pytest.approx((29 * 1.15**5 / (6 * 0.87)) ** 0.2 - 1)
    assert at_high == pytest.approx((29 * 1.25**5 / (6 * 0.87)) ** 0.2 - 1)
    none, _, every = rows["Exit multiple", "Share of the price that stayed in the company"]
    assert none == pytest.approx(own)
    assert every == pytest.approx((14.7 * 1.15**5 / (6 * 0.87)) ** 0.2 - 1)
    short, _, long = rows["Cash flow", "Years of growth, cash-flow method"]
    assert short > long
    forms = {row[0] for row in tables["T1.5"].rows}
    assert forms == {"Exit multiple", "Cash flow"}


def test_swings_are_sorted_and_right(tables) -> None:
    rows = tables["T1.8"].rows
    by_answer: dict[str, list] = {}
    for answer, figure, span, low, high, swing in rows:
        assert isinstance(span, Span)
        assert swing.value == pytest.approx(abs(high.value - low.value))
        by_answer.setdefault(answer, []).append((figure, low.value, high.value, swing.value))
    for swings in by_answer.values():
        sizes = [swing[-1] for swing in swings]
        assert sizes == sorted(sizes, reverse=True)
    implied = {name: (low, high) for name, low, high, _ in by_answer["Implied post-money value"]}
    assert implied["Stake taken"] == pytest.approx((14.3 / 0.485, 14.3 / 0.495))
    assert implied["Price paid for the stake"] == pytest.approx((14.25 / 0.49, 14.35 / 0.49))
    erased = {
        name: (low, high) for name, low, high, _ in by_answer["Step-up carried by the largest customer"]
    }
    assert erased["Valuation before the deal"] == pytest.approx((5 / 15.5, 5 / 14.5))
    left = {name: (low, high) for name, low, high, _ in by_answer["Part of the cheque not explained"]}
    # Without a value of its own the business stands at the value before, which is what moves.
    assert left["Valuation before the deal"] == pytest.approx((14.3 - 0.49 * 13.5, 14.3 - 0.49 * 14.5))
    assert left["Share of the price that stayed in the company"] == pytest.approx((7.44, 7.44 - 0.49 * 14.3))


def test_a_value_of_its_own_takes_the_place_of_the_value_before() -> None:
    rows = compute("deal", load(figures={"standalone_value": 13})).tables["T1.8"].rows
    names = [row[1] for row in rows if row[0] == "Part of the cheque not explained"]
    assert "Valuation before the deal" not in names


def test_the_grid_moves_two_things_at_once(tables) -> None:
    table = tables["T1.9"]
    grid = {round(row[0].value, 6): [cell.value for cell in row[1:]] for row in table.rows}
    lost = (0, 0.15, 0.2, 0.3)
    for level in (29 / 0.87, 24.15, 14 / 0.87, 15):
        assert grid[round(level, 6)] == pytest.approx([level * (0.87 - one) for one in lost])
    levels = [row[0].value for row in table.rows]
    assert levels == sorted(levels, reverse=True)


def test_lost_neutrality_by_row(tables) -> None:
    costs = [row[2].value for row in tables["T1.7"].rows]
    assert costs == pytest.approx([0.49 * 5, 0.49 * 20 / 3, 0.49 * 29 / 0.87 * 0.240375])
    shares = [row[4].value for row in tables["T1.7"].rows]
    assert shares == pytest.approx([cost / 14.3 for cost in costs])


def test_volume_and_price_have_a_row_for_the_low_end_of_the_range(tables) -> None:
    rows = [[cell.value for cell in row[1:]] for row in tables["T1.4b"].rows]
    assert rows[0] == pytest.approx([29 / 0.87, 29, -5, 0, 24])
    assert rows[1] == pytest.approx(
        [15, 29, -0.15 * (29 / 0.87 + 15) / 2, -(29 / 0.87 - 15) * (0.87 + 0.72) / 2, 10.8]
    )
    own = compute("deal", load(figures={"multiple_after_exit": 25})).tables["T1.4b"].rows
    assert [cell.value for cell in own[0][1:]] == pytest.approx([25, 29, -4.375, -6.625, 18])


def test_a_case_without_a_range_for_the_multiple_has_one_row(spoilt) -> None:
    spoilt.change(
        "figures",
        lambda rows: [
            row | {"low": "", "high": ""} if row["id"] == "multiple_after_exit" else row for row in rows
        ],
    )
    chapter = compute("deal", load(str(spoilt)))
    assert len(chapter.tables["T1.4b"].rows) == 1
    assert chapter.results.value("deal.value_after_exit_low") is None
    assert "lowest multiple" not in " ".join(map(str, chapter.notes))
    assert len(chapter.tables["T1.9"].rows) == 2
