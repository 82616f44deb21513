"""The folder of a sweep: what it is, what is done, and the tables made of it.

Each run is a line of the journal, written when the run is done, so that an interrupted sweep goes on where it
stopped. The tables are made from the journal when all runs are there, in the order of the runs, whatever the
order in which they came.
"""

from __future__ import annotations

import csv
import json
import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from io import BytesIO
from pathlib import Path
from types import TracebackType
from typing import IO, Any

from filelock import FileLock, Timeout

from neutrality import files
from neutrality.errors import InputError
from neutrality.sweep.plan import Plan, Point
from neutrality.sweep.run import Outcome

MANIFEST, JOURNAL, LOCK = "sweep.json", "runs.jsonl", ".lock"
CSV, PARQUET = "results.csv", "results.parquet"

#: What the manifest's shape is called.
FORMAT = 1

#: The columns that every table begins and ends with.
FIRST, LAST = ("run", "id", "value", "word", "unit"), ("scenario", "error")

#: What the manifest holds, in words for whoever is told that it differs.
_WORDS = {
    "plan": "plan",
    "case": "case",
    "package": "version of the package",
    "versions": "versions of Python and the libraries",
}

#: Rows of a batch of the Parquet table.
_BATCH = 50_000


class Store:
    """A sweep's folder, open for one sweep at a time. Use it as a context."""

    def __init__(self, folder: Path, made_of: Mapping[str, Any]) -> None:
        self.folder = folder
        self._made_of = json.loads(json.dumps({"format": FORMAT, **made_of}))
        self._places: dict[int, tuple[int, int]] = {}
        self._shapes: list[tuple[list[str], list[str]]] = []

    def __enter__(self) -> Store:
        try:
            self._refuse_a_folder_of_others()
            self.folder.mkdir(parents=True, exist_ok=True)
            self._lock = FileLock(self.folder / LOCK)
            self._lock.acquire(timeout=0)
        except Timeout:
            raise InputError(f"{self.folder}: another sweep is at work there") from None
        except OSError as problem:
            raise InputError(f"{self.folder}: cannot be written: {problem.strerror}") from None
        try:
            self._claim()
            self._journal: IO[bytes] = (self.folder / JOURNAL).open("a+b")
            self._recover()
        except OSError as problem:
            self._lock.release()
            raise InputError(f"{self.folder}: cannot be written: {problem.strerror}") from None
        except InputError:
            self._lock.release()
            raise
        return self

    def __exit__(
        self, kind: type[BaseException] | None, value: BaseException | None, trace: TracebackType | None
    ) -> None:
        # A line that found no room is still on its way into the file, and was told of.
        with suppress(OSError):
            self._journal.close()
        # What a sweep that was killed had half written.
        with suppress(OSError):
            for part in self.folder.glob(".*.part"):
                part.unlink()
        self._lock.release()

    def _refuse_a_folder_of_others(self) -> None:
        """Before anything is written, even the lock."""
        if self.folder.is_dir() and not (self.folder / MANIFEST).exists():
            others = sorted(
                path.name
                for path in self.folder.iterdir()
                if path.name != LOCK and not path.match(f".{MANIFEST}.*.part")
            )
            if others:
                raise InputError(f"{self.folder}: holds other files ({others[0]}), expected an empty folder")

    def _claim(self) -> None:
        """Write the manifest into an empty folder; elsewhere it must say the same."""
        manifest = self.folder / MANIFEST
        if not manifest.exists():
            with replacing(manifest) as part:
                part.write_text(json.dumps(self._made_of, indent=2) + "\n", "utf-8")
            return
        try:
            held = json.loads(manifest.read_text("utf-8"))
        except ValueError:
            held = None
        if not isinstance(held, dict) or held.get("format") != FORMAT:
            raise InputError(f"{manifest}: is no manifest of a sweep; choose another folder")
        differing = [words for key, words in _WORDS.items() if held.get(key) != self._made_of.get(key)]
        if differing:
            hint = self._differing_keys(held) if "plan" in differing else ""
            raise InputError(
                f"{self.folder}: holds a sweep with another {' and another '.join(differing)}{hint}; "
                "choose another folder, or remove this one"
            )

    def _differing_keys(self, held: Mapping[str, Any]) -> str:
        before, now = held.get("plan"), self._made_of["plan"]
        before = before if isinstance(before, dict) else {}
        keys = [key for key in {**before, **now} if before.get(key) != now.get(key)]
        return f" (it differs in {', '.join(keys)})"

    def _recover(self) -> None:
        """Read what is done. A last line that was torn when the sweep was killed goes, with all after it."""
        self._journal.seek(0)
        end = 0
        for line in self._journal:
            if not line.endswith(b"\n") or not self._noted(line, end):
                break
            end += len(line)
        self._journal.truncate(end)
        self._journal.seek(0, os.SEEK_END)

    def _noted(self, line: bytes, start: int) -> bool:
        try:
            found = json.loads(line)
            if "ids" in found:
                self._shapes.append((found["ids"], found["units"]))
            else:
                if "error" not in found:
                    # Whose names and units are gone cannot be read.
                    self._shapes[found["shape"]]
                self._places[int(found["run"])] = (start, len(line))
        except (ValueError, KeyError, TypeError, IndexError):
            return False
        return True

    @property
    def done(self) -> frozenset[int]:
        """The numbers of the runs that need not be computed again."""
        return frozenset(self._places)

    def add(self, outcome: Outcome) -> None:
        """Note what came of a run."""
        if outcome.run in self._places:
            return
        record: dict[str, Any] = {"run": outcome.run}
        if outcome.error:
            record["error"] = outcome.error
        else:
            ids, values, units = map(list, zip(*outcome.results, strict=True))
            # Names and units are the same in nearly all runs: they stand once.
            if (ids, units) not in self._shapes:
                self._append({"ids": ids, "units": units})
                self._shapes.append((ids, units))
            record |= {"shape": self._shapes.index((ids, units)), "values": values}
        self._places[outcome.run] = self._append(record)

    def _append(self, record: Mapping[str, Any]) -> tuple[int, int]:
        line = json.dumps(record, allow_nan=False, separators=(",", ":")).encode() + b"\n"
        start = self._journal.seek(0, os.SEEK_END)
        try:
            self._journal.write(line)
            self._journal.flush()
        except OSError as problem:
            raise InputError(f"{self.folder / JOURNAL}: cannot be written: {problem.strerror}") from None
        return start, len(line)

    def outcome(self, run: int) -> Outcome:
        """What came of a run that is done."""
        start, length = self._places[run]
        self._journal.seek(start)
        record = json.loads(self._journal.read(length))
        if "error" in record:
            return Outcome(run, error=record["error"])
        ids, units = self._shapes[record["shape"]]
        return Outcome(run, tuple(zip(ids, record["values"], units, strict=True)))

    def write_tables(self, plan: Plan, points: list[Point]) -> None:
        """Write the tidy table of all runs, as CSV and as Parquet: a row for each result of each run."""
        from arro3.core import DataType, Field, RecordBatchReader, Schema
        from arro3.io import write_parquet

        columns = names_of(plan)
        numbers = ("value", *columns[len(FIRST) :][: len(plan.vary)])
        kinds = {"run": DataType.int64(), **dict.fromkeys(numbers, DataType.float64())}
        schema = Schema([Field(name, kinds.get(name, DataType.string())) for name in columns])
        with replacing(self.folder / CSV) as part, part.open("w", newline="", encoding="utf-8") as stream:
            writer = csv.writer(stream, lineterminator="\n")
            writer.writerow(columns)
            for point in points:
                writer.writerows(self.rows(plan, point))
        # Into memory first: on a full disk the library panics, where Python says what the matter is.
        whole = BytesIO()
        batches = RecordBatchReader.from_batches(schema, self._batches(plan, points, schema))
        write_parquet(batches, whole, compression="zstd(3)")
        with replacing(self.folder / PARQUET) as part:
            part.write_bytes(whole.getbuffer())

    def _batches(self, plan: Plan, points: list[Point], schema: Any) -> Iterator[Any]:
        held: list[tuple[Any, ...]] = []
        for point in points:
            held += self.rows(plan, point)
            if len(held) >= _BATCH:
                yield _batch(held, schema)
                held.clear()
        if held:
            yield _batch(held, schema)

    def rows(self, plan: Plan, point: Point) -> Iterator[tuple[Any, ...]]:
        """A run's rows of the table. One whose figures contradict each other has a single row that says so."""
        outcome = self.outcome(point.run)
        varied = tuple(point.figures[name] for name in plan.vary)
        chosen = tuple(str(point.choices[name]) for name in plan.choices)
        end = (*varied, point.scenario, *chosen, outcome.error or None)
        if outcome.error:
            yield (point.run, None, None, None, None, *end)
        for name, value, unit in outcome.results:
            number, word = (None, value) if isinstance(value, str) else (value, None)
            yield (point.run, name, number, word, unit, *end)


def names_of(plan: Plan) -> list[str]:
    """The columns of the table. A figure whose id is the name of another column gets a longer one."""
    taken = {*FIRST, *LAST, *plan.choices}
    figures = [f"figure.{name}" if name in taken else name for name in plan.vary]
    return [*FIRST, *figures, LAST[0], *plan.choices, LAST[1]]


def _batch(rows: list[tuple[Any, ...]], schema: Any) -> Any:
    from arro3.core import Array, RecordBatch

    columns = zip(*rows, strict=True)
    arrays = [Array(list(column), type=field.type) for column, field in zip(columns, schema, strict=True)]
    return RecordBatch.from_arrays(arrays, schema=schema)


@contextmanager
def replacing(target: Path) -> Iterator[Path]:
    """As `files.replacing`; what the system refuses is a fault of the folder that was given."""
    try:
        with files.replacing(target) as part:
            yield part
    except OSError as problem:
        raise InputError(f"{target}: cannot be written: {problem.strerror}") from None


__all__ = ["CSV", "JOURNAL", "MANIFEST", "PARQUET", "Store", "names_of", "replacing"]
