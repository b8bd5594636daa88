"""Models: segments, churn, lifetime value and the decisions that follow from them."""
