"""Every fault that a table can have by what its descriptor says of it, one at a time, in this process."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from fault_answers import Answer, complains
from fault_tables import Fault, faults
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from neutrality.case import check, load
from neutrality.errors import InputError

sys.path.append(str(Path(__file__).resolve().parents[1] / "case" / "another"))
import another

with TemporaryDirectory() as folder:
    FAULTS = list(faults(another.write(Path(folder) / "case")))


@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: fault.name)
def test_a_fault_of_a_table_is_named_by_its_place(
    command: Callable[..., Answer], spoilt: Path, fault: Fault, tried: Callable[[str], None]
) -> None:
    tried(fault.name)
    fault.spoil(spoilt)
    complains(command("check", "--data", str(spoilt)), *fault.place)


def test_the_case_that_is_spoilt_here_is_sound(command: Callable[..., Answer], sound: Path) -> None:
    assert command("check", "--data", str(sound)) == (0, f"{sound}: no fault found\n", "")


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data(), content=st.one_of(st.binary(max_size=300), st.text(max_size=200).map(str.encode)))
def test_a_table_of_anything_is_refused_in_lines(spoilt: Path, data: st.DataObject, content: bytes) -> None:
    name = data.draw(st.sampled_from(["entities", "figures", "claims", "sources", "wording"]))
    file = spoilt / f"{name}.csv"
    kept = file.read_bytes()
    try:
        file.write_bytes(content)
        with pytest.raises(InputError) as caught:
            load(str(spoilt))
        assert any(file.name in line for line in caught.value.lines)
        assert all(line and "\n" not in line for line in caught.value.lines)
    finally:
        file.write_bytes(kept)


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data(), word=st.text(min_size=1, max_size=30).filter(lambda word: "\x00" not in word))
def test_any_word_in_any_cell_is_taken_or_refused_by_its_line(
    spoilt: Path, data: st.DataObject, word: str
) -> None:
    """A cell of any text is a sound one or a fault with its place; it never ends in anything else."""
    from fault_tables import Table, resources

    table = Table(spoilt, data.draw(st.sampled_from(resources(spoilt))))
    place = data.draw(st.integers(0, len(table.rows) - 1))
    column = data.draw(st.sampled_from([field["name"] for field in table.fields]))
    kept = (spoilt / table.file).read_bytes()
    try:
        table.with_cell(place, column, word)(spoilt)
        found = check(str(spoilt))
        assert all(line and "\n" not in line for line in found)
    finally:
        (spoilt / table.file).write_bytes(kept)
