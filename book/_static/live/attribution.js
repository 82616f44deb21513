// How much of a change each of two factors explains: port of methods/attribution.py.
(function (neutrality) {
  "use strict";

  // The change from quantity x price to new quantity x new price, split between the two: the price-volume
  // variance with the joint term halved, which is the Shapley value.
  function priceVolume(quantity, price, newQuantity, newPrice) {
    return {
      volume: ((newQuantity - quantity) * (price + newPrice)) / 2,
      price: ((newPrice - price) * (quantity + newQuantity)) / 2,
    };
  }

  neutrality.methods.attribution = { priceVolume };
})(globalThis.neutrality);
