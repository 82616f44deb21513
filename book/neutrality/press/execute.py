"""Runs notebooks with papermill, each in a process of its own, and makes what they leave reproducible.

A run is a pure function, text of a notebook and parameters in, text of the executed notebook out, so it
may happen in any `concurrent.futures.Executor`, on this machine or another. Files are read and written
by the caller's side only.

Where possible a run happens in a forked child of a process that has imported everything (see
`neutrality.press.warm`), and papermill's kernel is in that child. What that cannot run faithfully gets a
plain kernel, as does everything on other platforms than Linux, and where the environment variable
NEUTRALITY_KERNELS is `plain`. It is long because all ways end here, pool, child and kernel, so that each fault is told
in the same words.
"""

from __future__ import annotations

import ast
import logging
import os
import re
import sys
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import (
    BrokenExecutor,
    Executor,
    Future,
    ProcessPoolExecutor,
    ThreadPoolExecutor,
)
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, field
from multiprocessing import get_context
from pathlib import Path
from tempfile import TemporaryFile
from typing import IO, Any

from neutrality.charts.renderer import PRESS
from neutrality.errors import InputError
from neutrality.files import replacing
from neutrality.press import reads, warm
from neutrality.processes import as_they_come, serve_owner

#: Set to `plain`, every run gets a kernel of its own from the start: to compare, and to find a fault.
KERNELS = "NEUTRALITY_KERNELS"

#: Id and tag of the cell that papermill injects.
INJECTED = "injected-parameters"

#: What a page calls the folded code of these cells, by their tag.
_PROMPTS = {"parameters": "Parameters", INJECTED: "Parameters of this edition"}

_ENVIRONMENT = {
    # The press draws the charts itself.
    PRESS: "1",
    # A set that is printed keeps its order from run to run.
    "PYTHONHASHSEED": "0",
    # Python's debugger warns on standard error at each start of a kernel otherwise.
    "PYDEVD_DISABLE_FILE_VALIDATION": "1",
}


class PressError(InputError):
    """A notebook raised, or the book did not compile."""


@dataclass(frozen=True)
class Run:
    """One notebook to execute: where it is, where the result goes, its new parameters by name, and its text
    where that has been read already."""

    notebook: Path
    out: Path
    parameters: dict[str, Any] = field(default_factory=dict)
    text: str | None = None


def declared(notebook: Path) -> dict[str, Any]:
    """Names and defaults in the cell tagged `parameters`; empty without such a cell.

    Read from the syntax of the cell: papermill's own inspector loses lines whose comment or default holds
    an equals sign. Raises PressError for a default that is no literal.
    """
    found: dict[str, Any] = {}
    for number, cell in enumerate(_read(notebook).cells, 1):
        if "parameters" not in cell.metadata.get("tags", ()):
            continue
        try:
            lines = ast.parse(cell.source).body
        except SyntaxError as error:
            raise PressError(f"{notebook.name}: cell {number}: SyntaxError: {error.msg}") from None
        for node in lines:
            match node:
                case ast.AnnAssign(target=ast.Name(id=name), value=value) if value is not None:
                    pass
                case ast.Assign(targets=[ast.Name(id=name)], value=value):
                    pass
                case _:
                    continue
            try:
                found[name] = ast.literal_eval(value)
            except (ValueError, TypeError):
                raise PressError(
                    f"{notebook.name}: cell {number}: default of {name} is no plain value"
                ) from None
    return found


def changed(notebook: Path, parameters: dict[str, Any]) -> dict[str, Any]:
    """Those of the parameters that a notebook declares and whose value is not already its default."""
    defaults = declared(notebook)
    return {k: v for k, v in parameters.items() if k in defaults and not _same(v, defaults[k])}


def _same(a: Any, b: Any) -> bool:
    # 1 == True and 1 == 1.0 in Python, but not to whoever reads the parameters of an edition.
    return type(a) is type(b) and a == b


def execute(notebook: Path, parameters: dict[str, Any], out: Path) -> None:
    """Execute one notebook in a child process and write the result to `out`.

    Raises PressError `notebook: cell N: ErrorName: message` if a cell raises.
    """
    execute_all([Run(notebook, out, parameters)], workers=1)


def execute_all(
    jobs: Sequence[Run],
    workers: int | None = None,
    progress: Callable[[str], None] | None = None,
    executor: Executor | None = None,
    keep: Callable[[Run, str, dict[str, Any] | None], None] | None = None,
) -> None:
    """Execute notebooks in parallel and write each result to its `out`.

    `workers` processes are used (the number of processors by default), unless an executor is given.
    `progress` is told the name of each notebook that is done; `keep` is handed each run, its text and what
    it has read (see `neutrality.case.reads`). All runs are finished before PressError
    is raised with one line for each that failed. InputError at once where nobody is left to run them.
    """
    given = [(job, text_of(job.notebook) if job.text is None else job.text) for job in jobs]
    faults: list[str] = []
    with _pool(executor, min(workers or os.cpu_count() or 1, max(1, len(jobs)))) as pool:

        def submit(one: tuple[Run, str]) -> Future[str]:
            job, text = one
            return pool.submit(run_watched, job.notebook.name, text, job.parameters)

        for (job, _), future in as_they_come(pool, submit, given):
            try:
                result, read = reads.parted(future.result())
            except InputError as error:
                faults += error.lines
                continue
            except BrokenExecutor:
                faults.append(f"{job.notebook.name}: the process that ran it ended unexpectedly")
                continue
            job.out.parent.mkdir(parents=True, exist_ok=True)
            with replacing(job.out) as part:
                part.write_text(result, "utf-8")
            if keep:
                keep(job, result, read)
            if progress:
                progress(job.notebook.name)
    if faults:
        # Notebooks over one case fail of one fault: say it once, in an order that does not depend on timing.
        raise PressError(*sorted(set(faults)))


@contextmanager
def warming() -> Iterator[None]:
    """Have what runs notebooks do its imports while something else is done first."""
    with ExitStack() as stack:
        if _forks():
            with suppress(warm.Cold):
                stack.enter_context(warm.use(_ENVIRONMENT, keep=0))
        yield


def apart(work: Callable[..., Any], *arguments: Any) -> Any:
    """What a function returns, called in a child of the warm process where there is one: what it imports and leaves in
    memory is not for the caller's. What goes there and comes back is pickled; what it raises is raised."""
    if _forks():
        with suppress(warm.Cold, warm.Died), warm.use(_ENVIRONMENT, keep=0) as server:
            return server.call(work, *arguments)
    return work(*arguments)


def _forks() -> bool:
    """Whether runs may happen in children of a warm process."""
    return sys.platform == "linux" and os.environ.get(KERNELS) != "plain"


@contextmanager
def _pool(executor: Executor | None, workers: int) -> Iterator[Executor]:
    if executor is not None:
        yield executor
        return
    with ExitStack() as stack:
        server = None
        if _forks():
            with suppress(warm.Cold):
                # After the last run the memory is for others.
                server = stack.enter_context(warm.use(_ENVIRONMENT, keep=0))
        if server is None:
            # Spawned, not forked: what the caller has loaded (sockets, drawing threads) must not be inherited.
            processes = ProcessPoolExecutor(workers, mp_context=get_context("spawn"), initializer=serve_owner)
            stack.enter_context(processes)
            try:
                yield processes
            except BaseException:
                # An interrupt: what is still at work would be waited for. Kernels end with who started them.
                own = list(processes._processes.values())
                processes.shutdown(wait=False, cancel_futures=True)
                for process in own:
                    process.terminate()
                raise
            return
        # A thread only waits for its child.
        pool = stack.enter_context(ThreadPoolExecutor(workers))
        try:
            yield pool
        except BaseException:
            # An interrupt: the pool would wait for its threads, and they for their children.
            pool.shutdown(wait=False, cancel_futures=True)
            server.close()
            raise


def run(name: str, text: str, parameters: dict[str, Any]) -> str:
    """Execute the text of a notebook; what comes back is the same for the same input.

    The kernel works in the current directory. Raises PressError if a cell raises; `name` names the
    notebook in it.
    """
    return reads.parted(run_watched(name, text, parameters))[0]


def run_watched(name: str, text: str, parameters: dict[str, Any]) -> str:
    """As `run`; what comes back holds the list of what the notebook has read (see `watch`)."""
    if _forks():
        try:
            with warm.use(_ENVIRONMENT) as server:
                done: str | None
                done, why = server.call(_in_child, name, text, parameters)
                if done is None:
                    logging.getLogger(__name__).info("%s: plain kernel: %s", name, why)
                    done, _ = server.call(_in_child, name, text, parameters, True)
                    assert done is not None
                return done
        except warm.Died as died:
            raise _dead(name, str(died)) from None
        except warm.Cold as cold:
            logging.getLogger(__name__).info("%s: plain kernel: %s", name, cold)
    return _execute(name, text, parameters)


def _in_child(
    name: str, text: str, parameters: dict[str, Any], plain: bool = False
) -> tuple[str | None, str]:
    """A run in a child of a warm process: what came of it, or None and why it needs a plain kernel."""
    from neutrality.press.warm.kernel import Manager, Unfaithful

    _write_once()
    try:
        return _execute(name, text, parameters, None if plain else Manager), ""
    except Unfaithful as why:
        return None, str(why)


def _write_once() -> None:
    """Keep papermill, in this process, from writing a notebook that is to go nowhere, which takes as long as
    writing it somewhere."""
    import papermill.execute as theirs

    written = theirs.write_ipynb

    def write_ipynb(notebook: Any, path: str | None) -> None:
        if path is not None:
            written(notebook, path)

    theirs.write_ipynb = write_ipynb


def _execute(name: str, text: str, parameters: dict[str, Any], here: type | None = None) -> str:
    """A run in this process, with a plain kernel, or with one that `here` starts if the cells allow it."""
    import papermill
    from nbclient.exceptions import DeadKernelError
    from papermill.exceptions import PapermillException, PapermillExecutionError

    from neutrality.press.warm.faithful import why_plain

    # What it would say is in the exceptions.
    logging.getLogger("papermill").setLevel(logging.CRITICAL + 1)
    notebook = _parse(name, text)
    if not notebook.metadata.get("kernelspec", {}).get("name"):
        raise PressError(f"{name}: metadata: no kernelspec, expected one with the name of a kernel, python3")
    for number, cell in enumerate(notebook.cells, 1):
        # Without an id in the source one would be drawn at random.
        cell.setdefault("id", f"cell-{number}")
    cells = [cell.source for cell in notebook.cells if cell.cell_type == "code"]
    if here and why_plain(cells):
        here = None
    with TemporaryFile() as said, reads.watching() as watching:
        try:
            done = papermill.execute_notebook(
                notebook,
                None,
                parameters=parameters,
                progress_bar=False,
                log_output=False,
                config=_kernel_settings(),
                kernel_manager_class=here or _manager(said),
                # At its end a kernel reports the interrupt that ends it as an error.
                extra_arguments=["--log-level=50", *watching.arguments],
            )
        except PapermillExecutionError as error:
            raise _fault(name, notebook, error, bool(parameters)) from None
        except DeadKernelError:
            said.seek(0)
            raise _dead(name, said.read().decode(errors="replace").strip()) from None
        except (PapermillException, ModuleNotFoundError, RuntimeError) as error:
            raise PressError(f"{name}: {_first_line(str(error))}") from None
        except Exception as error:
            if type(error).__name__ == "NoSuchKernel":
                raise PressError(f"{name}: {_first_line(str(error))}") from None
            raise
        read = watching.found()
        if read:
            read["lost"] += reads.unseen(cells)
    return reads.attach(_write(reproducible(done)), read)


def _dead(name: str, words: str) -> PressError:
    return PressError(f"{name}: its kernel died" + (f": {_first_line(words)}" if words else ""))


def _manager(said: IO[bytes]) -> type:
    """A manager whose kernels write into `said` what they would write to our own standard streams.

    What a cell prints comes through the protocol all the same. What is left is the kernel's own: a
    socket that closes while the kernel ends makes it print a traceback there, over a run that is done.
    """
    from jupyter_client.manager import AsyncKernelManager

    class Manager(AsyncKernelManager):
        async def _async_launch_kernel(self, kernel_cmd: list[str], **options: Any) -> None:
            # papermill has no setting for a kernel's environment either.
            options["env"] = {**(options.get("env") or os.environ), **_ENVIRONMENT}
            await super()._async_launch_kernel(kernel_cmd, **{"stdout": said, "stderr": said, **options})

    return Manager


def _kernel_settings() -> Any:
    """Talk to the kernel encrypted where that is possible: other users of a machine can read its loopback,
    and the kernel warns of it on standard error at each start."""
    import zmq
    from traitlets.config import Config

    policy = "auto" if zmq.has("curve") else "disabled"
    return Config({"KernelManager": {"transport_encryption": policy}})


def _fault(name: str, source: Any, error: Any, injected: bool) -> PressError:
    """An error in a cell as one line; what the case found wrong is passed on in its own words."""
    if error.ename in {kind.__name__ for kind in _kinds(InputError)}:
        return PressError(*(error.evalue.splitlines() or [error.ename]))
    position = error.cell_index
    tagged = [i for i, c in enumerate(source.cells) if "parameters" in c.metadata.get("tags", ())]
    after = tagged[0] + 1 if tagged else 0
    if injected and position == after:
        return PressError(f"{name}: parameters: {error.ename}: {_first_line(error.evalue)}")
    # A reader counts the cells of the notebook, in which the injected one does not stand.
    number = position + 1 - (1 if injected and position > after else 0)
    return PressError(f"{name}: cell {number}: {error.ename}: {_first_line(error.evalue)}")


def _kinds(kind: type) -> Iterator[type]:
    yield kind
    below: type
    for below in kind.__subclasses__():
        yield from _kinds(below)


def _first_line(text: str) -> str:
    lines = text.strip().splitlines()
    # The kernel names the file of a cell by a hash that tells nobody anything.
    return re.sub(r"\(\d+\.py, line", "(line", lines[0].strip()) if lines else "no message"


def reproducible(notebook: Any) -> Any:
    """An executed notebook without what differs from run to run or from machine to machine.

    That is papermill's record of times and paths, the times of each cell, the random id of the injected
    cell and the version of the language.
    """
    notebook.metadata.pop("papermill", None)
    notebook.metadata.get("language_info", {}).pop("version", None)
    for cell in notebook.cells:
        for key in ("papermill", "execution", "ExecuteTime"):
            cell.metadata.pop(key, None)
        tags = cell.metadata.get("tags", [])
        if INJECTED in tags:
            cell["id"] = INJECTED
            if "hide-input" not in tags:
                cell.metadata["tags"] = [*tags, "hide-input"]
        for tag, prompt in _PROMPTS.items():
            if tag in tags:
                cell.metadata["mystnb"] = {"code_prompt_show": prompt, **cell.metadata.get("mystnb", {})}
        if not cell.metadata.get("tags", True):
            cell.metadata.pop("tags")
    return notebook


def text_of(path: Path) -> str:
    """The text of a notebook's file. Raises PressError where it cannot be had."""
    try:
        return path.read_text("utf-8")
    except FileNotFoundError:
        raise PressError(f"{path}: no such notebook") from None
    except UnicodeDecodeError:
        raise PressError(f"{path}: not a text file") from None
    except OSError as error:
        raise PressError(f"{path}: cannot be read: {error.strerror}") from None


def _read(path: Path) -> Any:
    return _parse(path.name, text_of(path))


def _parse(name: str, text: str) -> Any:
    """The notebook in a text. Raises PressError for one that is none, or not sound by nbformat's own schema."""
    import nbformat

    faults: dict[str, Exception] = {}
    try:
        notebook = nbformat.reads(text, as_version=4, capture_validation_error=faults)  # type: ignore[no-untyped-call]
        if "\\ud" in text.lower():
            # Half of a character, which JSON can name and no file can hold.
            _write(notebook).encode()
    except Exception as error:
        # nbformat raises half a dozen kinds for text that is no notebook, KeyError among them.
        words = _first_line(str(error) or type(error).__name__)
        raise PressError(f"{name}: not a notebook: {words}") from None
    for fault in faults.values():
        raise PressError(f"{name}: not a notebook: {_place(fault)}{_first_line(str(fault)):.200}")
    return notebook


def _place(fault: Exception) -> str:
    """Where in a notebook its schema finds a fault, with cells counted as a reader does."""
    place = list(getattr(fault, "absolute_path", ()))
    if place[:1] == ["cells"] and len(place) > 1:
        place[:2] = [f"cell {place[1] + 1}"]
    return "".join(f"{part}: " for part in place)


def _write(notebook: Any) -> str:
    import nbformat

    text: str = nbformat.writes(notebook)  # type: ignore[no-untyped-call]
    return text + "\n"
