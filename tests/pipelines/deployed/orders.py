"""Adds up the orders of a day."""

from flowyml import Pipeline, context, retry, step


@step(outputs=["orders"])
def read_orders(rows: int):
    print(f"reading {rows} orders")
    return [10.0 * number for number in range(1, rows + 1)]


@step(inputs=["orders"], outputs=["revenue"])
@retry(max_attempts=2, delay=0)
def add_up(orders, discount: float):
    if not 0 <= discount < 1:
        raise ValueError(f"no discount: {discount}")
    revenue = sum(orders) * (1 - discount)
    print(f"{len(orders)} orders, {revenue}")
    return revenue


a_day = context(rows=3, discount=0.5)
pipeline = Pipeline("orders", context=a_day).add_steps([read_orders, add_up])
