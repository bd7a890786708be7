"""A model of scikit-learn is trained in one step and used in another."""

from __future__ import annotations

from flowyml import Pipeline, step


@step(outputs=["line"])
def fit():
    import numpy as np
    from sklearn.linear_model import LinearRegression

    x = np.array([[0.0], [1.0], [2.0]])
    return LinearRegression().fit(x, np.array([1.0, 3.0, 5.0]))


@step(outputs=["prediction"])
def predict(line) -> float:
    return round(float(line.predict([[10.0]])[0]), 9)


pipeline = Pipeline("model").add_steps([fit, predict])
