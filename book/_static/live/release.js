// What departing customers release, where it goes, and what a claim on it would take: port of
// methods/release.py.
(function (neutrality) {
  "use strict";

  // Verdict words on a claim, from the strongest to the mildest.
  const VERDICTS = ["impossible", "more_than_half", "more_than_equal", "ordinary"];

  // Released spend, less what customers take in house, less what of the rest is not replaced. `enabled` is
  // the part of the in-house work that goes back to vendors as tools.
  function waterfall(released, inHouseShare, notReplacedShare, enabledShare = 0) {
    const inHouse = released * inHouseShare;
    const notReplaced = (released - inHouse) * notReplacedShare;
    const contestable = released - inHouse - notReplaced;
    return { released, inHouse, notReplaced, contestable, enabled: inHouse * enabledShare };
  }

  // The word for a claim that needs this share of a pool; a share of an empty pool is impossible.
  function verdict(requiredShare, equalShare) {
    if (requiredShare === null || requiredShare > 1) return VERDICTS[0];
    if (requiredShare > 0.5) return VERDICTS[1];
    return requiredShare > equalShare ? VERDICTS[2] : VERDICTS[3];
  }

  // The largest earlier revenue for which `multiple` times it still fits the pool beside other claims; null
  // for a claim that adds nothing. `conversion` is the part of the added demand that becomes revenue.
  function highestBase(pool, othersClaims, multiple, conversion = 1) {
    const added = (multiple - 1) * conversion;
    return added <= 0 ? null : Math.max(0, pool - othersClaims) / added;
  }

  // The probability of harm from which on switching pays; null where it never does.
  function breakEvenHarm(switchingCost, loss) {
    return loss <= 0 || switchingCost > loss ? null : switchingCost / loss;
  }

  neutrality.methods.release = { VERDICTS, waterfall, verdict, highestBase, breakEvenHarm };
})(globalThis.neutrality);
