"""Which figures the chapters need of a case: by metric, and for whom."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from neutrality.case import Case, Figure
from neutrality.units import money


@dataclass(frozen=True)
class Need:
    """A metric that chapters ask for.

    `role` is whose figure it is; where `each` holds, every entity of the role has one. Without a figure that
    is `required` no chapter that asks for it can be computed; the others add a part to one.
    """

    metric: str
    role: str
    unit: str
    what: str
    each: bool = False
    required: bool = True


MONEY, YEARLY, PER_MONEY = "money", "money per year", "money per money"

_RATIO = re.compile(r"([A-Z]{3}) per \1")

NEEDS: tuple[Need, ...] = (
    Need("investment", "acquirer", MONEY, "Price paid for the stake"),
    Need("stake", "acquirer", "share", "Part of the supplier that was bought"),
    Need("prior_stake", "acquirer", "share", "Part held before"),
    Need("valuation", "supplier", MONEY, "Value reported with the deal"),
    Need("valuation_prior", "supplier", MONEY, "Value reported before it"),
    Need("revenue", "supplier", MONEY, "Revenue of the year whose spends are known"),
    Need("cash_retained_share", "supplier", "share", "Part of the price that stayed in the company"),
    Need("net_debt", "supplier", MONEY, "Debt less cash"),
    Need("standalone_value", "supplier", MONEY, "Value without the deal; empty takes the one before it"),
    Need("multiple_after_exit", "supplier", "x", "Value to revenue after exits; empty keeps the deal's"),
    Need("vc_rate", "supplier", "per year", "Return asked, method of a sale"),
    Need("vc_years", "supplier", "years", "Years to the sale"),
    Need("vc_exit_multiple", "supplier", "x", "Value to revenue at the sale"),
    Need("dcf_rate", "supplier", "per year", "Discount rate, method of cash flows"),
    Need("dcf_years", "supplier", "years", "Years of growth, a whole number"),
    Need("dcf_fcf_margin", "supplier", "share", "Free cash flow as a part of revenue"),
    Need("dcf_terminal_growth", "supplier", "per year", "Growth after those years, below the rate"),
    Need("latent_correlation", "supplier", "correlation", "How far one cause moves all exits"),
    Need("confidence", "supplier", "probability", "Level of the loss measures"),
    Need("horizon_months", "supplier", "months", "Span over which a constant rate of exit is counted"),
    Need("exit_start_month", "supplier", "months", "Month of the year in which exits start"),
    Need("notice_months", "supplier", "months", "Notice before spending falls"),
    Need("ramp_months", "supplier", "months", "Time over which it runs down"),
    Need("cost_short", "supplier", PER_MONEY, "Cost of one unit of money provided too little"),
    Need("cost_over", "supplier", PER_MONEY, "Cost of one unit of money provided too much"),
    Need("pool_weight", "supplier", "share", "Weight of the first where readings are pooled"),
    Need("inhouse_share", "supplier", "share", "Part of released work taken in house"),
    Need("not_replaced_share", "supplier", "share", "Part of released work given up"),
    Need("claim_horizon_months", "supplier", "months", "Span of the rivals' claims"),
    Need("beta_neutrality", "supplier", "utility", "Weight of neutrality in choosing a vendor"),
    Need("beta_capability", "supplier", "utility", "Weight of capability"),
    Need("beta_capacity", "supplier", "utility", "Weight of capacity"),
    Need("switching_cost", "supplier", "share", "Cost of moving, as a part of spend", required=False),
    Need("leak_loss", "supplier", "x", "Loss from a leak, as a multiple of spend", required=False),
    Need("spend", "customer", YEARLY, "Spend of the last full year; empty where undisclosed", each=True),
    Need("planned_spend", "customer", YEARLY, "Spend planned before the deal; likewise", each=True),
    Need("exit_probability", "customer", "probability", "Empty: pooled from its exit claims", each=True),
    Need("exit_probability_without_deal", "customer", "probability", "Had there been no deal", each=True),
    Need("loss_given_exit", "customer", "share", "Part of the spend that goes with it", each=True),
    Need("base_revenue", "vendor", YEARLY, "Revenue before the deal", each=True),
    Need("capacity", "vendor", YEARLY, "New work that it can take in a year", each=True),
    Need("neutrality", "vendor", "score", "How neutral it is", each=True),
    Need("capability", "vendor", "score", "How able it is", each=True),
    Need("claimed_revenue", "vendor", YEARLY, "New revenue that it claims", required=False),
    Need("claimed_multiple", "vendor", "x", "Multiple of demand that it claims", required=False),
    Need("claim_conversion", "vendor", "share", "Part of claimed demand that becomes revenue", required=False),
    Need("inhouse_enablement_share", "vendor", "share", "In-house work that it wins back", required=False),
)  # fmt: skip


#: Metrics of which the newest period alone is looked at, and the metric whose period that is: spends are held
#: against each other, and against the revenue of their year.
PERIOD_OF = {"spend": "spend", "planned_spend": "planned_spend", "revenue": "spend"}


def faults(case: Case) -> Iterator[str]:
    """A line for each figure that chapters need and the case has not, or has in a unit they cannot use."""
    yield from missing(case)
    yield from misfits(case)


def missing(case: Case) -> Iterator[str]:
    """A line for each figure that chapters need and the case has not."""
    place = case.tables["figures"].label
    for need in NEEDS:
        if not need.required:
            continue
        period = _period_of(case, need.metric)
        own = [figure for figure in case.all_of(need.metric, period=period) if figure.tag != "later"]
        having = {figure.entity for figure in own}
        entities = case.with_role(need.role)
        if need.each:
            wanting = [entity.id for entity in entities if entity.id not in having]
        else:
            wanting = [] if having & {entity.id for entity in entities} else [entities[0].id]
        when = f" for {period}" if period else ""
        for entity in wanting:
            yield (
                f"{place}: metric: found no {need.metric} of {entity}{when}, expected a figure: "
                f"{need.what[0].lower()}{need.what[1:]} ({need.unit})"
            )


def _period_of(case: Case, metric: str) -> str | None:
    """The period of which chapters look a metric up; None where its newest figure will do."""
    leading = PERIOD_OF.get(metric)
    return case.newest_period(leading) if leading and case.all_of(leading) else None


def misfits(case: Case) -> Iterator[str]:
    """A line for each figure of the base that stands in another unit or currency than chapters take it for."""
    paid = [parts for figure in case.all_of("investment") if (parts := money(figure.unit))]
    currency = paid[0].currency if paid else None
    for need in NEEDS:
        entities = {entity.id for entity in case.with_role(need.role)}
        for figure in case.all_of(need.metric):
            if figure.tag != "later" and figure.entity in entities and not _fits(figure.unit, need, currency):
                yield f"{_place(case, figure)}: unit: found {figure.unit!r}, expected {_expected(need, currency)}"


def _fits(unit: str, need: Need, currency: str | None) -> bool:
    """Whether a unit is the one that is needed; money is in the currency of the case, where it has one."""
    if need.unit == PER_MONEY:
        return unit == f"{currency} per {currency}" or (currency is None and bool(_RATIO.fullmatch(unit)))
    if need.unit not in (MONEY, YEARLY):
        return unit == need.unit
    parts = money(unit)
    return (
        parts is not None and parts.per_year == (need.unit == YEARLY) and currency in (None, parts.currency)
    )


def _expected(need: Need, currency: str | None) -> str:
    """The unit that is needed, with an example in the currency of the case."""
    sign = currency or "USD"
    match need.unit:
        case "money":
            return f"money like '{sign} mn'"
        case "money per year":
            return f"money per year like '{sign} mn per year'"
        case "money per money":
            return f"'{sign} per {sign}'"
    return repr(need.unit)


def _place(case: Case, figure: Figure) -> str:
    """File and line of the row on which a figure stands."""
    table = case.tables["figures"]
    day = figure.known_on.isoformat()
    for row, line in zip(table.rows, table.lines, strict=True):
        if (row["id"], row["known_on"]) == (figure.id, day):
            return f"{table.label}:{line}"
    return table.label


def table() -> str:
    """What the chapters need, as a Markdown table for the guide."""
    rows = ["| metric | of | unit | what it is |", "|---|---|---|---|"]
    for need in NEEDS:
        whose = f"each {need.role}" if need.each else f"the {need.role}"
        if not need.required:
            whose = f"a {need.role}, if any" if need.role == "vendor" else f"{whose}, if any"
        rows.append(f"| `{need.metric}` | {whose} | {need.unit} | {need.what} |")
    return "\n".join(rows)


if __name__ == "__main__":
    print(table())
