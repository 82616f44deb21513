"""What a run reads, written down while it reads: so that it is known later whether it would come out the same.

While a run is watched, `load` and its kin hand out cases that note every question put to them and what was
answered, and every other file that is opened is noted too (`reads_files`). A run is a function of its text, its
parameters, its code and these answers. Each question depends on the answers before it only, so a run whose
questions are all answered as before asks no others and comes out the same.

What cannot be followed is noted as such, and nobody may then take a result for another. Not seen are the clock
and the environment; cells that name either are found by their text (`neutrality.press.reads`).
"""

from __future__ import annotations

import dataclasses
import hashlib
import json
from collections.abc import Callable, Iterator, Mapping
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from neutrality.case.figures import Figure
from neutrality.case.reads_files import Files, follow, paused
from neutrality.errors import InputError

if TYPE_CHECKING:
    from datetime import date

    from neutrality.case.load import Case

#: How many cases a run may ask before every further one counts as read whole. A run over hundreds of
#: variants asks each of them nearly everything: its list of answers would outgrow its result, and writing them
#: down would take longer than the run.
FINE = 8

#: The question that stands for all of them.
WHOLE = "digest"

#: What decides about a case beside its bytes: place, day, scenario, new values, scale, method of pooling.
Settings = tuple[str, "date | None", str, Mapping[str, Any], str, str]


def fingerprint(value: Any) -> str:
    """A hash of a value of the case; equal values have equal hashes, in any process."""
    return hashlib.sha256(json.dumps(_plain(value), ensure_ascii=False).encode()).hexdigest()[:20]


def _plain(value: Any) -> Any:
    if value is None or isinstance(value, str | bool | int):
        return value
    if isinstance(value, float):
        # 1 and 1.0 are not printed alike.
        return ["float", repr(value)]
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        fields = [field.name for field in dataclasses.fields(value)]
        return [type(value).__name__, *([name, _plain(getattr(value, name))] for name in fields)]
    if isinstance(value, Mapping):
        return ["map", *([_plain(key), _plain(item)] for key, item in value.items())]
    if isinstance(value, list | tuple):
        return ["list", *map(_plain, value)]
    if isinstance(value, set | frozenset):
        return ["set", *sorted(json.dumps(_plain(item)) for item in value)]
    return [type(value).__name__, str(value)]


class Answers:
    """What one case was asked and answered."""

    def __init__(self) -> None:
        self.asked: dict[str, str] = {}
        self.figures: dict[str, str] = {}

    def note(self, case: Case, question: tuple[Any, ...], answer: Any) -> None:
        """Write down an answer; figures in it by themselves, so that one can say which of them changed."""
        asked = json.dumps(question, ensure_ascii=False)
        if asked not in self.asked:
            self.asked[asked] = self.of(case, answer)

    def of(self, case: Case, answer: Any) -> str:
        """How an answer is written down."""
        found = [answer] if dataclasses.is_dataclass(answer) else answer
        if not isinstance(found, list | tuple) or not found:
            return fingerprint(answer)
        if not all(isinstance(one, Figure) and case.figures.get(one.id) is one for one in found):
            return fingerprint(answer)
        for figure in found:
            if figure.id not in self.figures:
                self.figures[figure.id] = fingerprint(figure)
        return " ".join(("figures:", *(figure.id for figure in found)))


def asked(case: Case, question: tuple[Any, ...]) -> Any:
    """What a case answers to a question as it was noted. Raises what the case raises."""
    match question:
        case ("figures", "of", name):
            return case.figures.get(name)
        case ("figures",):
            return list(case.figures)
        case ("tables", name):
            return case.tables.get(name)
        case ("tables",):
            return list(case.tables)
        case (name,):
            return getattr(case, name)
        case (name, positional, named):
            return getattr(case, name)(*positional, **named)
    raise LookupError(question)


def answer(case: Case, question: tuple[Any, ...]) -> Any:
    """As `asked`; a fault of the user's is an answer too."""
    try:
        return asked(case, question)
    except InputError as problem:
        return ["raised", *problem.lines]


class _Noted(Mapping[str, Any]):
    """A mapping of the case that notes what is looked up in it."""

    def __init__(self, name: str, case: Case, answers: Answers) -> None:
        self._name, self._case, self._answers = name, case, answers
        self._inner: Mapping[str, Any] = getattr(case, name)

    def _one(self, key: Any) -> None:
        question = (self._name, "of", key) if self._name == "figures" else (self._name, key)
        if isinstance(key, str):
            self._answers.note(self._case, question, self._inner.get(key))

    def __getitem__(self, key: str) -> Any:
        self._one(key)
        return self._inner[key]

    def __contains__(self, key: object) -> bool:
        self._one(key)
        return key in self._inner

    def __iter__(self) -> Iterator[str]:
        self._answers.note(self._case, (self._name,), list(self._inner))
        return iter(self._inner)

    def __len__(self) -> int:
        self._answers.note(self._case, (self._name,), list(self._inner))
        return len(self._inner)

    def __repr__(self) -> str:
        return repr(dict(self))

    def __reduce__(self) -> Any:
        return dict, (dict(self),)


_MAPPINGS = ("figures", "tables")


def _watched_kind() -> type[Any]:
    """The class of cases that note what they are asked, made when it is first needed: it is a kind of
    `Case`, whose module needs this one."""
    from neutrality.case.load import Case

    class Watched(Case):
        def __getattribute__(self, name: str) -> Any:
            own = object.__getattribute__
            if name == "__class__":
                # A copy with other fields is a plain case; its fields are read, and noted, one by one.
                return Case
            if name in ("__reduce_ex__", "_inner", "_answers"):
                return own(self, name)
            inner, answers = own(self, "_inner"), own(self, "_answers")
            if name in _MAPPINGS:
                return _Noted(name, inner, answers)
            if name.startswith("__"):
                # Whoever looks behind the fields may take all of them.
                answers.note(inner, (WHOLE,), inner.digest)
                return getattr(inner, name)
            value = getattr(inner, name)
            if callable(value):
                return partial(_ask, inner, answers, name)
            answers.note(inner, (name,), value)
            return value

        def __reduce_ex__(self, protocol: Any) -> Any:
            inner, answers = self._inner, self._answers
            answers.note(inner, (WHOLE,), inner.digest)
            return inner.__reduce_ex__(protocol)

    return Watched


def _ask(case: Case, answers: Answers, name: str, *positional: Any, **named: Any) -> Any:
    question = (name, list(positional), named)
    try:
        repeatable = json.loads(json.dumps(question)) == [name, list(positional), named]
    except (TypeError, ValueError):
        repeatable = False
    if not repeatable:
        # It could not be asked again.
        answers.note(case, (WHOLE,), case.digest)
        return getattr(case, name)(*positional, **named)
    try:
        found = getattr(case, name)(*positional, **named)
    except InputError as problem:
        answers.note(case, question, ["raised", *problem.lines])
        raise
    answers.note(case, question, found)
    return found


class _Watch:
    """All that one process has read since it is watched."""

    def __init__(self) -> None:
        self.kind = _watched_kind()
        self.cases: dict[str, Answers] = {}
        self.digests: dict[str, str] = {}
        self.wholes: set[str] = set()
        self.problems: dict[str, str] = {}
        self.opened = Files()

    def noted(self, settings: Settings) -> str:
        place, day, scenario, figures, scale, method = settings
        given = list(figures.items()) if isinstance(figures, Mapping) else figures
        try:
            return json.dumps([place, day.isoformat() if day else "", scenario, given, scale, method])
        except (TypeError, ValueError):
            self.opened.lost["asks for a case in a way that cannot be repeated"] = None
            return ""

    def answers(self, settings: str) -> Answers | None:
        """Where the answers of a case are written down; None for one that counts as read whole."""
        if settings not in self.cases and len(self.cases) >= FINE:
            return None
        return self.cases.setdefault(settings, Answers())


_watch: _Watch | None = None


def begin() -> None:
    """Watch this process from now on. What it read before, by the import of a module say, must be known by
    other means."""
    global _watch
    _watch = _Watch()
    follow(_watch.opened)


def end() -> dict[str, Any]:
    """What was read since `begin`, as JSON takes it; nothing is watched any longer."""
    global _watch
    found, _watch = record(), None
    follow(None)
    return found


def record() -> dict[str, Any]:
    """What was read since `begin`, as JSON takes it."""
    watch = _watch
    if watch is None:
        raise RuntimeError("nothing is watched")
    with paused():
        return {
            "cases": [
                [json.loads(settings), answers.asked, answers.figures, watch.problems.get(settings, "")]
                for settings, answers in watch.cases.items()
                if settings
            ],
            "digests": watch.digests,
            "wholes": sorted(watch.wholes),
            **watch.opened.record(),
        }


def keep(file: str) -> None:
    """Watch this kernel, and write what it has read into a file after each of its cells.

    After each, since a kernel may be ended in the middle of its farewell.
    """
    from IPython import get_ipython

    place = Path(file)

    def write(*_: Any) -> None:
        with paused():
            part = place.with_suffix(".part")
            part.write_text(json.dumps(record()), "utf-8")
            part.replace(place)

    begin()
    get_ipython().events.register("post_run_cell", write)


def watched(settings: Settings, resolve: Callable[[], Case]) -> Case:
    """The case that `resolve` gives, watched where this process is."""
    watch = _watch
    if watch is None:
        return resolve()
    with paused():
        noted, place = watch.noted(settings), settings[0]
        answers = watch.answers(noted)
        if answers is None:
            watch.wholes.add(place)
        try:
            case = resolve()
        except InputError as problem:
            if answers is not None:
                watch.problems[noted] = "\n".join(problem.lines)
            raise
        if watch.digests.setdefault(place, case.digest) != case.digest:
            watch.opened.lost[f"reads {place}, which changed meanwhile"] = None
        if answers is None:
            return case
        made: Case = object.__new__(watch.kind)
        object.__setattr__(made, "_inner", case)
        object.__setattr__(made, "_answers", answers)
        return made


def plain(case: Case) -> Case:
    """A case without its watch."""
    if _watch is not None and isinstance(case, _watch.kind):
        inner: Case = case._inner
        return inner
    return case


__all__ = [
    "WHOLE",
    "Answers",
    "Settings",
    "answer",
    "begin",
    "end",
    "fingerprint",
    "keep",
    "plain",
    "record",
    "watched",
]
