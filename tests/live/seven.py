"""Another case: seven customers, three vendors, other names, another currency and other scales of money."""

from __future__ import annotations

import csv
import json
import shutil
from pathlib import Path

ENTITIES = [
    ("harbour", "Harbour Crane", "supplier"),
    ("castle", "Castle Group", "acquirer"),
    ("line_1", "Line Nordics", "customer"),
    *((f"line_{number}", f"Line {number}", "customer") for number in range(2, 8)),
    ("yard_a", "Yard Works", "vendor"),
    ("yard_b", "Yard B", "vendor"),
    ("yards", "Other yards", "vendor"),
]

#: Customer: spend and plan in thousands (none: undisclosed), exit probability of its own, loss given exit.
CUSTOMERS = {
    "line_1": (88_000, 95_000, None, 1),
    "line_2": (None, None, None, 0.8),
    "line_3": (61_500, None, None, 0.6),
    "line_4": (None, 44_000, 0.37, 1),
    "line_5": (None, None, None, 1),
    "line_6": (None, None, 0.05, 0.25),
    "line_7": (None, None, None, 0.9),
}

#: Customer: phrases of its exit claims; three readings weigh the same.
READINGS = {
    "line_1": ["almost_certain", "probable", "even"],
    "line_2": ["probable", "improbable"],
    "line_3": ["even"],
    "line_5": ["improbable", "even", "even", "probable"],
    "line_7": ["almost_certainly_not", "improbable"],
}

#: Of the supplier: metric, period, value, min, max, low, high, half_unit, unit, tag.
SUPPLIER = [
    ("valuation", "2023", 4200, 1, 1e6, None, None, 50, "EUR mn", "stated"),
    ("valuation_prior", "2021", 3.1, 0.1, 1e3, None, None, 0.05, "EUR bn", "stated"),
    ("revenue", "2022", 540_000, 1, 1e9, None, None, 500, "EUR k", "stated"),
    ("revenue", "2021", 480_000, 1, 1e9, None, None, 500, "EUR k", "stated"),
    ("cash_retained_share", "2023", 0.4, 0, 1, 0, 1, None, "share", "assumed"),
    ("net_debt", "2023", -120, -5000, 5000, -300, 100, None, "EUR mn", "assumed"),
    ("standalone_value", "2023", 3600, 1, 1e6, None, None, 100, "EUR mn", "assumed"),
    ("multiple_after_exit", "2023", 6.5, 0, 100, 5, 7.5, None, "x", "assumed"),
    ("vc_rate", "2023", 0.12, 0.05, 0.4, 0.08, 0.2, None, "per year", "assumed"),
    ("vc_years", "2023", 4.5, 1, 10, 3, 7, None, "years", "assumed"),
    ("vc_exit_multiple", "2023", 4, 1, 20, 3, 5, None, "x", "assumed"),
    ("dcf_rate", "2023", 0.1, 0.05, 0.4, 0.08, 0.12, None, "per year", "assumed"),
    ("dcf_years", "2023", 8, 3, 20, 6, 11, None, "years", "assumed"),
    ("dcf_fcf_margin", "2023", 0.15, 0.01, 0.6, 0.1, 0.22, None, "share", "assumed"),
    ("dcf_terminal_growth", "2023", 0.02, 0, 0.06, 0.01, 0.03, None, "per year", "assumed"),
    ("latent_correlation", "2022", 0.42, 0, 1, 0.1, 0.7, None, "correlation", "assumed"),
    ("confidence", "2022", 0.9, 0.5, 0.999, None, None, None, "probability", "assumed"),
    ("horizon_months", "2022", 18, 1, 60, None, None, None, "months", "assumed"),
    ("exit_start_month", "2022", 2.25, 0, 12, 2, 3, None, "months", "assumed"),
    ("notice_months", "2022", 3, 0, 24, 0, 6, None, "months", "assumed"),
    ("ramp_months", "2022", 9, 0, 24, 3, 12, None, "months", "assumed"),
    ("cost_short", "2022", 0.55, 0.01, 10, 0.4, 0.9, None, "EUR per EUR", "assumed"),
    ("cost_over", "2022", 0.45, 0.01, 10, 0.1, 0.5, None, "EUR per EUR", "assumed"),
    ("pool_weight", "2022", 0.35, 0, 1, 0, 1, None, "share", "assumed"),
    ("inhouse_share", "2022", 0.1, 0, 0.8, 0, 0.3, None, "share", "assumed"),
    ("not_replaced_share", "2022", 0.15, 0, 0.5, 0.05, 0.2, None, "share", "assumed"),
    ("claim_horizon_months", "2022", 24, 1, 60, 12, 36, None, "months", "assumed"),
    ("beta_neutrality", "2022", 0.7, 0, 5, 0, 3, None, "utility", "assumed"),
    ("beta_capability", "2022", 1.3, 0, 5, 0, 3, None, "utility", "assumed"),
    ("beta_capacity", "2022", 0.5, 0, 5, 0, 1, None, "utility", "assumed"),
    ("switching_cost", "2022", 0.4, 0, 5, 0.1, 0.8, None, "share", "assumed"),
    ("leak_loss", "2022", 3, 0, 1000, 0.5, 10, None, "x", "assumed"),
]

#: Of vendors: entity, metric, value, low, high, unit.
VENDORS = [
    ("yard_a", "claimed_revenue", 60_000, 40_000, 90_000, "EUR k per year"),
    ("yard_a", "claimed_multiple", 2.5, None, None, "x"),
    ("yard_b", "claimed_multiple", 1.5, None, None, "x"),
    ("yard_a", "claim_conversion", 0.5, 0.1, 1, "share"),
    ("yard_a", "inhouse_enablement_share", 0.2, 0, 0.4, "share"),
    ("yard_b", "inhouse_enablement_share", 0.1, 0, 0.2, "share"),
    ("yard_a", "base_revenue", 45, 30, 60, "EUR mn per year"),
    ("yard_b", "base_revenue", 12_500, 10_000, 30_000, "EUR k per year"),
    ("yards", "base_revenue", 0.31, 0.2, 0.5, "EUR bn per year"),
    ("yard_a", "capacity", 25, 10, 40, "EUR mn per year"),
    ("yard_b", "capacity", 9_000, 5_000, 20_000, "EUR k per year"),
    ("yards", "capacity", 60, 30, 90, "EUR mn per year"),
    *((vendor, "neutrality", 0.3 + 0.2 * i, 0, 1, "score") for i, vendor in enumerate(("yard_a", "yard_b", "yards"))),
    *((vendor, "capability", 0.9 - 0.3 * i, 0, 1, "score") for i, vendor in enumerate(("yard_a", "yard_b", "yards"))),
]  # fmt: skip

DAY = "2023-03-01"


def write(folder: Path, model: Path) -> Path:
    """Write the case into a folder, its descriptor and wording taken over from another case."""
    shutil.copytree(model, folder)
    rows = [{"id": key, "name": name, "role": role} for key, name, role in ENTITIES]
    _write(folder, "entities", rows)
    _write(folder, "sources", [{"id": "paper", "title": "Report", "publisher": "Paper", "grade": "B"}])
    claims = [_claim("c_price", "castle", "price"), _claim("c_yard", "yard_a", "demand")]
    for customer, phrases in READINGS.items():
        for number, phrase in enumerate(phrases):
            claims.append({**_claim(f"{customer}_{number}", customer, "exit"), "phrase": phrase})
    _write(folder, "claims", claims)
    _write(folder, "figures", _figures())
    scenarios = [("two_leave", f"line_{n}_exit_probability", float(n < 3)) for n in range(1, 8)]
    scenarios += [("two_leave", f"line_{n}_exit_probability_without_deal", 0.0) for n in range(3, 8)]
    scenarios += [("cheaper", "valuation_2023", 3300.0), ("cheaper", "stake", 0.4)]
    _write(folder, "scenarios", [{"scenario": s, "figure": f, "value": v} for s, f, v in scenarios])
    for table in ("conflicts", "events", "outcomes", "readings", "comparables", "precedents"):
        if (folder / f"{table}.csv").exists():
            _write(folder, table, [])
    descriptor = folder / "datapackage.json"
    held = json.loads(descriptor.read_text("utf-8"))
    held["title"] = "The crane case"
    # What the other case says of itself in its own words names its own figures.
    kept = {"name", "title", "profile", "resources", "licenses"}
    descriptor.write_text(json.dumps({key: value for key, value in held.items() if key in kept}), "utf-8")
    return folder


def _figures() -> list[dict]:
    rows = [
        _figure("investment", "castle", "investment", "2023", 1900, 1, 1e6, None, None, 25, "EUR mn", "stated"),
        _figure("stake", "castle", "stake", "2023", 0.45, 0.01, 0.99, None, None, 0.005, "share", "stated"),
        _figure("prior_stake", "castle", "prior_stake", "2023", 0.01, 0, 0.05, 0, 0.02, None, "share", "assumed"),
    ]  # fmt: skip
    rows += [_figure(f"{row[0]}_{row[1]}", "harbour", *row) for row in SUPPLIER]
    for customer, (spend, plan, exits, severity) in CUSTOMERS.items():
        for metric, period, value in (("spend", "2022", spend), ("planned_spend", "2023", plan)):
            tag, low, half = ("assumed", 0, None) if value is None else ("stated", None, 500)
            key = f"{customer}_{metric}_{period}"
            rows.append(
                _figure(key, customer, metric, period, value, 0, 1e9, low, None, half, "EUR k per year", tag)
            )
        ends = (None, None) if exits is None else (exits / 2, min(1, exits * 2))
        key = f"{customer}_exit_probability"
        rows.append(
            _figure(
                key,
                customer,
                "exit_probability",
                "12 months",
                exits,
                0,
                1,
                *ends,
                None,
                "probability",
                "assumed",
            )
        )
        key = f"{key}_without_deal"
        without = 0.02 if exits is None else exits / 4
        rows.append(
            _figure(
                key,
                customer,
                "exit_probability_without_deal",
                "12 months",
                without,
                0,
                1,
                0,
                None,
                None,
                "probability",
                "assumed",
            )
        )
        key = f"{customer}_loss_given_exit"
        rows.append(
            _figure(
                key,
                customer,
                "loss_given_exit",
                "12 months",
                severity,
                0,
                1,
                severity / 2,
                1,
                None,
                "share",
                "assumed",
            )
        )
    for vendor, metric, value, low, high, unit in VENDORS:
        rows.append(
            _figure(
                f"{vendor}_{metric}", vendor, metric, "2022", value, 0, 1e9, low, high, None, unit, "assumed"
            )
        )
    return rows  # fmt: skip


def _figure(key, entity, metric, period, value, least, most, low, high, half, unit, tag) -> dict:
    return {
        "id": key, "entity": entity, "metric": metric, "period": period, "label": metric.replace("_", " "),
        "value": value, "min": least, "max": most, "low": low, "high": high, "half_unit": half, "unit": unit,
        "tag": tag, "claims": "c_price" if tag == "stated" else "", "known_on": DAY,
        "reason": "" if tag == "stated" else "Made up.", "quality": "" if tag == "stated" else "weak",
    }  # fmt: skip


def _claim(key: str, entity: str, topic: str) -> dict:
    return {
        "id": key, "source": "paper", "locator": "page", "speaker": "article", "interest": "none", "entity": entity,
        "topic": topic, "statement": f"Says {key}.", "certainty": "reported_fact", "said_on": DAY, "credibility": "3",
    }  # fmt: skip


def _write(folder: Path, table: str, rows: list[dict]) -> None:
    path = folder / f"{table}.csv"
    with path.open(newline="", encoding="utf-8") as stream:
        columns = next(csv.reader(stream))
    with path.open("w", newline="", encoding="utf-8") as stream:
        writer = csv.DictWriter(stream, columns, restval="", lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)
