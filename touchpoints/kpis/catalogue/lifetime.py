"""What a customer is worth over the time that he stays: the formula of AS9."""


def lifetime_value(margin: float, retention: float, discount: float) -> float:
    """m x r / (1 + i - r): margin a year, share of customers who stay a year, discount rate a year.

    100 a year, 0.8 and 0.1 give 266.67: the margins of the years to come, each weighted by the chance that the
    customer is still there, and discounted. ValueError for a share outside 0..1 or a discount that makes it infinite.
    Source: Gupta and Lehmann 2003, Customers as Assets, Journal of Interactive Marketing 17:9.
    """
    if not 0 <= retention <= 1:
        raise ValueError(f"retention must lie between 0 and 1, not {retention!r}")
    if discount < 0 or discount + 1 <= retention:
        raise ValueError(f"discount must be above 0 where everybody stays, not {discount!r}")
    return margin * retention / (1 + discount - retention)
