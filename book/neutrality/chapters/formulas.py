"""Every named result in plain words: what it is called, and the formula behind it on one line.

The words belong to the methods, not to the case: no number, name or currency of a case stands here. A
template is a result's id in which `{customer}`, `{vendor}`, `{entity}`, `{interest}` and `{period}` stand for
any of them.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from neutrality.case import Case
from neutrality.chapters.headlines import HEADLINES


@dataclass(frozen=True)
class Formula:
    """The label and the formula of one result, or of one result for each customer, vendor and so on."""

    template: str
    words: str
    label: str = ""


#: The largest customer and its spend, the price and the stake recur: one word for each, everywhere.
_FORMULAS = (
    # -- the deal: do price, stake and valuation agree? -------------------------------------------------
    Formula("deal.implied_post_money", "price paid ÷ stake taken"),
    Formula("deal.implied_stake", "price paid ÷ reported valuation", "Stake implied by cheque and valuation"),
    Formula("deal.consistent", "one where price = stake × valuation can hold within the roundings of all three, else zero", "Whether price, stake and valuation agree"),
    Formula("deal.valuation_low", "lowest valuation for which price = stake × valuation holds within the roundings of all three", "Valuation that fits all roundings, lowest"),
    Formula("deal.valuation_high", "highest valuation for which price = stake × valuation holds within the roundings of all three", "Valuation that fits all roundings, highest"),
    Formula("deal.prior_stake_low", "stake taken − price ÷ valuation, lowest within the roundings and not below zero", "Stake held before, least"),
    Formula("deal.prior_stake_high", "stake taken − price ÷ valuation, highest within the roundings", "Stake held before, most"),
    Formula("deal.implied_post_money_prior_stake", "price paid ÷ (stake taken − stake held before)", "Valuation implied, less the stake held before"),
    # -- what the price means ---------------------------------------------------------------------------
    Formula("deal.stake_on_prior", "price paid ÷ (valuation before the deal + price paid)"),
    Formula("deal.stake_on_prior_low", "price paid ÷ (valuation before the deal + price paid), lowest within the roundings", "Stake the cheque buys as fresh money, lowest"),
    Formula("deal.stake_on_prior_high", "price paid ÷ (valuation before the deal + price paid), highest within the roundings", "Stake the cheque buys as fresh money, highest"),
    Formula("deal.fresh_money_gap", "distance between the ranges of the stake that fresh money buys and of the stake taken, zero where they meet", "Gap between the stake taken and a fresh-money stake"),
    Formula("deal.implied_pre_money", "price paid ÷ stake taken − price paid", "Pre-money value implied by cheque and stake"),
    Formula("deal.implied_pre_money_low", "price paid ÷ stake taken − price paid, lowest within the roundings", "Pre-money value implied, lowest"),
    Formula("deal.implied_pre_money_high", "price paid ÷ stake taken − price paid, highest within the roundings", "Pre-money value implied, highest"),
    Formula("deal.step_up", "valuation reported with the deal − valuation before the deal", "Step-up in value"),
    Formula("deal.step_up_share", "valuation reported with the deal ÷ valuation before the deal − one"),
    Formula("deal.operating_step_up_cash_stayed", "(valuation reported with the deal − price paid) ÷ valuation before the deal − one"),
    Formula("deal.enterprise_value", "valuation − share of the cash that stayed × price paid + net debt", "Enterprise value"),
    Formula("deal.multiple_prior", "valuation before the deal ÷ revenue", "EV/revenue before the deal"),
    Formula("deal.multiple_prior_low", "valuation before the deal ÷ revenue, lowest within the roundings", "EV/revenue before the deal, lowest"),
    Formula("deal.multiple_prior_high", "valuation before the deal ÷ revenue, highest within the roundings", "EV/revenue before the deal, highest"),
    Formula("deal.multiple", "valuation reported with the deal ÷ revenue"),
    Formula("deal.multiple_low", "valuation reported with the deal ÷ revenue, lowest within the roundings", "EV/revenue of the deal, lowest"),
    Formula("deal.multiple_high", "valuation reported with the deal ÷ revenue, highest within the roundings", "EV/revenue of the deal, highest"),
    Formula("deal.multiple_cash_stayed", "(valuation reported with the deal − price paid) ÷ revenue", "EV/revenue of the deal if all cash stayed"),
    Formula("deal.multiple_without_largest", "valuation reported with the deal ÷ (revenue − largest customer's spend)", "EV/revenue of the deal without the largest customer"),
    # -- what lost revenue costs ------------------------------------------------------------------------
    Formula("deal.largest_customer_value", "valuation reported with the deal ÷ revenue × largest customer's spend", "Value carried by the largest customer"),
    Formula("deal.largest_customer_value_prior", "valuation before the deal ÷ revenue × largest customer's spend", "Value carried by the largest customer before the deal"),
    Formula("deal.largest_customer_step_up_share", "value carried by the largest customer ÷ step-up in value", "Step-up carried by the largest customer"),
    Formula("deal.planned_spend_step_up_share", "valuation reported with the deal ÷ revenue × largest customer's planned spend ÷ step-up in value", "Step-up carried by the largest customer's plan"),
    Formula("deal.break_even_lost_revenue", "revenue × (one − valuation before the deal ÷ valuation reported with it)"),
    Formula("deal.break_even_over_largest", "lost revenue that erases the step-up ÷ largest customer's spend", "Lost revenue that erases the step-up, in largest customers"),
    Formula("deal.break_even_multiple", "valuation before the deal ÷ (revenue − largest customer's spend)", "EV/revenue that erases the step-up once the largest customer is gone"),
    Formula("deal.break_even_multiple_fall", "one − that EV/revenue ÷ EV/revenue of the deal", "Fall of EV/revenue that erases the step-up"),
    Formula("deal.value_after_exit", "EV/revenue after the exit × (revenue − largest customer's spend); unset, the multiple is the deal's", "Value without the largest customer"),
    Formula("deal.revenue_effect", "change in revenue × average of EV/revenue before and after the exit", "Change in value through revenue"),
    Formula("deal.multiple_effect", "change in EV/revenue × average of revenue before and after the exit", "Change in value through the multiple"),
    Formula("deal.value_after_exit_low", "lowest EV/revenue after the exit × (revenue − largest customer's spend)", "Value without the largest customer, lowest"),
    Formula("deal.value_after_exit_high", "highest EV/revenue after the exit × (revenue − largest customer's spend)", "Value without the largest customer, highest"),
    Formula("deal.revenue_effect_at_low_multiple", "change in revenue × average of EV/revenue before and after, the latter at its lowest", "Change in value through revenue, at the lowest multiple"),
    Formula("deal.multiple_effect_at_low_multiple", "change in EV/revenue to its lowest × average of revenue before and after", "Change in value through the multiple, at the lowest multiple"),
    # -- what growth the price needs --------------------------------------------------------------------
    Formula("deal.implied_growth_exit_multiple", "yearly growth of revenue that lets enterprise value, compounded at the required return, equal the exit multiple of revenue", "Growth that the price needs, exit multiple"),
    Formula("deal.implied_growth_exit_multiple_low", "the same growth, lowest over the ranges of all inputs", "Growth that the price needs, exit multiple, lowest"),
    Formula("deal.implied_growth_exit_multiple_high", "the same growth, highest over the ranges of all inputs", "Growth that the price needs, exit multiple, highest"),
    Formula("deal.implied_growth_dcf", "yearly growth of revenue at which discounted free cash flow with a terminal value equals enterprise value", "Growth that the price needs, discounted cash flow"),
    Formula("deal.implied_growth_dcf_low", "the same growth, lowest over the ranges of all inputs", "Growth that the price needs, discounted cash flow, lowest"),
    Formula("deal.implied_growth_dcf_high", "the same growth, highest over the ranges of all inputs", "Growth that the price needs, discounted cash flow, highest"),
    # -- what the cheque paid for -----------------------------------------------------------------------
    Formula("deal.residual_premium_cash_left", "price paid − stake × valuation before the deal", "Part of the cheque not explained if all cash left"),
    Formula("deal.residual_premium_share_cash_left", "part not explained if all cash left ÷ price paid", "The same as a share of the cheque, cash left"),
    Formula("deal.break_even_benefit_cash_left", "part not explained if all cash left + stake × largest customer's spend at the multiple before the deal", "Benefit that makes the cheque break even, cash left"),
    Formula("deal.residual_premium_cash_stayed", "price paid − stake × (valuation before the deal + price paid)", "Part of the cheque not explained if all cash stayed"),
    Formula("deal.residual_premium_share_cash_stayed", "part not explained if all cash stayed ÷ price paid", "The same as a share of the cheque, cash stayed"),
    Formula("deal.break_even_benefit_cash_stayed", "part not explained if all cash stayed + stake × largest customer's spend at the multiple before the deal", "Benefit that makes the cheque break even, cash stayed"),
    Formula("deal.residual_premium", "price paid − stake × (value of the business on its own + share of the cash that stayed × price paid)", "Part of the cheque not explained"),
    # -- what lost neutrality costs the buyer -----------------------------------------------------------
    Formula("deal.neutrality_cost_to_acquirer", "stake × EV/revenue of the deal × largest customer's spend"),
    Formula("deal.neutrality_cost_to_acquirer_low", "stake × EV/revenue of the deal × largest customer's spend, lowest within the roundings", "Buyer's cost, largest customer lost, lowest"),
    Formula("deal.neutrality_cost_to_acquirer_high", "stake × EV/revenue of the deal × largest customer's spend, highest within the roundings", "Buyer's cost, largest customer lost, highest"),
    Formula("deal.neutrality_cost_planned", "stake × EV/revenue of the deal × largest customer's planned spend", "Buyer's cost, largest customer's plan lost"),
    Formula("deal.neutrality_cost_expected", "stake × EV/revenue of the deal × expected loss", "Buyer's cost, expected loss"),
    Formula("deal.neutrality_cost_expected_low", "stake × EV/revenue of the deal × expected loss, each lowest over the ranges", "Buyer's cost, expected loss, lowest"),
    Formula("deal.neutrality_cost_expected_high", "stake × EV/revenue of the deal × expected loss, each highest over the ranges", "Buyer's cost, expected loss, highest"),
    Formula("deal.neutrality_cost_share_of_cheque", "buyer's cost of the expected loss ÷ price paid", "Buyer's cost as a share of the cheque"),
    # -- the exits: concentration -----------------------------------------------------------------------
    Formula("exits.top_customer_share", "largest customer's spend ÷ revenue"),
    Formula("exits.hhi_low", "sum of squared revenue shares, in points, all revenue without a disclosed customer spread thinly", "Customer concentration (HHI), least"),
    Formula("exits.hhi_high", "sum of squared revenue shares, in points, that revenue packed into customers as large as the largest", "Customer concentration (HHI), most"),
    Formula("exits.effective_customers_low", "ten thousand ÷ customer concentration at its most", "Customers of equal size, fewest"),
    Formula("exits.effective_customers_high", "ten thousand ÷ customer concentration at its least", "Customers of equal size, most"),
    Formula("exits.fewest_customers", "revenue ÷ largest customer's spend, rounded up", "Fewest customers that the facts allow"),
    Formula("exits.top_five_share_high", "five largest spends that the facts allow ÷ revenue", "Largest share that five customers can have"),
    # -- the exits: how much ----------------------------------------------------------------------------
    Formula("exits.reported_loss_high", "sum of the named customers' spends, undisclosed ones as large as the largest, at most revenue", "Largest loss that the facts allow"),
    Formula("exits.expected_loss", "sum over customers of exit probability × spend × loss given exit; an undisclosed spend is half the largest"),
    Formula("exits.attributable_loss", "sum over customers of (exit probability − exit probability without the deal) × spend × loss given exit", "Expected loss caused by the deal"),
    Formula("exits.attributable_loss_low", "the same with each exit probability without the deal at its highest", "Expected loss caused by the deal, lowest"),
    Formula("exits.attributable_loss_high", "the same with each exit probability without the deal at its lowest", "Expected loss caused by the deal, highest"),
    Formula("exits.expected_loss_share", "expected loss ÷ revenue", "Expected loss as a share of revenue"),
    Formula("exits.expected_loss_low", "sum over customers of lowest exit probability × smallest spend × loss given exit", "Expected loss, lowest"),
    Formula("exits.expected_loss_high", "sum over customers of highest exit probability × largest spend × loss given exit", "Expected loss, highest"),
    Formula("exits.replacement_growth_largest", "largest customer's spend ÷ (revenue − largest customer's spend)", "Growth that replaces the largest customer"),
    Formula("exits.replacement_growth_expected", "expected loss ÷ (revenue − expected loss)"),
    # -- the exits: together ----------------------------------------------------------------------------
    Formula("exits.probability_all", "probability that all leave in a one-factor Gaussian copula of the exit probabilities"),
    Formula("exits.probability_none", "probability that none leaves in the same copula", "Probability that no named customer leaves"),
    Formula("exits.probability_any", "one − probability that none leaves", "Probability that some named customer leaves"),
    Formula("exits.probability_all_independent", "product of the exit probabilities", "Probability that all leave, were exits independent"),
    Formula("exits.probability_none_independent", "product of (one − exit probability)", "Probability that none leaves, were exits independent"),
    Formula("exits.probability_all_least", "sum of the exit probabilities − (number of customers − one), not below zero", "Probability that all leave, least under any dependence"),
    Formula("exits.probability_all_most", "smallest exit probability", "Probability that all leave, most under any dependence"),
    Formula("exits.probability_all_low", "least under any dependence, exit probabilities at the low ends of their ranges", "Probability that all leave, lowest over the ranges"),
    Formula("exits.probability_all_high", "most under any dependence, exit probabilities at the high ends of their ranges", "Probability that all leave, highest over the ranges"),
    Formula("exits.probability_any_least", "largest exit probability", "Probability that some leave, least under any dependence"),
    Formula("exits.probability_any_most", "sum of the exit probabilities, at most one", "Probability that some leave, most under any dependence"),
    Formula("exits.probability_any_low", "least under any dependence, exit probabilities at the low ends of their ranges", "Probability that some leave, lowest over the ranges"),
    Formula("exits.probability_any_high", "most under any dependence, exit probabilities at the high ends of their ranges", "Probability that some leave, highest over the ranges"),
    Formula("exits.probability_none_least", "one − sum of the exit probabilities, not below zero", "Probability that none leaves, least under any dependence"),
    Formula("exits.probability_none_most", "one − largest exit probability", "Probability that none leaves, most under any dependence"),
    Formula("exits.probability_none_low", "least under any dependence, exit probabilities at the high ends of their ranges", "Probability that none leaves, lowest over the ranges"),
    Formula("exits.probability_none_high", "most under any dependence, exit probabilities at the low ends of their ranges", "Probability that none leaves, highest over the ranges"),
    Formula("exits.realised_correlation", "correlation of the exits of the two likeliest leavers under the latent correlation", "Correlation of the exits themselves"),
    # -- the exits: the distribution of the loss --------------------------------------------------------
    Formula("exits.loss_deviation", "standard deviation of the loss: exits from the copula, undisclosed spends spread up to the largest", "Standard deviation of the loss"),
    Formula("exits.value_at_risk", "smallest loss that is not exceeded with at least the chosen confidence"),
    Formula("exits.expected_shortfall", "average of the loss over the worst part beyond the chosen confidence", "Expected shortfall"),
    Formula("exits.value_at_risk_80", "smallest loss that is not exceeded in at least four cases of five", "Value at risk, four cases of five"),
    Formula("exits.expected_shortfall_80", "average of the loss over the worst fifth of cases", "Expected shortfall, worst fifth"),
    Formula("exits.best_case", "smallest loss that is not exceeded with one − the chosen confidence", "Loss in the best case"),
    Formula("exits.value_at_risk_fixed", "value at risk with each undisclosed spend fixed at half the largest", "Value at risk, undisclosed spends fixed"),
    Formula("exits.largest_loss_fixed", "sum of spend × loss given exit, each undisclosed spend fixed at half the largest", "Largest loss, undisclosed spends fixed"),
    Formula("exits.probability_step_up_gone", "probability of a loss above the lost revenue that erases the step-up", "Probability that the step-up is erased"),
    # -- the exits: how fast ----------------------------------------------------------------------------
    Formula("exits.half_life_largest", "months until an exit is as likely as not, at the constant rate that gives the largest customer's exit probability within a year", "Half-life of the largest customer"),
    Formula("exits.in_year_loss_largest", "largest customer's planned spend a month × months of it lost by the year's end, after notice and run-down"),
    Formula("exits.in_year_loss_expected", "sum over customers of exit probability × loss given exit × planned spend lost by the year's end", "Expected loss within the year"),
    Formula("exits.hazard_loss_largest", "largest customer's spend × loss given exit × average part of the horizon after an exit at a year's constant rate", "Loss of the largest customer at a constant rate of exit"),
    Formula("exits.hazard_loss_expected", "sum over customers of spend × loss given exit × average part of the horizon after an exit at a year's constant rate", "Expected loss at a constant rate of exit"),
    # -- the exits: what drives the answer --------------------------------------------------------------
    Formula("exits.first_order.{customer}_exit_probability", "part of the expected loss's variance over the ranges that this probability carries alone", "{customer}: variance by its exit probability alone"),
    Formula("exits.total_order.{customer}_exit_probability", "part of the expected loss's variance in which this probability has any share", "{customer}: variance its exit probability has a share in"),
    Formula("exits.shapley.{customer}_exit_probability", "its part alone + half of what it shares with the same customer's spend", "{customer}: fair part of the variance, exit probability"),
    Formula("exits.first_order.{customer}_spend", "part of the expected loss's variance over the ranges that this undisclosed spend carries alone", "{customer}: variance by its spend alone"),
    Formula("exits.total_order.{customer}_spend", "part of the expected loss's variance in which this undisclosed spend has any share", "{customer}: variance its spend has a share in"),
    Formula("exits.shapley.{customer}_spend", "its part alone + half of what it shares with the same customer's exit probability", "{customer}: fair part of the variance, spend"),
    # -- the exits: what to set aside and to ask --------------------------------------------------------
    Formula("exits.provision_level", "cost of a unit too little ÷ (cost of a unit too little + cost of a unit too much)", "Level of the best provision"),
    Formula("exits.provision", "smallest loss that is not exceeded with the level of the best provision", "Best provision"),
    Formula("exits.perfect_information_value", "expected cost of the best provision, all of which foresight would save", "Value of perfect information"),
    Formula("exits.perfect_information.{customer}_exit", "expected cost of the best provision − that cost once it is known whether this customer leaves", "{customer}: value of knowing its exit"),
    Formula("exits.perfect_information.{customer}_spend", "expected cost of the best provision − that cost once this customer's spend is known", "{customer}: value of knowing its spend"),
    # -- the opening: the pools -------------------------------------------------------------------------
    Formula("opportunity.released", "sum over customers of exit probability × planned spend × loss given exit; an undisclosed plan is half the largest"),
    Formula("opportunity.contestable", "expected release × (one − share taken in house) × (one − share not replaced)"),
    Formula("opportunity.released_high", "sum of the named customers' plans, undisclosed ones as large as the largest", "Largest release that the facts allow"),
    Formula("opportunity.contestable_high", "largest release × (one − share taken in house) × (one − share not replaced)", "Largest release open to vendors"),
    Formula("opportunity.in_house", "expected release × share taken in house", "Release taken in house"),
    Formula("opportunity.not_replaced", "expected release × (one − share taken in house) × share not replaced", "Release not replaced"),
    Formula("opportunity.won_back_with_tools", "release taken in house × share that vendors win back with tools", "In-house work won back with tools"),
    Formula("opportunity.contestable_expected_low", "release at lowest probabilities and spends × (one − highest in-house share) × (one − highest share not replaced)", "Release open to vendors, lowest"),
    Formula("opportunity.contestable_expected_high", "release at highest probabilities and spends × (one − lowest in-house share) × (one − lowest share not replaced)", "Release open to vendors, highest"),
    # -- the opening: the claims ------------------------------------------------------------------------
    Formula("opportunity.{vendor}.required_share.largest_customer", "revenue claimed ÷ largest customer's planned spend", "{vendor}: part of the largest plan it needs"),
    Formula("opportunity.{vendor}.required_share.released_high", "revenue claimed ÷ largest release that the facts allow", "{vendor}: part of the largest release it needs"),
    Formula("opportunity.{vendor}.required_share.contestable_high", "revenue claimed ÷ largest release open to vendors", "{vendor}: part of the largest open release it needs"),
    Formula("opportunity.{vendor}.required_share.released", "revenue claimed ÷ expected release", "{vendor}: part of all expected release it needs"),
    Formula("opportunity.{vendor}.required_share.contestable", "revenue claimed ÷ release open to vendors"),
    Formula("opportunity.{vendor}.required_share.contestable_{period}", "revenue claimed ÷ release open to vendors, on spends of the last full year", "{vendor}: part of the open release it needs, last year's spends"),
    Formula("opportunity.{vendor}.verdict", "impossible where it needs more than all of the open release, then by half of it and by an equal share, else ordinary"),
    Formula("opportunity.{vendor}.required_share_within_horizon", "revenue claimed ÷ (release open to vendors × years of the claim's horizon)", "{vendor}: part of the open release it needs within its horizon"),
    Formula("opportunity.{vendor}.release_for_equal_share", "revenue claimed × number of vendors ÷ part of a release that is open to vendors", "{vendor}: release of which an equal share makes the claim"),
    Formula("opportunity.{vendor}.years_for_equal_share", "revenue claimed × number of vendors ÷ release open to vendors in a year", "{vendor}: years of equal shares that make the claim"),
    Formula("opportunity.{vendor}.probability_covered", "probability that the open part of the release is at least the revenue claimed", "{vendor}: probability that all open release covers the claim"),
    Formula("opportunity.{vendor}.probability_at_half", "probability that half of the open part of the release is at least the revenue claimed", "{vendor}: probability that half of it covers the claim"),
    Formula("opportunity.{vendor}.probability_at_equal_share", "probability that an equal share of the open part of the release is at least the revenue claimed", "{vendor}: probability that an equal share covers the claim"),
    Formula("opportunity.{vendor}.base_high", "(release open to vendors − revenue that other vendors claim) ÷ (multiple claimed − one), not below zero"),
    Formula("opportunity.{vendor}.base_high_converted", "that base ÷ share of the claimed demand that becomes revenue", "{vendor}: largest base, by demand that becomes revenue"),
    Formula("opportunity.{vendor}.claimed", "(multiple claimed − one) × share of demand that becomes revenue × revenue before", "{vendor}: new revenue that its multiple means"),
    Formula("opportunity.claimed_together", "sum of the new revenue that every claim means at least", "All claims together"),
    Formula("opportunity.claims_slack", "release open to vendors − all claims together", "Room left by all claims"),
    Formula("opportunity.claims_verdict", "fit where all claims together are within the release open to vendors, else clash", "Whether the claims fit together"),
    # -- the opening: the vendors -----------------------------------------------------------------------
    Formula("opportunity.{vendor}.diverted.equal", "release open to vendors ÷ number of vendors", "{vendor}: diverted to it in equal shares"),
    Formula("opportunity.{vendor}.diverted.proportional", "release open to vendors × its part of all vendors' revenue before", "{vendor}: diverted to it in proportion to revenue"),
    Formula("opportunity.{vendor}.diverted.logit", "release open to vendors × its logit share by neutrality, capability and capacity", "{vendor}: diverted to it by attributes"),
    Formula("opportunity.{vendor}.allocated", "its part of the release open to vendors by the chosen rule, none above its capacity", "{vendor}: new work within capacity"),
    Formula("opportunity.{vendor}.uplift", "(new work within capacity + in-house work won back) ÷ revenue before", "{vendor}: gain on its revenue before"),
    Formula("opportunity.unserved", "release open to vendors − new work within all capacities", "Release that nobody has room for"),
    Formula("opportunity.{vendor}.capacity_bet", "its share by the chosen rule × open part of the release that is not exceeded with the level of the best provision", "{vendor}: capacity worth preparing"),
    Formula("opportunity.named_uplift_largest", "open part of the largest plan ÷ revenue before of all vendors that a source names", "Gain of the named vendors from the largest plan"),
    Formula("opportunity.vendor_hhi_before", "sum of squared shares of supplier and vendors, in points", "Vendors' concentration (HHI) before"),
    Formula("opportunity.vendor_hhi_after.equal", "sum of squared shares once the expected release has moved in equal shares, in points", "Vendors' concentration (HHI) after, equal shares"),
    Formula("opportunity.vendor_hhi_after.proportional", "sum of squared shares once the expected release has moved in proportion to revenue, in points", "Vendors' concentration (HHI) after, in proportion"),
    Formula("opportunity.vendor_hhi_after.logit", "sum of squared shares once the expected release has moved by attributes, in points", "Vendors' concentration (HHI) after, by attributes"),
    Formula("opportunity.vendor_hhi_after.within_capacity", "sum of squared shares once the expected release has moved within capacities, in points", "Vendors' concentration (HHI) after, within capacity"),
    Formula("opportunity.vendor_concentration", "more or less concentrated where every rule agrees on the sign at the ends of all revenue ranges, else undetermined", "Direction of the vendors' concentration"),
    # -- the opening: the buyers ------------------------------------------------------------------------
    Formula("opportunity.break_even_harm", "cost of moving to another vendor ÷ loss if a rival learns of the work", "Probability of harm from which leaving pays"),
    Formula("opportunity.break_even_harm_low", "lowest cost of moving ÷ highest loss if a rival learns of the work", "Probability of harm from which leaving pays, lowest"),
    Formula("opportunity.break_even_harm_high", "highest cost of moving ÷ lowest loss if a rival learns of the work", "Probability of harm from which leaving pays, highest"),
    Formula("opportunity.months_to_absorb_largest", "months in a year × open part of the largest plan ÷ all vendors' capacity for new work in a year", "Months to absorb the largest customer"),
    Formula("opportunity.{vendor}.largest_customer_share", "open part of the largest plan ÷ (the same + revenue before)", "{vendor}: share of revenue, had it the largest customer"),
    # -- the outcomes: what became of the forecasts -----------------------------------------------------
    Formula("outcomes.questions", "number of forecasts whose outcome has a rule", "Forecasts with a rule"),
    Formula("outcomes.resolved", "number of them that are resolved", "Forecasts resolved"),
    Formula("outcomes.open", "forecasts with a rule − forecasts resolved", "Forecasts still open"),
    Formula("outcomes.happened", "number of resolved forecasts whose exit came, wholly or for the most part", "Exits that came"),
    Formula("outcomes.brier", "average over resolved forecasts of (probability − outcome) squared", "Brier score"),
    Formula("outcomes.brier_coin", "Brier score of a probability of one half for each", "Brier score of a coin"),
    Formula("outcomes.brier_skill", "one − Brier score ÷ Brier score of a coin", "Brier skill against a coin"),
    Formula("outcomes.brier_read_low", "Brier score, each rule read as suits the forecast", "Brier score, rules read otherwise, lowest"),
    Formula("outcomes.brier_read_high", "Brier score, each rule read against the forecast", "Brier score, rules read otherwise, highest"),
    Formula("outcomes.brier_all_low", "Brier score of all forecasts, open ones ending as suits them", "Brier score with open forecasts, lowest"),
    Formula("outcomes.brier_all_high", "Brier score of all forecasts, open ones ending against them", "Brier score with open forecasts, highest"),
    Formula("outcomes.brier_widest_low", "Brier score of all forecasts, open ones and readings of rules as suits them", "Brier score, all left open, lowest"),
    Formula("outcomes.brier_widest_high", "Brier score of all forecasts, open ones and readings of rules against them", "Brier score, all left open, highest"),
    Formula("outcomes.brier_range_low", "Brier score, each probability at the point of its range nearest to the outcome", "Brier score over the ranges, lowest"),
    Formula("outcomes.brier_range_high", "Brier score, each probability at the end of its range farthest from the outcome", "Brier score over the ranges, highest"),
    Formula("outcomes.{customer}.brier", "(probability − outcome) squared", "{customer}: Brier score of its exit"),
    Formula("outcomes.log_loss", "average over resolved forecasts of − ln of the probability given to what happened", "Logarithmic score"),
    Formula("outcomes.log_loss_coin", "logarithmic score of a probability of one half for each", "Logarithmic score of a coin"),
    Formula("outcomes.log_loss_skill", "one − logarithmic score ÷ logarithmic score of a coin", "Logarithmic skill against a coin"),
    Formula("outcomes.log_loss_read_low", "logarithmic score, each rule read as suits the forecast", "Logarithmic score, rules read otherwise, lowest"),
    Formula("outcomes.log_loss_read_high", "logarithmic score, each rule read against the forecast", "Logarithmic score, rules read otherwise, highest"),
    Formula("outcomes.log_loss_all_low", "logarithmic score of all forecasts, open ones ending as suits them", "Logarithmic score with open forecasts, lowest"),
    Formula("outcomes.log_loss_all_high", "logarithmic score of all forecasts, open ones ending against them", "Logarithmic score with open forecasts, highest"),
    Formula("outcomes.log_loss_widest_low", "logarithmic score of all forecasts, open ones and readings of rules as suits them", "Logarithmic score, all left open, lowest"),
    Formula("outcomes.log_loss_widest_high", "logarithmic score of all forecasts, open ones and readings of rules against them", "Logarithmic score, all left open, highest"),
    Formula("outcomes.log_loss_range_low", "logarithmic score, each probability at the point of its range nearest to the outcome", "Logarithmic score over the ranges, lowest"),
    Formula("outcomes.log_loss_range_high", "logarithmic score, each probability at the end of its range farthest from the outcome", "Logarithmic score over the ranges, highest"),
    Formula("outcomes.{customer}.log_loss", "− ln of the probability given to what happened", "{customer}: logarithmic score of its exit"),
    Formula("outcomes.inside_range", "number of resolved forecasts whose outcome lies in their stated range", "Outcomes inside the stated range"),
    Formula("outcomes.leaned_right", "number of resolved forecasts whose whole range lies on the outcome's side of even", "Ranges that leaned the right way"),
    Formula("outcomes.leaned_wrong", "number of resolved forecasts whose whole range lies on the other side of even", "Ranges that leaned the wrong way"),
    # -- the outcomes: what so few questions can show ---------------------------------------------------
    Formula("outcomes.luck.expected", "Brier score that exactly right probabilities earn on average", "Brier score to be expected"),
    Formula("outcomes.luck.as_bad_independent", "probability that exactly right probabilities score as badly or worse, exits independent", "Chance of a score as bad, were exits independent"),
    Formula("outcomes.luck.as_bad_common", "probability that exactly right probabilities score as badly or worse, exits under the common cause", "Chance of a score as bad, under the common cause"),
    Formula("outcomes.luck.beaten_independent", "probability that a coin scores better than exactly right probabilities, exits independent", "Chance that a coin does better, were exits independent"),
    Formula("outcomes.luck.beaten_common", "probability that a coin scores better than exactly right probabilities, exits under the common cause", "Chance that a coin does better, under the common cause"),
    Formula("outcomes.luck.tossed", "probability of a score as good or better were every exit a toss of a coin", "Chance of a score as good by tossing"),
    Formula("outcomes.luck.questions_needed", "(two × normal quantile of the confidence) squared × variance of the gain on a coin ÷ its mean squared, rounded up", "Questions needed to tell from a coin"),
    Formula("outcomes.readings.{interest}.count", "number of readings beneath the resolved forecasts, by the speaker's interest", "Readings by {interest}"),
    Formula("outcomes.readings.{interest}.missed", "number of these readings on the other side of even than what happened", "Readings by {interest} that missed"),
    Formula("outcomes.readings.{interest}.brier", "average over these readings of (probability − outcome) squared", "Brier score of readings by {interest}"),
    # -- the outcomes: the loss and the promise beside it -----------------------------------------------
    Formula("outcomes.loss_low", "smallest spends of those who left, open forecasts ending in no exit, × loss given exit", "Loss given the outcomes, lowest"),
    Formula("outcomes.loss_high", "largest spends of those who left, open forecasts ending in exits, × loss given exit", "Loss given the outcomes, highest"),
    Formula("outcomes.loss", "sum of spend × loss given exit of those who left + expected loss of the open forecasts", "Loss given the outcomes"),
    Formula("outcomes.net_reported_low", "no loss − all that the purchase commitment may bring in a year", "Facts alone, net of the commitment, lowest"),
    Formula("outcomes.net_reported_high", "largest loss that the facts allow − all that the purchase commitment may bring in a year", "Facts alone, net of the commitment, highest"),
    Formula("outcomes.net_expected_range_low", "expected loss at its lowest − all that the purchase commitment may bring in a year", "Expected loss net of the commitment, lowest"),
    Formula("outcomes.net_expected_range_high", "expected loss at its highest − all that the purchase commitment may bring in a year", "Expected loss net of the commitment, highest"),
    Formula("outcomes.net_expected", "expected loss − all that the purchase commitment may bring in a year", "Expected loss net of the commitment"),
    Formula("outcomes.commitment_of_loss", "purchase commitment a year ÷ expected loss", "Commitment as a share of the expected loss"),
    Formula("outcomes.commitment_of_revenue", "purchase commitment a year ÷ revenue", "Commitment as a share of revenue"),
    Formula("outcomes.commitment_total", "purchase commitment a year × its years", "Commitment over all its years"),
    Formula("outcomes.covering_spend", "expected loss ÷ part of the buyer's spend that caps the commitment", "Buyer's spend at which the commitment covers the loss"),
    Formula("outcomes.whole_commitment_spend", "purchase commitment a year ÷ part of the buyer's spend that caps it", "Buyer's spend at which the whole commitment holds"),
    # -- the outcomes: the market -----------------------------------------------------------------------
    Formula("outcomes.largest_pool", "sum of the named customers' plans, undisclosed ones as large as the largest", "Largest pool that could have been diverted"),
    Formula("outcomes.{entity}.growth", "newest sales known − first sales known, on one measure", "{entity}: growth of sales"),
    Formula("outcomes.{entity}.growth_beyond_pool", "growth of sales − largest pool that could have been diverted", "{entity}: growth beyond the largest pool"),
    Formula("outcomes.growth_together", "sum of the rivals' growth of sales", "Rivals' growth together"),
    Formula("outcomes.growth_together_beyond_pool", "rivals' growth together − largest pool that could have been diverted", "Rivals' growth beyond the largest pool"),
    Formula("outcomes.deal_multiple", "valuation reported with the deal ÷ revenue", "EV/revenue of the deal, beside comparables"),
    Formula("outcomes.comparables_closed", "number of other closed deals with a price and sales", "Comparable deals that closed"),
    Formula("outcomes.comparables_closed_above", "number of them with a higher multiple than the deal", "Closed comparables above the deal"),
    Formula("outcomes.comparables_all", "number of other deals with a price and sales, talks among them", "Comparable deals, talks among them"),
    Formula("outcomes.comparables_all_above", "number of them with a higher multiple than the deal", "Comparables above the deal, talks among them"),
)  # fmt: skip

_HEADLINE_LABELS: Mapping[str, str] = {headline.template: headline.label for headline in HEADLINES}

#: A headline result is called here what it is called everywhere.
FORMULAS = tuple(
    Formula(one.template, one.words, one.label or _HEADLINE_LABELS[one.template]) for one in _FORMULAS
)


#: Whose reading of a matter it is, by the interest that the claim is coded with.
_SPEAKERS = (
    ("none", "speakers without an interest"),
    ("party", "a party to the deal"),
    ("rival", "a rival"),
    ("customer", "a customer"),
    ("investor", "an investor"),
)


def described(case: Case) -> dict[str, Formula]:
    """The label and formula of every result that a case can have, by the result's id.

    Templates are filled in: `template` of each is the id itself, and the label names the customer or vendor.
    """
    period = case.newest_period("spend")
    fillings: dict[str, list[tuple[str, str]]] = {
        "customer": [(one.id, one.name) for one in case.customers],
        "vendor": [(one.id, one.name) for one in case.vendors],
        "entity": [(one.id, one.name) for one in case.entities.values()],
        "interest": list(_SPEAKERS),
        "period": [(period, period)],
    }
    found: dict[str, Formula] = {}
    for one in FORMULAS:
        ids = [(one.template, one.label)]
        for place, values in fillings.items():
            # Not str.format: what the case says is data and may hold braces.
            if f"{{{place}}}" in one.template:
                ids = [
                    (name.replace(f"{{{place}}}", value), label.replace(f"{{{place}}}", words))
                    for value, words in values
                    for name, label in ids
                ]
        found |= {name: Formula(name, one.words, label) for name, label in ids}
    return found


__all__ = ["FORMULAS", "Formula", "described"]
