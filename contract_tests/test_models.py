import pytest

from contract_tests.machine import hold, models

MODELS = [pytest.param(read, model, id=read.name, marks=pytest.mark.clause(*model.clauses)) for read, model in models()]


@pytest.mark.only_mock
@pytest.mark.parametrize(("read", "model"), MODELS)
def test_a_vendor_does_what_its_model_does(ground, read, model):
    hold(ground, read, model)
