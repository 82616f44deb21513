"""Whether the numbers of the deal agree: D1, D1b and the front page's chart."""

from __future__ import annotations

from neutrality.case import Case
from neutrality.chapters.deal import Deal, contracted, fresh_money_verdict
from neutrality.chapters.ledger import source_line
from neutrality.charts.common import (
    NO_NUMBER,
    Built,
    Row,
    finished,
    range_table,
    ranges,
    short,
    source_of,
    unit_words,
)
from neutrality.charts.deal.shared import billions, ledger_of
from neutrality.charts.theme import TAG_COLOURS
from neutrality.results import TAG_LETTERS, Chapter


def consistency(case: Case, chapter: Chapter) -> Built:
    """D1: each route to the valuation with its rounding, and what satisfies them."""
    deal, results, unit = Deal.of(case), chapter.results, billions(case)
    paid, stake, stated = (
        deal.range("investment"),
        deal.range("stake"),
        deal.range("valuation"),
    )
    prior = deal.range("prior")
    fit = contracted(deal)
    cheque, held = short(deal.values.investment, unit), short(deal.values.stake, "share")
    before = short(deal.values.prior, unit)
    total = deal.values.prior + deal.values.investment
    bought = f"{short(results.value('deal.stake_on_prior_low'), 'share')} to {short(results.value('deal.stake_on_prior_high'), 'share')}"
    verdict = fresh_money_verdict(ledger_of(chapter), stake)
    against = f"which allows {held}" if verdict == "possible" else f"not {held}"
    rows = [
        Row(
            f"Reported: {short(deal.values.valuation, unit)} · {TAG_LETTERS[deal['valuation'].tag]}",
            stated.low, stated.high, deal.values.valuation, "with its rounding", deal["valuation"].tag, digits=4,
        ),
        Row(
            f"Cheque ÷ stake: {short(results.value('deal.implied_post_money'), unit)} · "
            f"{TAG_LETTERS[results['deal.implied_post_money'].tag]}",
            paid.low / stake.high, paid.high / stake.low, results.value("deal.implied_post_money"),
            f"{cheque} ÷ {held}, each with its rounding", results["deal.implied_post_money"].tag, digits=4,
        ),
        Row(
            f"All three agree · {TAG_LETTERS[results['deal.consistent'].tag]}",
            fit.whole.low if fit else None, fit.whole.high if fit else None, None,
            "what cheque, stake and valuation leave together", results["deal.consistent"].tag, 8, 4,
            f"{NO_NUMBER}: the three clash",
        ),
        Row(
            f"Value before + cheque: {short(total, unit)} · {TAG_LETTERS[results['deal.stake_on_prior'].tag]}",
            prior.low + paid.low, prior.high + paid.high, total,
            f"as fresh money on {before} it buys {bought}, {against}", results["deal.stake_on_prior"].tag, digits=4,
        ),
    ]  # fmt: skip
    agree = (
        f"Every valuation from {short(fit.whole.low, unit, 4)} to {short(fit.whole.high, unit, 4)} satisfies cheque, stake "
        "and reported valuation."
        if fit
        else "No valuation satisfies cheque, stake and reported valuation together."
    )
    return finished(
        lambda narrow: ranges(
            rows, unit, narrow, zero=False,
            band=(fit.whole.low, fit.whole.high) if fit else None, band_colour=TAG_COLOURS[results["deal.consistent"].tag],
        ),
        id="D1",
        title="Do cheque, stake and valuation agree?",
        subtitle=f"{unit_words(unit)}; valuation by each route with what rounding leaves open (layer L1); shaded: what satisfies all three",
        description=f"{agree} The reported valuation is {short(deal.values.valuation, unit)}, cheque divided by stake "
        f"{short(results.value('deal.implied_post_money'), unit)}, value before plus cheque {short(total, unit)}. The cheque "
        f"as fresh money on {before} would buy {bought}, {against}.",
        source=source_line(case, deal["investment"], deal["stake"], deal["valuation"], deal["prior"]),
        table=range_table("Route to the valuation", rows, unit, "Basis"),
    )  # fmt: skip


def stakes(case: Case, chapter: Chapter, *, compact: bool = False) -> Built:
    """D1b: the reported stake against the stake that the cheque would buy as fresh money."""
    deal, results = Deal.of(case), chapter.results
    reported = deal.range("stake")
    paid, valuation = deal.range("investment"), deal.range("valuation")
    before = short(deal.values.prior, billions(case))
    fresh, implied = results["deal.stake_on_prior"], results["deal.implied_stake"]
    rows = [
        Row(
            f"Stake reported · {TAG_LETTERS[deal['stake'].tag]}", reported.low, reported.high, deal.values.stake,
            f"{short(deal.values.stake, 'share')} with its rounding", deal["stake"].tag,
        ),
        Row(
            f"Cheque ÷ valuation · {TAG_LETTERS[implied.tag]}", paid.low / valuation.high,
            paid.high / valuation.low, results.value("deal.implied_stake"),
            f"{short(results.value('deal.implied_stake'), 'share')} with both roundings", implied.tag,
        ),
        Row(
            f"Cheque as fresh money on {before} · {TAG_LETTERS[fresh.tag]}", results.value("deal.stake_on_prior_low"),
            results.value("deal.stake_on_prior_high"), results.value("deal.stake_on_prior"),
            f"{short(results.value('deal.stake_on_prior'), 'share')} with both roundings", fresh.tag,
        ),
    ]  # fmt: skip
    said = "; ".join(
        f"{row.label.split(' · ')[0]}: {short(row.low, 'share')} to {short(row.high, 'share')}"
        for row in rows
    )
    verdict = {
        "more": "Fresh money would buy more than the reported stake, even with every rounding.",
        "less": "Fresh money would buy less than the reported stake, even with every rounding.",
        "possible": "Within rounding, fresh money can buy the reported stake.",
    }[fresh_money_verdict(ledger_of(chapter), reported)]
    return finished(
        lambda narrow: ranges(
            rows,
            "share",
            narrow,
            zero=False,
            compact=compact,
            band=reported,
            band_colour=TAG_COLOURS[deal["stake"].tag],
        ),
        id="D1b",
        title=f"Can the cheque be fresh money on {before}?",
        subtitle="% of the company, with what rounding leaves open (layer L1); shaded: the stake reported",
        description=f"{said}. {verdict}",
        source=source_of(case, chapter, "deal.stake_on_prior_low", "deal.valuation_low"),
        table=range_table("Stake", rows, "share", "Basis"),
    )


def front(case: Case, chapter: Chapter) -> Built:
    """The front page's chart: the stake reported against fresh money, compact."""
    return stakes(case, chapter, compact=True)
