"""The steps between figures and results: customers, vendors and single steps, each a named cell or column.

Money is in millions of the case's currency, a year where it is a spend or a revenue. Every cell comes with
what the package computes for it, so that a viewer that does not calculate shows it. The module is long because the
cells of one block refer to those of another, so one place fills them all.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from typing import Any

from neutrality.case import Case, Figure
from neutrality.chapters.competitor_opportunity import market
from neutrality.chapters.competitor_opportunity.model import Claim, Model
from neutrality.chapters.customer_exits.results import disclosed_spends, when_of
from neutrality.chapters.deal.figures import Deal, multiple
from neutrality.chapters.exposure import Exposure, exposures, largest, planned_of, revenue_of
from neutrality.methods.diversion import utility
from neutrality.methods.intervals import over_vertices
from neutrality.methods.sensitivity import Factor
from neutrality.methods.timing import MONTHS, lost_by_hazard, months_lost
from neutrality.methods.valuation import enterprise_value
from neutrality.press.downloads.grid import Block, Column, Content, Live
from neutrality.press.downloads.inputs import Figures, Readings, choice, joined, scaled
from neutrality.press.downloads.names import Names
from neutrality.results import Result
from neutrality.units import convert

#: A result asks for the largest share of so many customers.
FIVE = 5

_CUSTOMERS = {
    "name": "customer",
    "disclosed": "disclosed spend, last full year",
    "concentrated": "most concentrated list",
    "least": "least spend",
    "spend": "spend in use",
    "most": "most spend",
    "spend_low": "low of its range",
    "spend_high": "high of its range",
    "plan_disclosed": "disclosed plan",
    "plan_least": "least plan",
    "plan": "plan in use",
    "plan_most": "most plan",
    "exit": "exit probability",
    "exit_low": "its low",
    "exit_high": "its high",
    "stay": "probability of staying",
    "without": "exit probability without the deal",
    "without_low": "low without the deal",
    "without_high": "high without the deal",
    "loss_given_exit": "loss given exit",
    "hazard": "hazard over 12 months",
    "lost_part": "part of the horizon lost",
    "spread_exit": "variance by the exit probability",
    "spread_spend": "variance by the spend",
    "spread_both": "variance by both",
}

_VENDORS = {
    "name": "vendor",
    "base": "revenue before",
    "capacity": "capacity",
    "neutrality": "neutrality",
    "capability": "capability",
    "tools": "part of in-house work won back",
    "utility": "utility",
    "pull": "exp(utility)",
    "equal": "equal share",
    "proportional": "share by revenue",
    "logit": "share by attributes",
    "share": "share as chosen",
    "fills_at": "level at which it is full",
    "asked": "asked of all at that level",
    "full": "full",
    "allocated": "takes",
    "by_amount": "claims, as an amount",
    "by_multiple": "claims, as a multiple",
    "claimed": "claims at least",
}

#: Single steps: what each is.
_STEPS = {
    "largest_spend": "Largest disclosed spend of the last full year",
    "largest_row": "Which customer that is",
    "largest_spend_low": "That spend, low",
    "largest_spend_high": "That spend, high",
    "largest_exit": "Its exit probability",
    "largest_planned": "Its plan in use",
    "largest_plan": "Largest disclosed plan",
    "packed_rest": "Revenue without a disclosed spend",
    "packed_full": "Unnamed customers as large as the largest, at most",
    "packed_last": "What is then left for one more",
    "worth_low": "Enterprise value, lowest over all ranges",
    "worth_high": "Enterprise value, highest over all ranges",
    "months_lost": "Full months of orders lost within the year",
    "variance": "Variance of the expected loss over all ranges",
    "open_part": "Part of a release that is open to vendors",
    "equal_share": "Equal share of a vendor",
    "level": "Level up to which vendors are served",
}


class Workings:
    """Every block of the workbook but the results, and how a formula calls their cells."""

    def __init__(self, case: Case, choices: Mapping[str, Any], results: Mapping[str, Result]) -> None:
        taken = {key: choices[key] for key in ("share_model", "size_model") if key in choices}
        self.case, self.choices, self.results = case, choices, results
        self.deal, self.model = Deal.of(case), Model(case, **taken)
        self.year, self.plan = exposures(case, "last_year"), exposures(case, "plan")
        self.names = Names()
        self.figures = Figures(case, self.names)
        self.readings = Readings(case, self.figures, self.names, choices)
        self._row = {result: row for row, result in enumerate(results)}
        self.listed = Block("Results", len(results), RESULT_COLUMNS, self.names)
        unnamed = FIVE + 1
        self.customers = Block("Customers", len(self.year) + unnamed, list(_CUSTOMERS), self.names)
        self.vendors = Block("Vendors", len(self.model.vendors), list(_VENDORS), self.names)
        self.steps = Block("Steps", len(_STEPS), ("step", "what", "value"), self.names)
        self._fill_customers()
        self._fill_vendors()
        self._fill_steps()
        self.figures.fill(self._stand_ins(), self.readings.by_figure)
        self.checks = self._checks()

    # -- how a formula calls a cell ----------------------------------------------------------------------

    def of(self, figure: Figure) -> str:
        """The value in use of a figure."""
        return self.figures.used(figure.id)

    def mn(self, figure: Figure) -> str:
        """The same, money in millions."""
        return scaled(self.of(figure), figure.unit, "mn")

    def bn(self, figure: Figure) -> str:
        """The same, money in billions."""
        return scaled(self.of(figure), figure.unit, "bn")

    def low(self, figure: Figure, scale: str = "bn") -> str:
        return scaled(self.figures.low(figure.id), figure.unit, scale)

    def high(self, figure: Figure, scale: str = "bn") -> str:
        return scaled(self.figures.high(figure.id), figure.unit, scale)

    def supplier(self, metric: str) -> Figure:
        """A figure of the supplier."""
        return self.case.figure(metric, self.case.supplier.id)

    def result(self, name: str) -> str:
        """The cell of a result."""
        return self.listed.named("value", self._row[name], name.replace(".", "_"))

    def step(self, name: str) -> str:
        """The cell of a step."""
        return self.steps.named("value", list(_STEPS).index(name), name)

    def of_customers(self, key: str) -> str:
        """A column over the named customers."""
        return self.customers.range(key, len(self.year))

    def of_vendors(self, key: str) -> str:
        """A column over the vendors."""
        return self.vendors.range(key)

    def of_largest(self, key: str) -> str:
        """A column's cell of the customer with the largest disclosed spend."""
        return f"INDEX({self.of_customers(key)},{self.step('largest_row')})"

    # -- customers ---------------------------------------------------------------------------------------

    def _fill_customers(self) -> None:
        cells: dict[str, list[Content]] = {key: [] for key in _CUSTOMERS}
        for row, (year, plan) in enumerate(zip(self.year, self.plan, strict=True)):
            for key, content in (self._sizes(row, year, plan) | self._exits(row, year)).items():
                cells[key].append(content)
        full, last, size = (self.step(key) for key in ("packed_full", "packed_last", "largest_spend"))
        count, most, rest = self._packed()
        for number in range(1, FIVE + 1):
            cells["name"].append(f"Unnamed customer {number}")
            cells["concentrated"].append(
                Live(f"IF({full}>={number},{size},0)", most if count >= number else 0.0)
            )
        cells["name"].append("One more")
        cells["concentrated"].append(Live(last, rest))
        for key, title in _CUSTOMERS.items():
            self.customers.add(Column(key, title, tuple(cells[key])))

    def _sizes(self, row: int, year: Exposure, plan: Exposure) -> dict[str, Content]:
        """Spends on both bases: an undisclosed one lies between nothing and the largest."""
        found: dict[str, Content] = {"name": year.customer.name}
        for one, keys, top in (
            (year, ("disclosed", "least", "spend", "most"), "largest_spend"),
            (plan, ("plan_disclosed", "plan_least", "plan", "plan_most"), "largest_plan"),
        ):
            value = self.figures.value(one.spend.id)
            known, cap = self.customers.at(keys[0], row), self.step(top)
            amount = scaled(value, one.spend.unit, "mn")
            found |= {
                keys[0]: Live(f'IF({value}="","",{amount})', one.point if one.disclosed else ""),
                keys[1]: Live(f'IF({known}="",0,{known})', one.least),
                keys[2]: Live(f'IF({known}="",{cap}/2,{known})', one.point),
                keys[3]: Live(f'IF({known}="",{cap},{known})', one.most),
            }
        known = self.customers.at("disclosed", row)
        found["concentrated"] = Live(known, year.point if year.disclosed else "")
        low, high = (convert(end, year.spend.unit, "mn") for end in year.spend.range)
        found["spend_low"] = Live(self.low(year.spend, "mn"), low)
        found["spend_high"] = Live(self.high(year.spend, "mn"), high)
        return found

    def _exits(self, row: int, one: Exposure) -> dict[str, Content]:
        """How likely and how far a customer leaves, and what its unknowns add to the variance."""

        def at(key: str) -> str:
            return self.customers.at(key, row)

        p, hazard, months = at("exit"), at("hazard"), self.of(self.supplier("horizon_months"))
        found: dict[str, Content] = {"stay": Live(f"1-{p}", 1 - one.probability)}
        for key, figure in (
            ("exit", one.exit),
            ("without", one.exit_without_deal),
            ("loss_given_exit", one.loss_given_exit),
        ):
            found[key] = Live(self.figures.used(figure.id), figure.value or 0.0)
        for key, figure in (("exit", one.exit), ("without", one.exit_without_deal)):
            low, high = figure.range
            found[f"{key}_low"] = Live(self.figures.low(figure.id), low)
            found[f"{key}_high"] = Live(self.figures.high(figure.id), high)
        # The series keeps its digits where the logarithm of nearly one would lose them.
        found["hazard"] = Live(
            f'IF({p}>=1,"",IF({p}<0.0001,{p}+{p}^2/2+{p}^3/3+{p}^4/4,-LN(1-{p})))',
            -math.log1p(-one.probability) if one.probability < 1 else "",
        )
        gone = f"({hazard}*{months}/{MONTHS:g})"
        found["lost_part"] = Live(
            f"IF({p}>=1,1,IF({gone}<0.001,{gone}/2-{gone}^2/6+{gone}^3/24,1-(1-EXP(-{gone}))/{gone}))",
            lost_by_hazard(one.probability, self.supplier("horizon_months").value or 0.0),
        )
        exits = Factor.uniform(*one.exit.range)
        size = Factor.known(one.point) if one.disclosed else Factor.uniform(0.0, one.cap)
        weight = one.severity**2
        of_exit, mean = (
            f"({at('exit_high')}-{at('exit_low')})^2/12",
            f"({at('exit_low')}+{at('exit_high')})/2",
        )
        of_size = f'IF({at("disclosed")}="",{self.step("largest_spend")}^2/12,0)'
        given = f"{at('loss_given_exit')}^2"
        return found | {
            "spread_exit": Live(f"{given}*{at('spend')}^2*{of_exit}", weight * size.mean**2 * exits.variance),
            "spread_spend": Live(f"{given}*({mean})^2*{of_size}", weight * exits.mean**2 * size.variance),
            "spread_both": Live(f"{given}*{of_exit}*{of_size}", weight * exits.variance * size.variance),
        }

    def _packed(self) -> tuple[int, float, float]:
        """How many unnamed customers may be as large as the largest, how large, and what is left."""
        top = largest(self.year).point
        rest = max(0.0, (self.revenue_mn) - math.fsum(disclosed_spends(self.year)))
        if top <= 0:
            return 0, 0.0, 0.0
        full = math.floor(rest / top * (1 + 1e-12))
        left = rest - full * top
        return full, top, left if left > 1e-9 * self.revenue_mn else 0.0

    @property
    def revenue_mn(self) -> float:
        return self.deal.values.revenue * 1000

    # -- vendors -----------------------------------------------------------------------------------------

    def _fill_vendors(self) -> None:
        model = self.model
        cells: dict[str, list[Content]] = {key: [] for key in _VENDORS}
        found = market.allocation(model)
        taken = found.amounts if found else [None] * len(model.vendors)
        beta = tuple(self.case.figure(f"beta_{key}") for key in ("neutrality", "capability", "capacity"))
        of_neutrality, of_capability, of_capacity = (figure.value or 0.0 for figure in beta)
        weights = (of_neutrality, of_capability, of_capacity)
        utilities = [
            utility(one.neutrality.value or 0.0, one.capability.value or 0.0, one.room, weights)
            for one in model.vendors
        ]
        top = max(utilities)
        rules = {rule: market.diverted(model, rule).shares for rule in ("equal", "proportional", "logit")}
        chosen = rules[model.share_model]
        claims = {claim.vendor.id: claim for claim in model.claims}
        for row, one in enumerate(model.vendors):
            finite = utilities[row] > -math.inf
            share = chosen[row] if chosen else None
            cells["name"].append(one.name)
            cells["base"].append(Live(self.mn(one.base), one.earned))
            cells["capacity"].append(Live(self.mn(one.capacity), one.room))
            cells["neutrality"].append(Live(self.of(one.neutrality), one.neutrality.value or 0.0))
            cells["capability"].append(Live(self.of(one.capability), one.capability.value or 0.0))
            tools = one.enablement
            cells["tools"].append(Live(self.of(tools), tools.value or 0.0) if tools else 0.0)
            cells["utility"].append(Live(self._utility(row, beta), utilities[row] if finite else ""))
            own = self.vendors.at("utility", row)
            cells["pull"].append(
                Live(
                    f'IF({own}="",0,EXP({own}-MAX({self.of_vendors("utility")})))',
                    math.exp(utilities[row] - top) if finite else 0.0,
                )
            )
            for rule, formula in self._shares(row).items():
                shares = rules[rule]
                cells[rule].append(Live(formula, shares[row] if shares else None))
            for key, content in self._within_capacity(row, share, one.room, chosen, taken[row]).items():
                cells[key].append(content)
            for key, content in self._claims(row, one.id, claims.get(one.id)).items():
                cells[key].append(content)
        for key, title in _VENDORS.items():
            self.vendors.add(Column(key, title, tuple(cells[key])))

    def _utility(self, row: int, beta: Iterable[Figure]) -> str:
        """A vendor without capacity is out of the question as soon as capacity counts."""

        def at(key: str) -> str:
            return self.vendors.at(key, row)

        of_neutrality, of_capability, of_capacity = (self.of(figure) for figure in beta)
        plain = f"{of_neutrality}*{at('neutrality')}+{of_capability}*{at('capability')}"
        room = at("capacity")
        sized = f'IF({room}>0,{plain}+{of_capacity}*LN({room}),"")'
        return f"IF({of_capacity}>0,{sized},{plain})"

    def _shares(self, row: int) -> dict[str, str]:
        """A vendor's share of the open pool by each rule."""
        rules = {}
        for rule, key in (("proportional", "base"), ("logit", "pull")):
            total = f"SUM({self.of_vendors(key)})"
            rules[rule] = f"IF({total}=0,NA(),{self.vendors.at(key, row)}/{total})"
        return {"equal": f"1/COUNT({self.of_vendors('base')})", **rules}

    def _within_capacity(
        self, row: int, share: float | None, room: float, shares: list[float] | None, takes: float | None
    ) -> dict[str, Content]:
        """Water-filling: everyone is served in proportion up to one level, and none above its capacity."""

        def at(key: str) -> str:
            return self.vendors.at(key, row)

        rule = choice(self.readings.choices, "share_model")
        rooms, parts = self.of_vendors("capacity"), self.of_vendors("share")
        pool, level = self.result("opportunity.contestable"), at("fills_at")
        asked = f"SUMPRODUCT(({rooms}<={parts}*{level})*{rooms}+({rooms}>{parts}*{level})*{parts}*{level})"
        full: float | None = None
        fills: float | str | None = None
        served: float | str | None = None
        if share is not None and shares is not None:
            full, fills, served = 0.0, "", ""
            if share > 0:
                height = room / share
                caps = [one.room for one in self.model.vendors]
                taken = sum(
                    cap if cap <= part * height else part * height
                    for cap, part in zip(caps, shares, strict=True)
                )
                full, fills, served = float(taken <= self.model.open_pool.value), height, taken
        return {
            "share": Live(
                f'IF({rule}="equal",{at("equal")},IF({rule}="proportional",{at("proportional")},{at("logit")}))',
                share,
            ),
            "fills_at": Live(f'IF({at("share")}>0,{at("capacity")}/{at("share")},"")', fills),
            "asked": Live(f'IF({level}="","",{asked})', served),
            "full": Live(f'IF({at("asked")}="",0,IF({at("asked")}<={pool},1,0))', full),
            "allocated": Live(
                f"IF({at('full')}=1,{at('capacity')},{at('share')}*{self.step('level')})", takes
            ),
        }

    def _claims(self, row: int, vendor: str, least: Claim | None) -> dict[str, Content]:
        """What a vendor claims as an amount and as a multiple of its base; the larger one counts."""
        amount, several = self.by_amount.get(vendor), self.by_multiple.get(vendor)
        return {
            "by_amount": Live(self.mn(amount.figure), amount.least) if amount else None,
            "by_multiple": Live(self.from_multiple(several), several.least) if several else None,
            "claimed": Live(
                f"MAX({self.vendors.at('by_amount', row)},{self.vendors.at('by_multiple', row)})",
                least.least if least else 0.0,
            ),
        }

    @property
    def by_amount(self) -> dict[str, Claim]:
        return {claim.vendor.id: claim for claim in self.model.amounts}

    @property
    def by_multiple(self) -> dict[str, Claim]:
        return {claim.vendor.id: claim for claim in self.model.multiples}

    def from_multiple(self, claim: Claim) -> str:
        """The new revenue that a multiple of a base means."""
        conversion = self.model.conversion(claim.vendor)
        part = f"*{self.of(conversion)}" if conversion else ""
        base = self.case.figure("base_revenue", claim.vendor.id)
        return f"MAX(0,{self.of(claim.figure)}-1){part}*{self.mn(base)}"

    # -- steps -------------------------------------------------------------------------------------------

    def _fill_steps(self) -> None:
        made = self._largest() | self._packing() | self._worth() | self._rest()
        self.steps.add(Column("step", "step", tuple(_STEPS)))
        self.steps.add(Column("what", "what it is", tuple(_STEPS.values())))
        self.steps.add(Column("value", "value", tuple(made[key] for key in _STEPS)))

    def _largest(self) -> dict[str, Content]:
        top = largest(self.year)
        low, high = self.deal.range("spend")
        return {
            "largest_spend": Live(f"MAX({self.of_customers('disclosed')})", top.point),
            "largest_row": Live(
                f"MATCH({self.step('largest_spend')},{self.of_customers('disclosed')},0)",
                float(self.year.index(top) + 1),
            ),
            "largest_spend_low": Live(self.of_largest("spend_low"), low * 1000),
            "largest_spend_high": Live(self.of_largest("spend_high"), high * 1000),
            "largest_exit": Live(self.of_largest("exit"), top.probability),
            "largest_planned": Live(self.of_largest("plan"), planned_of(self.case, top).point),
            "largest_plan": Live(f"MAX({self.of_customers('plan_disclosed')})", largest(self.plan).point),
        }

    def _packing(self) -> dict[str, Content]:
        revenue, top = self.mn(revenue_of(self.case)), self.step("largest_spend")
        rest, full = self.step("packed_rest"), self.step("packed_full")
        count, _, left = self._packed()
        known = math.fsum(disclosed_spends(self.year))
        return {
            "packed_rest": Live(
                f"MAX(0,{revenue}-SUM({self.of_customers('disclosed')}))", max(0.0, self.revenue_mn - known)
            ),
            # A hair more, so that rounding does not lose a customer.
            "packed_full": Live(f"IF({top}>0,INT({rest}/{top}*(1+1E-12)),0)", float(count)),
            "packed_last": Live(
                f"IF({top}>0,IF({rest}-{full}*{top}>1E-9*{revenue},{rest}-{full}*{top},0),0)", left
            ),
        }

    def _worth(self) -> dict[str, Content]:
        """Enterprise value over all ranges: the cash that stayed is a product, so its corners decide."""
        deal = self.deal
        kept, paid = deal["cash_retained"], deal["investment"]
        corners = joined(
            [f"{k}*{i}" for k in (self.low(kept), self.high(kept)) for i in (self.low(paid), self.high(paid))]
        )
        valued, debt = deal["valuation"], deal["net_debt"]
        found = over_vertices(
            enterprise_value, *map(deal.range, ("valuation", "investment", "cash_retained", "net_debt"))
        )
        low, high = found or (None, None)
        return {
            "worth_low": Live(f"{self.low(valued)}-MAX({corners})+{self.low(debt)}", low),
            "worth_high": Live(f"{self.high(valued)}-MIN({corners})+{self.high(debt)}", high),
        }

    def _rest(self) -> dict[str, Content]:
        case, model = self.case, self.model
        start, notice, ramp = (self.of(figure) for figure in when_of(case).figures)
        elapsed = f"({MONTHS:g}-{start}-{notice})"
        house, gone = (self.of(figure) for figure in model.leaks)
        spreads = joined([self.of_customers(f"spread_{key}") for key in ("exit", "spend", "both")])
        shares, full, rooms = (self.of_vendors(key) for key in ("share", "full", "capacity"))
        unserved = f"SUMPRODUCT(1-{full},{shares})"
        pool = self.result("opportunity.contestable")
        found = market.allocation(model)
        level = None if found is None else 0.0 if found.level == math.inf else found.level
        parts = [
            self.customers.columns[list(_CUSTOMERS).index(f"spread_{key}")].cells for key in ("exit", "spend", "both")
        ]  # fmt: skip
        return {
            "months_lost": Live(
                f"IF({elapsed}<=0,0,IF({elapsed}<{ramp},{elapsed}^2/(2*{ramp}),{elapsed}-{ramp}/2))",
                months_lost(*when_of(case).values),
            ),
            "variance": Live(
                f"SUM({spreads})",
                sum(
                    cell.value
                    for part in parts
                    for cell in part
                    if isinstance(cell, Live) and isinstance(cell.value, int | float)
                ),
            ),
            "open_part": Live(f"(1-{house})*(1-{gone})", model.open_part),
            "equal_share": Live(f"1/COUNT({self.of_vendors('base')})", model.equal_share),
            # Nobody is below the level where all are full: then it decides nothing.
            "level": Live(f"IF({unserved}=0,0,({pool}-SUMPRODUCT({full},{rooms}))/{unserved})", level),
        }  # fmt: skip

    # -- stand-ins and checks ----------------------------------------------------------------------------

    def _stand_ins(self) -> dict[str, Live]:
        """What takes the place of a value that the case leaves empty."""
        case, deal = self.case, self.deal
        prior, alone = deal["prior"], self.supplier("standalone_value")
        factor = scaled(self.figures.used(prior.id), prior.unit, "bn")
        found = {deal.multiple_after_exit.id: Live(self.result("deal.multiple"), multiple(deal.values))}
        if self.figures.may_be_empty(alone.id):
            found[alone.id] = Live(_in_unit(factor, alone.unit), _of_unit(deal.values.prior, alone.unit))
        return {name: live for name, live in found.items() if name in case.figures}

    def _checks(self) -> Block:
        """What must hold for the figures to belong together; the command refuses them otherwise."""
        rows: list[tuple[str, str]] = []
        case = self.case
        for revenue in case.all_of("revenue", case.supplier.id):
            paid = [self._amount(one) for one in case.spends("spend", revenue.period)]
            if paid:
                rows.append(
                    (
                        f"Disclosed spends of {revenue.period} are within the revenue",
                        f"{'+'.join(paid)}<={self.mn(revenue)}*(1+1E-12)",
                    )
                )
        for one in self.year:
            rows.append(
                (
                    f"{one.customer.name}: exit is no likelier without the deal",
                    f"{self.of(one.exit_without_deal)}<={self.of(one.exit)}+1E-12",
                )
            )
        rate, growth = self.of(self.deal["dcf_rate"]), self.of(self.deal["dcf_terminal_growth"])
        rows.append(("The discount rate is above the growth after the last year", f"{rate}>{growth}"))
        years = self.of(self.deal["dcf_years"])
        rows.append(("Years of the cash-flow method are whole", f"{years}=INT({years})"))
        for words, key in (("last full year", "disclosed"), ("plan", "plan_disclosed")):
            rows.append((f"Some spend is disclosed: {words}", f"COUNT({self.of_customers(key)})>0"))
        rows.append(
            ("Vendors win back no more than all in-house work", f"SUM({self.of_vendors('tools')})<=1+1E-12")
        )
        values, lows, highs = (self.figures.block.range(key) for key in ("value", "min", "max"))
        outside = "+".join(
            f'SUMPRODUCT(({values}<>"")*({ends}<>"")*({values}{sign}{ends}))'
            for ends, sign in ((lows, "<"), (highs, ">"))
        )
        rows.append(("Every value is within its least and most", f"{outside}=0"))
        block = Block("Checks", len(rows), ("what", "holds"), self.names)
        block.add(Column("what", "what must hold", tuple(words for words, _ in rows)))
        block.add(Column("holds", "holds", tuple(Live(f'IF({rule},"yes","no")', "yes") for _, rule in rows)))
        return block

    def _amount(self, figure: Figure) -> str:
        """A disclosed spend in millions, an empty cell counting as nothing."""
        return scaled(self.figures.value(figure.id), figure.unit, "mn")


def _in_unit(billions: str, unit: str) -> str:
    """Billions expressed in another unit of money."""
    back = scaled("1", unit, "bn")
    return billions if back == "1" else f"{billions}/{back}"


def _of_unit(billions: float, unit: str) -> float:
    return billions / convert(1.0, unit, "bn")


#: The sheet of results, from left to right.
RESULT_COLUMNS = (
    "id",
    "label",
    "value",
    "unit",
    "tag",
    "layer",
    "kind",
    "published",
    "change",
    "figures",
    "words",
)

__all__ = ["FIVE", "RESULT_COLUMNS", "Workings"]
