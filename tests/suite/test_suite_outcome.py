"""What a golden body can call by a name, and what then stands for it."""

import re

import pytest

from contract_tests import outcome

GUID = "0b0e6c51-6d1f-4c5e-9a35-3f0c8ad1e401"
OTHER = "1b0e6c51-6d1f-4c5e-9a35-3f0c8ad1e401"
GOLDEN = '{"flow":"{{guid flow}}","keys":["{{id first}}","{{id second}}"],"again":["{{flow}}","{{second}}"]}'


def answered(flow, keys, again):
    said = f'{{"flow":"{flow}","keys":["{keys[0]}","{keys[1]}"],"again":["{again[0]}","{again[1]}"]}}'
    found = re.fullmatch(outcome.pattern(GOLDEN, ""), said)
    return found and found.groupdict()


def test_what_has_a_name_is_told():
    assert answered(GUID, "ab", (GUID, "b")) == {"flow": GUID, "first": "a", "second": "b"}


@pytest.mark.parametrize(
    "said",
    [(GUID, "ab", (OTHER, "b")), (GUID, "ab", (GUID, "a")), ("flow", "ab", ("flow", "b")), (GUID, "a-", (GUID, "-"))],
)
def test_a_name_stands_for_the_very_same_of_its_form(said):
    assert answered(*said) is None


def test_a_later_row_has_what_earlier_answers_called_by_a_name():
    row = {"path": {"number": "{{flow}}"}, "body": [1, None], "answer": {"body": '{"a":"{{flow}}","b":"{{guid}}"}'}}
    known = {"flow": 'x"ü'}
    expected = {"path": {"number": 'x"ü'}, "body": [1, None], "answer": {"body": '{"a":"x"ü","b":"{{guid}}"}'}}
    assert outcome.recalled(row, known) == expected
