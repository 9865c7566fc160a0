"""Normal, Student t and binomial distribution, written out so that no science stack is needed.

Source of the formulas: NIST Digital Library of Mathematical Functions 8.17 (incomplete beta function) and
Abramowitz and Stegun 26.5 and 26.7 (its continued fraction; Student t and its expansion for many degrees of
freedom).
"""

from functools import lru_cache
from math import ceil, erfc, exp, floor, lgamma, log, log1p, pi, sqrt
from statistics import NormalDist

from cxm.kit.statistics.arguments import check_count, check_number, check_open

_NORMAL = NormalDist()
# From here on lgamma of the degrees of freedom loses the ninth digit while the expansion is good to the
# twelfth.
_MANY_DEGREES = 10_000.0
# From here on ranks by the normal approximation differ from the binomial ones by less than one in a thousand.
_MANY_OBSERVATIONS = 10_000
_TINY = 1e-300


@lru_cache(maxsize=64)
def normal_quantile(p: float) -> float:
    """The z with P(Z <= z) = p for a standard normal Z; ValueError outside (0, 1)."""
    check_open("p", p)
    return _NORMAL.inv_cdf(p)


def two_sided_z(confidence: float) -> float:
    """The z that leaves (1 - confidence) / 2 in each tail: 1.96 for 0.95; ValueError outside (0, 1)."""
    check_open("confidence", confidence)
    return normal_quantile(0.5 + confidence / 2)


def normal_p(z: float) -> float:
    """Two-sided probability of a standard normal at least as far from 0 as z."""
    return erfc(abs(z) / sqrt(2))


def beta_cdf(x: float, a: float, b: float) -> float:
    """Regularised incomplete beta function I_x(a, b), by its continued fraction; 0 <= x <= 1, a and b > 0."""
    if x <= 0.0:
        return 0.0
    if x >= 1.0:
        return 1.0
    front = exp(lgamma(a + b) - lgamma(a) - lgamma(b) + a * log(x) + b * log1p(-x))
    # The fraction converges fast only left of the mean; right of it the mirrored one does.
    if x < (a + 1) / (a + b + 2):
        return front * _beta_fraction(x, a, b) / a
    return 1.0 - front * _beta_fraction(1.0 - x, b, a) / b


def student_cdf(t: float, df: float) -> float:
    """P(T <= t) for Student's t with df degrees of freedom (df > 0, need not be whole)."""
    check_number("t", t)
    _check_degrees(df)
    tail = _student_tail(abs(t), df)
    return 1.0 - tail if t > 0 else tail


def student_p(t: float, df: float) -> float:
    """Two-sided probability of a Student t at least as far from 0 as t."""
    return min(1.0, 2 * student_cdf(-abs(t), df))


@lru_cache(maxsize=4096)
def student_quantile(p: float, df: float) -> float:
    """The t with P(T <= t) = p for df degrees of freedom, accurate to 1e-9; ValueError outside (0, 1), df
    <= 0.
    """
    check_open("p", p)
    _check_degrees(df)
    if p == 0.5:
        return 0.0
    if df >= _MANY_DEGREES:
        return _student_expansion(normal_quantile(p), df)
    tail = min(p, 1.0 - p)
    t = _solve_tail(tail, df)
    return t if p > 0.5 else -t


@lru_cache(maxsize=4096)
def quantile_ranks(n: int, q: float, confidence: float) -> tuple[int, int]:
    """Ranks (1-based) of the order statistics that enclose the q-quantile with at least this confidence.

    The number B of observations below the quantile is binomial(n, q); the ranks leave at most
    (1 - confidence) / 2 on each side, whatever the distribution. 0 or n + 1 means "not bounded by this
    sample". Source: David and Nagaraja, Order Statistics (2003), 7.1.
    """
    check_count("n", n, 1)
    check_open("q", q)
    check_open("confidence", confidence)
    tail = (1.0 - confidence) / 2
    if n > _MANY_OBSERVATIONS:
        half = normal_quantile(1.0 - tail) * sqrt(n * q * (1.0 - q))
        return max(0, floor(n * q - half)), min(n + 1, ceil(n * q + half) + 1)
    lower = _first_rank(n, q, tail)
    # P(B <= u - 1) >= 1 - tail is the same question asked from the other end.
    upper = n + 1 - _first_rank(n, 1.0 - q, tail)
    return lower, upper


def binomial_cdf(k: int, n: int, q: float) -> float:
    """P(B <= k) for B ~ binomial(n, q)."""
    if k < 0:
        return 0.0
    if k >= n:
        return 1.0
    return beta_cdf(1.0 - q, n - k, k + 1)


def _first_rank(n: int, q: float, tail: float) -> int:
    """Largest rank l with P(B <= l - 1) <= tail; 0 if there is none."""
    low, high = 0, n
    while low < high:
        middle = (low + high + 1) // 2
        if binomial_cdf(middle - 1, n, q) <= tail:
            low = middle
        else:
            high = middle - 1
    return low


def _beta_fraction(x: float, a: float, b: float) -> float:
    """Continued fraction of the incomplete beta function, by Lentz's method."""
    c = 1.0
    d = 1.0 / _not_zero(1.0 - (a + b) * x / (a + 1))
    result = d
    for m in range(1, 10_000):
        even = m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m))
        d = 1.0 / _not_zero(1.0 + even * d)
        c = _not_zero(1.0 + even / c)
        result *= d * c
        odd = -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1))
        d = 1.0 / _not_zero(1.0 + odd * d)
        c = _not_zero(1.0 + odd / c)
        step = d * c
        result *= step
        if abs(step - 1.0) < 1e-16:
            break
    return result


def _not_zero(value: float) -> float:
    return value if abs(value) > _TINY else _TINY


def _student_tail(t: float, df: float) -> float:
    """P(T > t) for t >= 0."""
    square = t * t
    if square < df:
        # Near 0 the other half is the small, hence exact one.
        return 0.5 - 0.5 * beta_cdf(square / (df + square), 0.5, df / 2)
    return 0.5 * beta_cdf(df / (df + square), df / 2, 0.5)


def _solve_tail(tail: float, df: float) -> float:
    """The t >= 0 with P(T > t) = tail, 0 < tail < 0.5: Newton steps kept inside a shrinking bracket."""
    constant = lgamma((df + 1) / 2) - lgamma(df / 2) - 0.5 * log(df * pi)
    low, high = 0.0, 1.0
    while _student_tail(high, df) > tail:
        low, high = high, high * 2
    t = (low + high) / 2
    for _ in range(200):
        error = _student_tail(t, df) - tail
        if error > 0:
            low = t
        else:
            high = t
        density = exp(constant - (df + 1) / 2 * log1p(t * t / df))
        following = t + error / density if density > 0 else low
        if not low < following < high:
            following = (low + high) / 2
        if abs(following - t) <= 1e-15 * t:
            return following
        t = following
    return t


def _student_expansion(z: float, df: float) -> float:
    """Student quantile from the normal one in powers of 1/df (Abramowitz and Stegun 26.7.5)."""
    first = (z**3 + z) / 4
    second = (5 * z**5 + 16 * z**3 + 3 * z) / 96
    third = (3 * z**7 + 19 * z**5 + 17 * z**3 - 15 * z) / 384
    return z + first / df + second / df**2 + third / df**3


def _check_degrees(df: float) -> None:
    check_number("df", df)
    if df <= 0:
        raise ValueError(f"df must be above 0, not {df!r}")
