"""Where each customer's money goes, as a flow from customers through the open pool to vendors."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from neutrality.case import Case
from neutrality.chapters.competitor_opportunity import Opportunity
from neutrality.chapters.competitor_opportunity.market import RULE_WORDS, allocation, allocation_figures
from neutrality.chapters.competitor_opportunity.model import Model
from neutrality.chapters.competitor_opportunity.tables import plan_words
from neutrality.chapters.ledger import source_line
from neutrality.charts.common import (
    COLOUR,
    DOWN,
    X2,
    Y2,
    Built,
    Record,
    blank,
    field,
    finished,
    layer,
    names,
    sheet,
    short,
    tabled,
    unit_words,
    word,
    words,
)
from neutrality.charts.theme import STEP
from neutrality.methods.release import IN_HOUSE, NOT_REPLACED, OPEN, UNSERVED, Link, flows

#: Points of each ribbon, height of the drawing, room between nodes and width of a node.
POINTS, HEIGHT, GAP, NODE = 25, 350.0, 17.0, 0.016
#: Where the three columns of nodes begin.
_COLUMNS = (0.0, 0.47, 1 - NODE)
#: Room above a node of the middle column, for its name.
_HEAD = 22.0
#: How strongly a ribbon is drawn that is not the one pointed at.
BACK = 0.15

#: From the ends of a link to the points of its ribbon. The smooth step keeps both ends level with their
#: nodes. Decimals beyond what a screen shows would only make the drawing longer.
_CURVE: tuple[Record, ...] = (
    {"calculate": f"sequence({POINTS})", "as": "point"},
    {"flatten": ["point"]},
    {"calculate": f"datum.point / {POINTS - 1}", "as": "t"},
    {"calculate": "round(1000 * (datum.left + (datum.right - datum.left) * datum.t)) / 1000", "as": "x"},
    {
        "calculate": "round(10 * (datum.start + (datum.end - datum.start) * datum.t * datum.t * (3 - 2 * datum.t))) / 10",
        "as": "y",
    },
    {"calculate": "round(10 * (datum.y + datum.tall)) / 10", "as": "y2"},
)
#: The ribbon that a reader points at: pointing at a node or a name sets nothing back.
_POINTED: Record = {
    "name": "pointed",
    "select": {
        "type": "point", "fields": ["k"], "on": "@ribbons_marks:pointerover", "clear": "pointerout",
        "toggle": False,
    },
    "views": ["ribbons"],
}  # fmt: skip
#: All ribbons at their own strength until one is pointed at, which keeps it.
_STRENGTH: Record = {
    "condition": {"param": "pointed", "field": "strength", "type": "quantitative", "scale": None},
    "value": BACK,
}


def links_of(model: Model) -> list[Link]:
    """The expected release as it flows, the open pool shared out within capacities by the chosen rule."""
    found = allocation(model)
    received = [] if found is None else [
        (vendor.id, amount) for vendor, amount in zip(model.vendors, found.amounts, strict=True)
    ]  # fmt: skip
    tools = [(vendor.id, model.enabled(vendor)) for vendor in model.vendors]
    releases = [(one.customer.id, one.expected) for one in model.plan]
    return flows(releases, model.leaking, received, tools)


def flow(case: Case, chapter: Opportunity) -> Built:
    """C2: the expected release from customer to vendor."""
    model = chapter.model
    links, unit = links_of(model), model.unit
    called = {
        **{one.customer.id: one.customer.name for one in model.plan},
        **{vendor.id: vendor.name for vendor in model.vendors},
        OPEN: "Open to vendors", IN_HOUSE: "In house", NOT_REPLACED: "Not replaced",
        UNSERVED: "Unserved" if allocation(model) else "Not shared out",
    }  # fmt: skip
    nodes = _nodes(links, model)

    def build(narrow: bool) -> Record:
        if not links:
            return blank("no number: nothing comes loose")
        return _drawn(links, nodes, called, unit)

    said = [
        f"{called[name]} {short(amount, unit)}"
        for column in nodes
        for name, amount in column.items()
        if amount
    ]
    return finished(
        build,
        id="C2",
        title="Where does each customer's money go?",
        subtitle=f"{unit_words(unit)}, expected, {plan_words(model)}; the open pool shared out {RULE_WORDS[model.share_model]} up to each "
        "vendor's capacity; layer L2",
        description="A flow from customers to what is open to vendors, taken in house or not replaced, and on to the vendors. "
        + (f"{'; '.join(said)}." if said else "Nothing comes loose."),
        source=source_line(case, allocation_figures(model)),
        table=tabled(
            ("From", "To", unit_words(unit)),
            [(called[link.source], called[link.target], link.amount) for link in links],
        ),
    )


def _nodes(links: Sequence[Link], model: Model) -> list[dict[str, float]]:
    """The three columns of nodes, each with what flows through it."""
    inward: dict[str, float] = {}
    outward: dict[str, float] = {}
    for link in links:
        outward[link.source] = outward.get(link.source, 0.0) + link.amount
        inward[link.target] = inward.get(link.target, 0.0) + link.amount
    left = {one.customer.id: outward.get(one.customer.id, 0.0) for one in model.plan}
    middle = {name: inward.get(name, 0.0) for name in (OPEN, IN_HOUSE, NOT_REPLACED)}
    right = {name: inward.get(name, 0.0) for name in (*(vendor.id for vendor in model.vendors), UNSERVED)}
    return [
        {name: amount for name, amount in column.items() if amount > 0} for column in (left, middle, right)
    ]


def _drawn(
    links: Sequence[Link], nodes: Sequence[Mapping[str, float]], called: Mapping[str, str], unit: str
) -> Record:
    gaps = (GAP, _HEAD, GAP)
    rooms = [
        HEIGHT - gap * (len(column) if column is nodes[1] else len(column) - 1)
        for column, gap in zip(nodes, gaps, strict=True)
    ]
    scale = min(room / sum(column.values()) for column, room in zip(nodes, rooms, strict=True) if column)
    tops: dict[str, tuple[float, float]] = {}
    boxes: list[Record] = []
    texts: list[Record] = []
    for index, (column, x, gap) in enumerate(zip(nodes, _COLUMNS, gaps, strict=True)):
        heads = gap if index == 1 else 0.0
        used = scale * sum(column.values()) + gap * (len(column) - 1) + heads
        top = (HEIGHT - used) / 2 + heads
        for name, amount in column.items():
            tall = scale * amount
            tops[name] = (x, top)
            colour = STEP[2] if name in (IN_HOUSE, NOT_REPLACED, UNSERVED) else STEP[0]
            tip = f"{called[name]}: {short(amount, unit)}"
            boxes.append({"x": x, "x2": x + NODE, "y": top, "y2": top + tall, "colour": colour, "tip": tip})
            said = f"{called[name]} {short(amount, unit)}"
            if index == 0:
                texts.append(word(x + NODE, top + tall / 2, said, dx=6))
            elif index == 1:
                texts.append(word(x + NODE / 2, top - 9, said, align="center", weight="bold"))
            else:
                texts.append(word(x, top + tall / 2, said, align="right", dx=-6))
            top += tall + gap
    place = field("x", axis=None, scale={"domain": [0, 1], "zero": False})
    encoding = {"x": place, "y": DOWN, "y2": Y2, "detail": names("k"), "color": COLOUR, "opacity": _STRENGTH}
    ribbons = layer("area", _ribbons(links, tops, scale, called, unit), encoding)
    return sheet(
        HEIGHT,
        {**ribbons, "name": "ribbons", "transform": list(_CURVE)},
        layer("rect", boxes, {"x": place, "x2": X2, "y": DOWN, "y2": Y2, "color": COLOUR}),
        words(texts, place, DOWN, halo=True),
        words(texts, place, DOWN),
        params=[_POINTED],
    )


def _ribbons(
    links: Sequence[Link],
    tops: Mapping[str, tuple[float, float]],
    scale: float,
    called: Mapping[str, str],
    unit: str,
) -> list[Record]:
    """The ends of every link's ribbon, those through the open pool last and thus above the rest."""
    left_at = {name: top for name, (_, top) in tops.items()}
    right_at = dict(left_at)
    strong: list[Record] = []
    faint: list[Record] = []
    for key, link in enumerate(links):
        tall = scale * link.amount
        opened = OPEN in (link.source, link.target) and link.target != UNSERVED
        (strong if opened else faint).append(
            {
                "k": key,
                "left": tops[link.source][0] + NODE,
                "right": tops[link.target][0],
                "start": left_at[link.source],
                "end": right_at[link.target],
                "tall": tall,
                "colour": STEP[3] if opened else STEP[4],
                "strength": 0.55 if opened else 0.6,
                "tip": f"{called[link.source]} to {called[link.target]}: {short(link.amount, unit)}",
            }
        )
        left_at[link.source] += tall
        right_at[link.target] += tall
    return [*faint, *strong]
