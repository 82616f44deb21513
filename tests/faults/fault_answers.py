"""What the command answers to a fault."""

from __future__ import annotations

#: Status, what was printed, and the lines of what was complained of.
Answer = tuple[int, str, list[str]]


def complains(answer: Answer, *place: str) -> None:
    """Status 2, nothing but lines of error, and one of them names the place."""
    status, out, lines = answer
    assert status == 2, (out, lines)
    assert out == ""
    assert lines
    assert all(line.startswith("error: ") and len(line) > len("error: ") for line in lines), lines
    assert not any("Traceback" in line or "Errno" in line for line in lines), lines
    assert any(all(word in line for word in place) for line in lines), (place, lines)
