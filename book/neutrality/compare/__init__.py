"""What changed between two editions or two cases: found, ordered by how grave it is, printed and made a page.

`sides` reads what is compared, `differences` finds what changed, `influence` says how far a figure alone moves
the headline results, `printing` writes it for the terminal and as JSON, `page` is the page of a site, and `keeping`
what a build does about editions.
"""

from neutrality.compare.differences import Change, Comparison, compare
from neutrality.compare.keeping import Keeping
from neutrality.compare.printing import as_json, as_table
from neutrality.compare.sides import Side, read_side, read_sides

__all__ = [
    "Change",
    "Comparison",
    "Keeping",
    "Side",
    "as_json",
    "as_table",
    "compare",
    "read_side",
    "read_sides",
]
