"""满意度代码两套相反,换算来回都对。"""

import pytest

from supervision.rules import gb_code, is_bad, score_of_gb, score_of_stars, stars
from supervision.states import Score


@pytest.mark.clause("D16")
@pytest.mark.parametrize(
    ("score", "gb", "star"),
    [("very_good", "1", 5), ("good", "2", 4), ("fair", "3", 3), ("bad", "4", 2), ("very_bad", "5", 1)],
)
def test_the_two_codings_run_opposite_ways(score, gb, star):
    assert (gb_code(score), stars(score)) == (gb, star)
    assert score_of_gb(gb) == score_of_stars(star) == Score(score)
    assert is_bad(score) == (star < 3)


@pytest.mark.parametrize("unknown", ["0", "6", "", None])
def test_an_unknown_code_is_an_error(unknown):
    with pytest.raises(ValueError, match="代码"):
        score_of_gb(unknown)
    with pytest.raises(ValueError, match="代码"):
        score_of_stars(unknown)
