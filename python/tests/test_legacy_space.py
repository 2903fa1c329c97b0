"""SearchSpace: the ranges of the original, without values outside of them."""

from __future__ import annotations

from typing import Any

import pytest

import hpopt
from hpopt.legacy import SearchSpace, search_space
from hpopt.spaces import Categorical, Fixed, Float, Int


def test_its_older_name() -> None:
    assert search_space is SearchSpace


@pytest.mark.parametrize(
    ("type", "range", "low", "high"),
    [
        ("uniform", [-5, 10], -5, 10),
        ("quniform", [2, 14, 2], 2, 14),
        ("loguniform", [0.0001, 0.1], 0.0001, 0.1),
        ("loguniform", [0.0001, 0.1, 10], 0.0001, 0.1),
        ("qloguniform", [2, 256, 2], 2, 256),
        ("qloguniform", [4, 8, 2, 10], 4, 8),
        ("choice", [98, 765, 4, 321], 98, 321),
    ],
)
def test_the_bounds_go_there_and_back(type: str, range: list[Any], low: float, high: float) -> None:
    space = SearchSpace(type, range)
    assert space.space_to_real(space.lower_space()) == pytest.approx(low)
    assert space.space_to_real(space.upper_space()) == pytest.approx(high)


def test_the_callers_list_stays_as_it_is() -> None:
    given = [0.001, 0.1]
    SearchSpace("loguniform", given)
    choices = ["a", "b"]
    SearchSpace("choice", choices).choice_list.append("c")
    assert given == [0.001, 0.1]
    assert choices == ["a", "b"]


@pytest.mark.parametrize("type", ["quniform", "qloguniform"])
def test_quantised_values_stay_inside_the_bounds(type: str) -> None:
    space = SearchSpace(type, [3, 10, 4])
    assert {space.nearest(value) for value in (3, 4, 5, 7, 9, 10)} == {4, 8}
    assert space.space_to_real(space.lower_space()) == 4
    assert space.domain() == Int(4, 8, log=type == "qloguniform", step=4)


def test_quantised_decimals_are_as_a_person_writes_them() -> None:
    space = SearchSpace("quniform", [0.001, 0.1, 0.001])
    assert space.nearest(0.009000000000000001) == 0.009
    assert space.domain() == Float(0.001, 0.1, step=0.001)


def test_whole_steps_give_integers() -> None:
    assert isinstance(SearchSpace("qloguniform", [8, 256, 4]).nearest(9.7), int)
    assert isinstance(SearchSpace("uniform", [0, 10]).nearest(3), float)


def test_choices_are_any_values() -> None:
    space = SearchSpace("choice", ["sgd", "adam", ("a", 1), None])
    assert space.space_to_real(1) == "adam"
    assert space.space_to_real(99) is None
    assert space.real_to_space("adam") == 1
    assert space.nearest(["a", 1]) is space.choice_list[2]
    assert space.domain() == Categorical(["sgd", "adam", ("a", 1), None])


def test_equal_choices_of_different_kinds_are_told_apart() -> None:
    space = SearchSpace("choice", [True, 1, 1.0, 1])
    assert [type(space.nearest(value)) for value in (True, 1, 1.0)] == [bool, int, float]
    assert space.domain() == Categorical([True, 1, 1.0])


def test_whether_a_value_is_of_the_range() -> None:
    space = SearchSpace("quniform", [0.001, 0.1, 0.001])
    assert space.holds(0.009000000000000001)
    assert not any(map(space.holds, (0.0095, 0.2, 0, "x", None, True)))
    assert SearchSpace("choice", ["a", ("b",)]).holds(["b"])
    assert not SearchSpace("choice", ["a"]).holds("b")


def test_one_value_is_a_constant() -> None:
    assert SearchSpace("quniform", [5, 7, 5]).domain() == Fixed(5)
    assert SearchSpace("loguniform", [0.1, 0.1]).domain() == Fixed(0.1)


def test_the_base_does_not_matter_to_what_is_searched() -> None:
    two, ten = (SearchSpace("loguniform", [1, 8, base]) for base in (2, 10))
    assert two.domain() == ten.domain()


def test_it_is_stored_as_the_original_stores_it() -> None:
    space = SearchSpace("qloguniform", [4, 8, 2])
    assert space.to_json() == {"type": "qloguniform", "range": [4, 8, 2, 2]}
    assert SearchSpace.from_json(space.to_json()) == space
    choice = SearchSpace("choice", ["a", "b"])
    assert choice.to_json() == {"type": "choice", "range": [0, 2], "choice_list": ["a", "b"]}
    assert SearchSpace.from_json(choice.to_json()) == choice
    later = {"_type": "uniform", "_range": [0, 1, 2]}
    assert SearchSpace.from_json(later) == SearchSpace("uniform", [0, 1])


@pytest.mark.parametrize(
    ("type", "range", "error"),
    [
        ("gaussian", [0, 1], TypeError),
        ("uniform", [0], ValueError),
        ("quniform", [0, 1], ValueError),
        ("uniform", ["a", "b"], TypeError),
        ("uniform", [1, 0], ValueError),
        ("loguniform", [0, 1], ValueError),
        ("quniform", [0, 1, 0], ValueError),
        ("quniform", [3, 3.5, 2], ValueError),
        ("choice", [], ValueError),
    ],
)
def test_what_is_wrong_is_said(type: str, range: list[Any], error: type[Exception]) -> None:
    with pytest.raises(error):
        SearchSpace(type, range)


def test_names_of_the_package() -> None:
    assert hpopt.SearchSpace is SearchSpace
    assert hpopt.search_space is SearchSpace
