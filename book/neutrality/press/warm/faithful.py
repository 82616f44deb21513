"""Which cells a kernel in a warm process runs as a plain one would, as far as their text tells.

Conservative: a cell that only might behave differently gets a plain kernel, which costs time and nothing
else. What a cell does without saying so is noticed while it runs, in `neutrality.press.warm.kernel`.
"""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


#: Modules that write below Python's streams, start threads or processes, need the kernel's own loop, or show
#: what differs between the two processes: what was imported and warned of before, memory, arguments.
_MODULES = _words(
    """
    _thread asyncio atexit bdb cffi code codeop concurrent ctypes dask distributed faulthandler fcntl gc
    getpass gevent ipykernel ipyparallel ipywidgets joblib jupyter_client logging multiprocess multiprocessing
    nbclient nest_asyncio papermill pdb platform posix psutil pty ray readline resource sched select selectors
    signal socketserver subprocess termios threading trace tracemalloc traceback trio tty warnings zmq
    """
)

#: Names that ask for input, end the kernel or reach into it.
_NAMES = frozenset({"breakpoint", "exit", "get_ipython", "getpass", "input", "quit"})

#: Attributes of `os` and `sys` with the same effects; `os._exit` is not among them, for both kernels die of it.
_ATTRIBUTES = {
    "os": _words(
        """
        dup dup2 environ execl execle execlp execlpe execv execve execvp execvpe fdopen fork forkpty getpgid
        getpgrp getppid getsid isatty kill killpg nice openpty pipe popen posix_spawn posix_spawnp sendfile
        setpgid setsid spawnl spawnle spawnlp spawnlpe spawnv spawnve spawnvp spawnvpe system times ttyname
        wait wait3 wait4 waitid waitpid write writev
        """
    ),
    "sys": _words(
        """
        __displayhook__ __excepthook__ __stderr__ __stdin__ __stdout__ _getframe addaudithook argv displayhook
        excepthook exc_info flags getrecursionlimit getrefcount gettrace meta_path modules orig_argv
        setprofile setrecursionlimit settrace stderr stdin stdout unraisablehook
        """
    ),
}

_KINDS = (ast.Await, ast.AsyncFor, ast.AsyncWith, ast.AsyncFunctionDef)


def why_plain(cells: Iterable[str]) -> str:
    """What in the text of the cells needs a plain kernel, in a few words; empty if nothing does."""
    return next(filter(None, map(_why, nodes(cells))), "")


def nodes(cells: Iterable[str]) -> Iterator[ast.AST]:
    """The syntax of cells, magics and shell commands as the calls that they become."""
    from IPython.core.inputtransformer2 import TransformerManager

    for source in cells:
        transform = TransformerManager().transform_cell  # type: ignore[no-untyped-call]
        try:
            text = transform(source)
            tree = compile(text, "cell", "exec", ast.PyCF_ONLY_AST | ast.PyCF_ALLOW_TOP_LEVEL_AWAIT)
        except (SyntaxError, ValueError):
            # Both kernels refuse it in the same words.
            continue
        yield from ast.walk(tree)


def _why(node: ast.AST) -> str:
    match node:
        case ast.Name(id=name) if name in _NAMES:
            # Magics and shell commands are calls of get_ipython() by now.
            return name
        case ast.Import(names=names):
            return next((n.name for n in names if n.name.partition(".")[0] in _MODULES), "")
        case ast.ImportFrom(module=module, names=names) if module:
            top = module.partition(".")[0]
            if top in _MODULES:
                return module
            taken = _ATTRIBUTES.get(module, frozenset()) | (_NAMES if top == "IPython" else frozenset())
            return next(
                (f"{module}.{n.name}" for n in names if n.name in taken or (n.name == "*" and taken)), ""
            )
        case ast.Attribute(value=ast.Name(id=module), attr=name) if name in _ATTRIBUTES.get(module, ()):
            return f"{module}.{name}"
    if isinstance(node, _KINDS) or (isinstance(node, ast.comprehension) and node.is_async):
        return "await"
    return ""
