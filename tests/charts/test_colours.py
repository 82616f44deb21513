"""The colours of the book to eyes that see fewer of them, and their contrast on their grounds."""

from __future__ import annotations

from itertools import combinations, pairwise

import numpy as np
import pytest
from colorspacious import cspace_convert, deltaE
from neutrality.charts.theme import TOKENS

TAGS = ("stated", "derived", "assumed", "later")
STEPS = tuple(f"step-{number}" for number in range(1, 6))
#: Tints on either side of the meaningful value, as far from it as each other.
SIDES = (("diverging-1", "diverging-7"), ("diverging-2", "diverging-6"), ("diverging-3", "diverging-5"))
TINTS = tuple(f"diverging-{number}" for number in range(1, 8))

#: Deficiencies at full severity, by the model of Machado, Oliveira and Fernandes (2009).
EYES = (None, "deuteranomaly", "protanomaly", "tritanomaly")

#: Distances in CAM02-UCS (Luo, Cui and Li, 2006), where about 1 can just be told apart side by side.
#: Tags also carry a letter; steps of the hue have nothing but their lightness and a label.
TOLD_APART, STEPS_APART = 5.0, 10.0
#: WCAG 2.2: text (1.4.3), and marks that carry meaning (1.4.11).
TEXT, MARK = 4.5, 3.0


def rgb(token: str, side: int) -> np.ndarray:
    text = TOKENS[token][side]
    return np.array([int(text[at : at + 2], 16) / 255 for at in (1, 3, 5)])


def seen(token: str, side: int, eye: str | None) -> np.ndarray:
    colour = rgb(token, side)
    if eye is None:
        return colour
    space = {"name": "sRGB1+CVD", "cvd_type": eye, "severity": 100}
    return np.clip(cspace_convert(colour, space, "sRGB1"), 0, 1)


def apart(one: str, other: str, side: int, eye: str | None) -> float:
    return float(deltaE(seen(one, side, eye), seen(other, side, eye), input_space="sRGB1"))


def luminance(token: str, side: int) -> float:
    parts = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in rgb(token, side)]
    return float(np.dot(parts, (0.2126, 0.7152, 0.0722)))


def contrast(one: str, other: str, side: int) -> float:
    high, low = sorted((luminance(one, side), luminance(other, side)), reverse=True)
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize("side", (0, 1), ids=("light", "dark"))
@pytest.mark.parametrize("eye", EYES)
class TestEyes:
    def test_tags_stay_apart(self, eye: str | None, side: int) -> None:
        found = {pair: apart(*pair, side, eye) for pair in combinations(TAGS, 2)}
        assert min(found.values()) >= TOLD_APART, found

    def test_steps_of_the_hue_stay_apart(self, eye: str | None, side: int) -> None:
        found = {pair: apart(*pair, side, eye) for pair in pairwise(STEPS)}
        assert min(found.values()) >= STEPS_APART, found

    def test_sides_of_a_diverging_scale_stay_apart(self, eye: str | None, side: int) -> None:
        found = {pair: apart(*pair, side, eye) for pair in SIDES}
        assert min(found.values()) >= STEPS_APART, found


@pytest.mark.parametrize("side", (0, 1), ids=("light", "dark"))
class TestContrast:
    def test_text_on_its_grounds(self, side: int) -> None:
        for ground in ("paper", "ground"):
            for token in ("ink", "muted", *TAGS):
                assert contrast(token, ground, side) >= TEXT, (token, ground)

    def test_ink_on_tints(self, side: int) -> None:
        for tint in TINTS:
            assert contrast("ink", tint, side) >= TEXT, tint

    def test_text_on_steps(self, side: int) -> None:
        # As `charts.common.on` chooses.
        for step in STEPS:
            over = "ink" if step in STEPS[3:] else "paper"
            assert contrast(over, step, side) >= TEXT, step

    def test_outlines_of_controls(self, side: int) -> None:
        assert contrast("edge", "paper", side) >= MARK
