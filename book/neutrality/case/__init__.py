"""The case: a folder of tables, and its figures as of a date, under a scenario, with overrides."""

from neutrality.case.figures import Figure
from neutrality.case.load import Case, check, load

__all__ = ["Case", "Figure", "check", "load"]
