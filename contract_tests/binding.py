"""Tells a run's report which clauses each test case is bound to; `mockserver clauses --results` reads it."""


def pytest_runtest_setup(item):
    """Give the case a property for each of its clauses."""
    for mark in item.iter_markers("clause"):
        item.user_properties += [("clause", clause_id) for clause_id in mark.args]
