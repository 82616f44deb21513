// Whether the numbers of the deal agree: port of charts/deal/agreement.py.
(function (neutrality) {
  "use strict";

  const { contracted } = neutrality.chapters.deal;
  const { NO_NUMBER, TAG_LETTERS, finished, rangeTable, ranges, row, short, unitWords } = neutrality.charts.common;
  const { billions } = neutrality.charts.deal.shared;
  const { TAG_COLOURS } = neutrality.look;

  // Whether the prior value can be this deal's pre-money value: `more`, `less` or `possible`.
  function freshMoneyVerdict(results, stake) {
    if ((results.get("deal.stake_on_prior_low").value ?? 0) > stake[1]) return "more";
    return (results.get("deal.stake_on_prior_high").value ?? 0) < stake[0] ? "less" : "possible";
  }

  // D1: each route to the valuation with its rounding, and what satisfies them.
  function consistency(reading) {
    const { deal, results } = reading.chapter("deal");
    const unit = billions(reading.case);
    const value = (name) => results.get(`deal.${name}`).value;
    const tag = (name) => results.get(`deal.${name}`).tag;
    const [paid, stake, stated] = ["investment", "stake", "valuation"].map((name) => deal.range(name));
    const prior = deal.range("prior");
    const fit = contracted(deal);
    const cheque = short(deal.values.investment, unit);
    const held = short(deal.values.stake, "share");
    const before = short(deal.values.prior, unit);
    const total = deal.values.prior + deal.values.investment;
    const bought = `${short(value("stake_on_prior_low"), "share")} to ${short(value("stake_on_prior_high"), "share")}`;
    const against = freshMoneyVerdict(results, stake) === "possible" ? `which allows ${held}` : `not ${held}`;
    const { valuation } = deal.figures;
    const rows = [
      row(`Reported: ${short(deal.values.valuation, unit)} · ${TAG_LETTERS[valuation.tag]}`, ...stated, {
        point: deal.values.valuation,
        note: "with its rounding",
        tag: valuation.tag,
        digits: 4,
      }),
      row(
        `Cheque ÷ stake: ${short(value("implied_post_money"), unit)} · ${TAG_LETTERS[tag("implied_post_money")]}`,
        paid[0] / stake[1],
        paid[1] / stake[0],
        {
          point: value("implied_post_money"),
          note: `${cheque} ÷ ${held}, each with its rounding`,
          tag: tag("implied_post_money"),
          digits: 4,
        }
      ),
      row(`All three agree · ${TAG_LETTERS[tag("consistent")]}`, fit ? fit.whole[0] : null, fit ? fit.whole[1] : null, {
        note: "what cheque, stake and valuation leave together",
        tag: tag("consistent"),
        thick: 8,
        digits: 4,
        missing: `${NO_NUMBER}: the three clash`,
      }),
      row(
        `Value before + cheque: ${short(total, unit)} · ${TAG_LETTERS[tag("stake_on_prior")]}`,
        prior[0] + paid[0],
        prior[1] + paid[1],
        {
          point: total,
          note: `as fresh money on ${before} it buys ${bought}, ${against}`,
          tag: tag("stake_on_prior"),
          digits: 4,
        }
      ),
    ];
    const agree = fit
      ? `Every valuation from ${short(fit.whole[0], unit, 4)} to ${short(fit.whole[1], unit, 4)} satisfies cheque, stake ` +
        "and reported valuation."
      : "No valuation satisfies cheque, stake and reported valuation together.";
    const look = { zero: false, band: fit ? fit.whole : null, bandColour: TAG_COLOURS[tag("consistent")] };
    return finished((narrow) => ranges(rows, unit, narrow, look), {
      id: "D1",
      title: "Do cheque, stake and valuation agree?",
      subtitle: `${unitWords(unit)}; valuation by each route with what rounding leaves open (layer L1); shaded: what satisfies all three`,
      description:
        `${agree} The reported valuation is ${short(deal.values.valuation, unit)}, cheque divided by stake ` +
        `${short(value("implied_post_money"), unit)}, value before plus cheque ${short(total, unit)}. The cheque ` +
        `as fresh money on ${before} would buy ${bought}, ${against}.`,
      table: rangeTable("Route to the valuation", rows, unit, "Basis"),
    });
  }

  // D1b: the reported stake against the stake that the cheque would buy as fresh money.
  function stakes(reading, { compact = false } = {}) {
    const { deal, results } = reading.chapter("deal");
    const reported = deal.range("stake");
    const paid = deal.range("investment");
    const valuation = deal.range("valuation");
    const before = short(deal.values.prior, billions(reading.case));
    const [fresh, implied, low, high] = ["stake_on_prior", "implied_stake", "stake_on_prior_low", "stake_on_prior_high"].map(
      (name) => results.get(`deal.${name}`)
    );
    const { stake } = deal.figures;
    const rows = [
      row(`Stake reported · ${TAG_LETTERS[stake.tag]}`, ...reported, {
        point: deal.values.stake,
        note: `${short(deal.values.stake, "share")} with its rounding`,
        tag: stake.tag,
      }),
      row(`Cheque ÷ valuation · ${TAG_LETTERS[implied.tag]}`, paid[0] / valuation[1], paid[1] / valuation[0], {
        point: implied.value,
        note: `${short(implied.value, "share")} with both roundings`,
        tag: implied.tag,
      }),
      row(`Cheque as fresh money on ${before} · ${TAG_LETTERS[fresh.tag]}`, low.value, high.value, {
        point: fresh.value,
        note: `${short(fresh.value, "share")} with both roundings`,
        tag: fresh.tag,
      }),
    ];
    const said = rows.map((one) => `${one.label.split(" · ")[0]}: ${short(one.low, "share")} to ${short(one.high, "share")}`);
    const verdict = {
      more: "Fresh money would buy more than the reported stake, even with every rounding.",
      less: "Fresh money would buy less than the reported stake, even with every rounding.",
      possible: "Within rounding, fresh money can buy the reported stake.",
    }[freshMoneyVerdict(results, reported)];
    const look = { zero: false, compact, band: reported, bandColour: TAG_COLOURS[stake.tag] };
    return finished((narrow) => ranges(rows, "share", narrow, look), {
      id: "D1b",
      title: `Can the cheque be fresh money on ${before}?`,
      subtitle: "% of the company, with what rounding leaves open (layer L1); shaded: the stake reported",
      description: `${said.join("; ")}. ${verdict}`,
      table: rangeTable("Stake", rows, "share", "Basis"),
    });
  }

  Object.assign(neutrality.charts.deal, {
    D1: consistency,
    D1b: stakes,
    front: (reading) => stakes(reading, { compact: true }),
  });
})(globalThis.neutrality);
