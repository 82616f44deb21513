"""The exact distribution of the loss from customers that may leave; `simulation` draws from the same model.

The loss is the sum of the sizes of those who leave. Exits are independent given a factor (`copula`),
sizes are fixed, uniform from nothing to a width, or PERT with its mode in the middle, and independent
of everything. Two steps make the distribution exact for any number of customers, without listing
their joint states:

- States in which few customers of uncertain size leave have atoms and kinks. They are written down in
  closed form: the sum of uniform sizes has a piecewise polynomial distribution (Irwin-Hall).
- The rest has a smooth density on a bounded range. Its characteristic function, a product given the
  factor, holds its Fourier coefficients exactly (Fang and Oosterlee, 2008, for the use of such
  series); what truncating the series costs is bounded, and the series is as long as the bound needs.

Expected shortfall is Acerbi and Tasche's (2002), which is right with atoms. The module is long because the two steps
are one distribution: what is written in closed form is what the series must leave out.
"""

from __future__ import annotations

import math
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import cache, cached_property, lru_cache, reduce
from itertools import accumulate, combinations
from typing import Any, cast, overload

import numpy as np
from numpy.typing import NDArray

from neutrality.methods.copula import Mixture
from neutrality.methods.roots import bracketed

Array = NDArray[np.float64]
Complex = NDArray[np.complex128]

#: Up to so many customers of uniform size every state is written in closed form.
_ALL_CLOSED = 5
#: Otherwise the states in which at most so many of them leave: the rest then decays like t**-3.
_CLOSED = 2
#: The series is lengthened until the error of the distribution function is bounded by this.
_ERROR = 1e-8
_LONGEST = 1 << 16
_BLOCK = 256
#: Up to this probability given the factor, odds are precise to 1e-11.
_NEARLY = 1 - 1e-5
#: More distinct sums of fixed sizes than this are rounded to a grid of as many steps.
_MOST_ATOMS = 4096
#: Two values closer than this part of the largest loss are one.
_SAME = 1e-12


@dataclass(frozen=True)
class Size:
    """What a customer that leaves takes along: `width` itself when fixed, else between 0 and `width`."""

    kind: str
    width: float

    @classmethod
    def fixed(cls, value: float) -> Size:
        return cls("fixed", value)

    @classmethod
    def uniform(cls, width: float) -> Size:
        return cls("uniform", width)

    @classmethod
    def pert(cls, width: float) -> Size:
        """PERT with the mode in the middle: a Beta(3, 3) on [0, width]."""
        return cls("pert", width)

    @property
    def mean(self) -> float:
        return self.width if self.kind == "fixed" else self.width / 2

    @property
    def variance(self) -> float:
        return {"fixed": 0.0, "uniform": self.width**2 / 12, "pert": self.width**2 / 28}[self.kind]


@dataclass(frozen=True)
class _Closed:
    """Weighted sums of k uniform sizes (k = `count`), each shifted by a sum of fixed ones (M of them).

    The distribution of a sum of uniforms is a sum of powers, one at each of its knots (M, T), with
    factors (T) that alternate in sign; `total` is where it reaches one.
    """

    count: int
    weight: Array
    shift: Array
    total: Array
    scale: Array
    knots: Array
    factors: Array

    @classmethod
    def of(cls, weight: Array, shift: Array, widths: Array) -> _Closed:
        """From weights (M), shifts (M) and the widths of the uniforms (M, k)."""
        count = widths.shape[1]
        if count and np.all(widths == widths[:, :1]):
            # Irwin-Hall: equal widths have k + 1 knots instead of 2^k.
            knots = widths[:, :1] * np.arange(count + 1)
            factors = np.array([(-1.0) ** j * math.comb(count, j) for j in range(count + 1)])
        else:
            chosen, factors = _corners(count)
            knots = widths @ chosen.T
        return cls(count, weight, shift, widths.sum(axis=1), widths.prod(axis=1), knots, factors)

    def steps(self, x: Array, left: bool, same: float) -> Array:
        """Probability that a sum of fixed sizes alone is at most x (below x if `left`)."""
        y = x[:, None] - self.shift
        return ((y > same) if left else (y >= -same)) @ self.weight

    def partial(self, q: Array) -> Array:
        """Expectation of q less the loss where the loss is smaller."""
        y = np.maximum(q[:, None] - self.shift, 0.0)
        within = self._powers(np.minimum(y, self.total), self.count + 1)
        return (within + np.maximum(y - self.total, 0.0)) @ self.weight

    def _powers(self, y: Array, power: int) -> Array:
        # Within the support only: far beyond it the powers would cancel each other to noise.
        base = np.maximum(y[:, :, None] - self.knots, 0.0)
        # By products: a general power costs ten times as much.
        found = reduce(np.multiply, [base] * power) @ self.factors
        return found / (math.factorial(power) * self.scale)


@dataclass(frozen=True)
class _Terms:
    """The distribution function of several `_Closed` as one sum of powers of J terms: asked at few points again
    and again, it costs what its array operations cost to begin, so there are as few of them as can be."""

    shift: Array
    total: Array
    knot: Array
    factor: Array
    powers: tuple[tuple[int, int], ...]

    @classmethod
    def of(cls, parts: Sequence[_Closed]) -> _Terms:
        each = [part.knots.shape for part in parts]
        factors = [
            part.weight[:, None] * part.factors / (math.factorial(part.count) * part.scale[:, None])
            for part in parts
        ]
        ends = accumulate(math.prod(shape) for shape in each)
        return cls(
            np.concatenate([np.repeat(part.shift, n) for part, (_, n) in zip(parts, each, strict=True)]),
            np.concatenate([np.repeat(part.total, n) for part, (_, n) in zip(parts, each, strict=True)]),
            np.concatenate([part.knots.ravel() for part in parts]),
            np.concatenate([factor.ravel() for factor in factors]),
            tuple((part.count, end) for part, end in zip(parts, ends, strict=True)),
        )

    def below(self, x: Array) -> Array:
        # Within the support only: far beyond it the powers would cancel each other to noise. Not np.clip, which
        # costs more than all the rest.
        base = np.minimum(np.maximum(x[:, None] - self.shift, 0.0), self.total)
        base -= self.knot
        np.maximum(base, 0.0, out=base)
        start = 0
        for power, end in self.powers:
            if power > 1:
                # By products: a general power costs ten times as much.
                base[:, start:end] = reduce(np.multiply, [base[:, start:end]] * power)
            start = end
        return base @ self.factor


@cache
def _corners(count: int) -> tuple[Array, Array]:
    """The corners of a cube (2^k, k) and the sign of each."""
    chosen = np.array([[i >> bit & 1 for bit in range(count)] for i in range(2**count)])
    return chosen, (-1.0) ** chosen.sum(axis=1)


@dataclass(frozen=True)
class _Series:
    """A smooth sub-distribution on [0, period] by the Fourier coefficients of its density."""

    mass: float
    period: float
    frequency: Array
    coefficient: Complex

    def below(self, x: Array) -> Array:
        turn = np.exp(-1j * np.outer(x, self.frequency))
        waves: Complex = (1 - turn) @ (self.coefficient / (1j * self.frequency))
        return self.mass * x / self.period + 2 / self.period * waves.real

    def partial(self, q: Array) -> Array:
        s = 1j * self.frequency
        turn = np.exp(-1j * np.outer(q, self.frequency))
        waves: Complex = q * (self.coefficient / s).sum() - (1 - turn) @ (self.coefficient / s**2)
        return self.mass * q**2 / (2 * self.period) + 2 / self.period * waves.real


@dataclass(frozen=True)
class LossDistribution:
    """An exact distribution of the loss, in the unit of the sizes.

    `error` bounds the error of the distribution function, apart from rounding at 1e-13 or so; `shift`
    bounds by how much losses were moved (0 unless thousands of distinct sums of fixed sizes had to be
    rounded to a grid).
    """

    mean: float
    variance: float
    max: float
    error: float
    shift: float
    _closed: tuple[_Closed, ...] = field(repr=False)
    _series: _Series | None = field(repr=False)

    @overload
    def cdf(self, x: float, left: bool = False) -> float: ...

    @overload
    def cdf(self, x: Sequence[float] | Array, left: bool = False) -> Array: ...

    def cdf(self, x: float | Sequence[float] | Array, left: bool = False) -> float | Array:
        """P(L ≤ x), or P(L < x) if `left`; a number for a number, an array for an array."""
        points = np.atleast_1d(np.asarray(x, dtype=float))
        found = np.zeros(points.shape)
        for part in self._closed:
            if part.count == 0:
                found += part.steps(points, left, _SAME * self.max)
        if self._terms:
            found += self._terms.below(points)
        if self._series:
            found = found + self._series.below(np.clip(points, 0.0, self.max))
        everything = points > self.max * (1 + _SAME) if left else points >= self.max
        found = np.minimum(np.maximum(found, 0.0), 1.0)
        found[everything] = 1.0
        found[points < 0] = 0.0
        return float(found[0]) if np.ndim(x) == 0 else found

    @cached_property
    def _terms(self) -> _Terms | None:
        parts = [part for part in self._closed if part.count]
        return _Terms.of(parts) if parts else None

    def partial(self, q: float) -> float:
        """E[(q − L)+]: what a provision of q exceeds the loss by, on average."""
        if q <= 0:
            return 0.0
        if q >= self.max:
            return q - self.mean
        point = np.array([q])
        found = sum(float(part.partial(point)[0]) for part in self._closed)
        if self._series:
            found += float(self._series.partial(point)[0])
        return max(found, 0.0)

    def excess(self, q: float, partial: float | None = None) -> float:
        """E[(L − q)+]: what the loss exceeds a provision of q by, on average.

        `partial` is that of q where it is known already.
        """
        return max(self.mean - q + (self.partial(q) if partial is None else partial), 0.0)

    def quantile(self, level: float) -> float:
        """The smallest x with P(L ≤ x) ≥ level: value at risk, right with atoms."""
        # A plateau of the distribution function may equal the level but for rounding.
        wanted = level - 1e-12 - self.error
        if self.cdf(0.0) >= wanted:
            return 0.0
        low, high = 0.0, self.max
        values = [value for value, _ in self.atoms()]
        first = bisect_left(values, True, key=lambda value: self.cdf(value) >= wanted)
        if first < len(values):
            high = values[first]
            if self.cdf(high, left=True) < wanted:
                return high
        if first > 0:
            low = values[first - 1]
        return bracketed(lambda x: self.cdf(x) - wanted if x < high else 1.0, low, high)

    def expected_shortfall(self, level: float) -> float:
        """The mean of the worst (1 − level) of outcomes, as Acerbi and Tasche define it."""
        at_risk = self.quantile(level)
        return at_risk + self.excess(at_risk) / (1 - level)

    def atoms(self) -> list[tuple[float, float]]:
        """Losses with a probability of their own, in rising order."""
        for part in self._closed:
            if part.count == 0:
                order = np.argsort(part.shift)
                return [(float(part.shift[i]), float(part.weight[i])) for i in order if part.weight[i] > 0]
        return []


def loss_distribution(mixture: Mixture, sizes: Sequence[Size]) -> LossDistribution:
    """The exact distribution of the sum of the sizes of those who leave.

    One size for each customer of the mixture. Raises ValueError when they do not match.
    """
    if mixture.conditional.shape[1] != len(sizes):
        raise ValueError(f"{len(sizes)} sizes for {mixture.conditional.shape[1]} customers")
    weights = mixture.weights
    present = [i for i, size in enumerate(sizes) if size.width > 0]
    p = mixture.conditional[:, present]
    sizes = [sizes[i] for i in present]
    top = math.fsum(size.width for size in sizes)
    mean, variance = _moments(weights, p, sizes)

    known = [i for i, size in enumerate(sizes) if size.kind == "fixed"]
    open_ = [i for i, size in enumerate(sizes) if size.kind != "fixed"]
    atoms, chance, shift = _fixed_sums(p[:, known], [sizes[i].width for i in known], top)
    widths = np.array([sizes[i].width for i in open_])
    uniform = all(sizes[i].kind == "uniform" for i in open_)
    all_closed = not open_ or (uniform and len(open_) <= _ALL_CLOSED)
    reach = len(open_) if all_closed else (_CLOSED if uniform else 0)
    closed = _closed_states(weights, atoms, chance, p[:, open_], widths, reach)
    series, error = None, 0.0
    if not all_closed:
        moved = [sizes[i].width for i in known]
        series, error = _smooth_rest(
            weights, p[:, known], moved, p[:, open_], [sizes[i] for i in open_], reach, top
        )
    return LossDistribution(mean, variance, top, error, shift, closed, series)


def _moments(weights: Array, p: Array, sizes: Sequence[Size]) -> tuple[float, float]:
    means = np.array([size.mean for size in sizes])
    spreads = np.array([size.variance for size in sizes])
    given = p @ means
    mean = float(weights @ given)
    within = p @ (spreads + means**2) - p**2 @ means**2
    return mean, float(weights @ within + weights @ (given - mean) ** 2)


def _fixed_sums(p: Array, values: Sequence[float], top: float) -> tuple[Array, Array, float]:
    """Distinct sums (V) of fixed sizes, their chances given the factor (K, V), and how far they were moved."""
    sums, chance, shift = np.zeros(1), np.ones((p.shape[0], 1)), 0.0
    for i, value in enumerate(values):
        every = np.concatenate([sums, sums + value])
        step = _SAME * top
        sums, first, where = np.unique(np.round(every / step), return_index=True, return_inverse=True)
        if sums.size > _MOST_ATOMS:
            step = top / _MOST_ATOMS
            grid, where = np.unique(np.round(every / step), return_inverse=True)
            sums, shift = grid * step, shift + step / 2
        else:
            # One of the values that were merged, not the rounded one: 375 stays 375.
            sums = every[first]
        both = np.concatenate([chance * (1 - p[:, i : i + 1]), chance * p[:, i : i + 1]], axis=1)
        chance = np.zeros((p.shape[0], sums.size))
        if sums.size == every.size:
            chance[:, where] = both
        else:
            np.add.at(chance.T, where, both.T)
    return sums, chance, shift


def _subsets(count: int, reach: int) -> Iterator[tuple[int, ...]]:
    for size in range(reach + 1):
        yield from combinations(range(count), size)


def _closed_states(
    weights: Array, atoms: Array, chance: Array, p: Array, widths: Array, reach: int
) -> tuple[_Closed, ...]:
    """States in which at most `reach` customers of uncertain size leave, grouped by how many do."""
    weighted = weights[:, None] * chance
    groups: dict[int, dict[tuple[float, ...], Array]] = {}
    few = widths.size <= _ALL_CLOSED
    for chosen, likelihood in _kept(p.tobytes(), p.shape, reach) if few else _leaving(p, reach):
        probability = likelihood @ weighted
        group = groups.setdefault(len(chosen), {})
        key = tuple(sorted(widths[list(chosen)]))
        group[key] = group[key] + probability if key in group else probability
    return tuple(
        _Closed.of(
            np.concatenate(list(group.values())),
            np.tile(atoms, len(group)),
            np.repeat(np.array(list(group)).reshape(len(group), count), atoms.size, axis=0),
        )
        for count, group in groups.items()
    )


@lru_cache(maxsize=32)
def _kept(held: bytes, shape: tuple[int, int], reach: int) -> list[tuple[tuple[int, ...], Array]]:
    """As `_leaving`, kept: it does not depend on sizes, and whoever knows more of them asks again and again."""
    return list(_leaving(np.frombuffer(held).reshape(shape), reach))


def _leaving(p: Array, reach: int) -> Iterator[tuple[tuple[int, ...], Array]]:
    """Who leaves in each state of at most `reach`, and its likelihood given the factor (K)."""
    stay = np.where(p < 1, p, 0.0)
    log_stay, certain = np.log1p(-stay), (p >= 1).astype(int)
    all_stay, all_certain = log_stay.sum(axis=1), certain.sum(axis=1)
    for chosen in _subsets(p.shape[1], reach):
        index = list(chosen)
        rest = np.where(
            all_certain - certain[:, index].sum(axis=1) == 0,
            np.exp(all_stay - log_stay[:, index].sum(axis=1)),
            0.0,
        )
        yield chosen, rest * p[:, index].prod(axis=1)


def _characteristic(size: Size, t: Array) -> Complex:
    """E[exp(i t S)] of an uncertain size; t is positive."""
    u = t * size.width / 2
    if size.kind == "uniform":
        uniform: Complex = np.exp(1j * u) * np.sinc(u / np.pi)
        return uniform
    # Beta(3, 3): 15 j2(u) / u^2 with the spherical Bessel function j2, by its series where that cancels.
    with np.errstate(divide="ignore", invalid="ignore"):
        exact = 15 * ((3 / u**2 - 1) * np.sin(u) - 3 * np.cos(u) / u) / u**3
    near = 1 - u**2 / 14 + u**4 / 504 - u**6 / 33264 + u**8 / 3459456
    pert: Complex = np.exp(1j * u) * np.where(u < 0.5, near, exact)
    return pert


def _decay(size: Size, t: float) -> float:
    """A bound on the modulus of the characteristic function that falls with t."""
    u = t * size.width / 2
    if size.kind == "uniform":
        return min(1.0, 1 / u)
    return min(1.0, 15 * (1 / u + 3 / u**2 + 3 / u**3) / u**2)


class _Rest:
    """States in which more than `reach` (0 or 2) customers leave, given the factor (p: K, n)."""

    def __init__(self, p: Array, reach: int) -> None:
        self.p, self.reach = p, reach
        # Odds turn states in which few leave into two products of matrices. Where an exit is certain, or
        # nearly, they lose digits (about the odds times 1e-16), so those states are built up one by one.
        self.plain = np.all(p <= _NEARLY, axis=1)
        self.odds = p[self.plain] / (1 - p[self.plain])
        self.none: Array = np.exp(np.log1p(-p[self.plain]).sum(axis=1))[:, None]

    def __call__(self, values: NDArray[Any]) -> NDArray[Any]:
        """Sum over these states of the products of `values` (T, n) of those who leave; shape (K, T)."""
        found = np.ones((self.p.shape[0], values.shape[0]), dtype=values.dtype)
        for i in range(self.p.shape[1]):
            found *= 1 - self.p[:, i : i + 1] + self.p[:, i : i + 1] * values[:, i]
        found[self.plain] -= self._few(values)
        found[~self.plain] -= self._few_where_certain(values)
        return found

    def _few(self, values: NDArray[Any]) -> NDArray[Any]:
        if not self.reach:
            return self.none
        first = self.odds @ values.T
        few: NDArray[Any] = self.none * (1 + first + (first**2 - self.odds**2 @ (values**2).T) / 2)
        return few

    def _few_where_certain(self, values: NDArray[Any]) -> NDArray[Any]:
        p = self.p[~self.plain]
        none = np.ones((p.shape[0], 1))
        one = np.zeros((p.shape[0], values.shape[0]), dtype=values.dtype)
        two = np.zeros_like(one)
        for i in range(p.shape[1]):
            leaves, stays = p[:, i : i + 1] * values[:, i], 1 - p[:, i : i + 1]
            if self.reach:
                two = two * stays + one * leaves
                one = one * stays + none * leaves
            none = none * stays
        return none + one + two


def _smooth_rest(
    weights: Array,
    p_fixed: Array,
    fixed: Sequence[float],
    p_open: Array,
    sizes: Sequence[Size],
    reach: int,
    top: float,
) -> tuple[_Series, float]:
    """The states that are not written in closed form, and a bound on the error of their distribution."""
    rest = _Rest(p_open, reach)
    ones = np.ones((1, len(sizes)))
    mass = float(weights @ rest(ones)[:, 0])
    period = 1.02 * top
    order = _CLOSED + 1 if reach else 3
    count, bound = 128, math.inf
    while count <= _LONGEST:
        t = 2 * np.pi * count / period
        decay = np.array([[_decay(size, t) for size in sizes]])
        left = max(0.0, float(weights @ rest(decay)[:, 0]))
        # Beyond the last frequency the coefficients fall like t**-order, so their sum is bounded by this.
        settled = decay.max() < 1
        bound = 2 * left / (np.pi * order) if settled else math.inf
        if bound < _ERROR:
            break
        count = math.ceil(1.25 * count)
    frequency = cast("Array", 2 * np.pi * np.arange(1, min(count, _LONGEST) + 1) / period)
    total = np.zeros(frequency.size, dtype=complex)
    # In blocks, so that memory does not grow with the length of the series.
    for start in range(0, frequency.size, _BLOCK):
        block = slice(start, start + _BLOCK)
        values = np.stack([_characteristic(size, frequency[block]) for size in sizes], axis=1)
        moved = np.ones((weights.size, values.shape[0]), dtype=complex)
        for i, value in enumerate(fixed):
            moved *= 1 - p_fixed[:, i : i + 1] + p_fixed[:, i : i + 1] * np.exp(1j * frequency[block] * value)
        total[block] = weights @ (moved * rest(values))
    return _Series(mass, period, frequency, total), min(bound, 1.0)
