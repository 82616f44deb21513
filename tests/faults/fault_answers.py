"""What the command answers to a fault."""

from __future__ import annotations

#: Status, standard output, standard error.
Answer = tuple[int, str, str]


def complains(answer: Answer, *place: str) -> None:
    """Status 2, nothing but lines of error, and one of them names the place."""
    status, out, err = answer
    lines = err.splitlines()
    assert status == 2, (out, lines)
    assert out == ""
    assert lines
    assert all(line.startswith("error: ") and len(line) > len("error: ") for line in lines), lines
    assert not any("Traceback" in line or "Errno" in line for line in lines), lines
    assert any(all(word in line for word in place) for line in lines), (place, lines)
