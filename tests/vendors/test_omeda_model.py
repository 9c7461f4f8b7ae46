import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.driver import Driver
from tests.vendors.omeda_desk import assert_refused, assert_taken, filters, submit

BRANDS = {"XXP": [23, 25, 26], "XXD": [27, 28], "XXQ": [33, 34, 36]}
ACTIVE = [23, 25, 26, 27, 28, 33, 34, 36]
TYPES = {"24": []} | {str(each): [each] for each in ACTIVE}
REACH = {"BrandOptOut": ("BrandId", BRANDS), "DeploymentTypeOptOut": ("DeploymentTypeId", TYPES)}

BRAND_IDS = st.sampled_from([*BRANDS] * 3 + ["XXZ", "XXG", "xxp", 23, "{}"])
TYPE_IDS = st.sampled_from([*TYPES, *map(int, TYPES)] * 2 + [46, "46", 4194, 0, "XXP", "023"])
ADDRESSES = st.sampled_from(["a@example.com", "A@Example.com", "b@example.com", "optedin@omeda.com", "{0}@x"])


def elements(**more):
    optional = {"Source": st.sampled_from(["", "Company FGH", "Optout API 2."])}
    if "DeploymentTypeId" in more:
        optional["PromoCode"] = st.sampled_from(["", "SPRING18"])
    element = st.fixed_dictionaries({"EmailAddress": ADDRESSES, **more}, optional=optional)
    return st.lists(element, min_size=1, max_size=3)


def ids(kind):
    return kind | st.lists(kind, min_size=1, max_size=4)


SUBMISSIONS = st.fixed_dictionaries(
    {},
    optional={
        "DeploymentTypeOptOut": elements(DeploymentTypeId=ids(TYPE_IDS)),
        "BrandOptOut": elements(BrandId=ids(BRAND_IDS)),
        "ClientOptOut": elements(),
    },
)


def expected(submission):
    """Say what must come of a submission: the lines of its refusal, or its opt-outs."""
    lines, out = [], {}

    def opt_out(element, types):
        email, source = element["EmailAddress"], element.get("Source", "Optout API 2")
        out.update({(email.lower(), each): (email, source, element.get("PromoCode")) for each in types})

    for element in submission.get("ClientOptOut", []):
        opt_out(element, ACTIVE)
    for level, (member, reach) in REACH.items():
        for element in submission.get(level, []):
            for each in element[member] if isinstance(element[member], list) else [element[member]]:
                if str(each) in reach:
                    opt_out(element, reach[str(each)])
                else:
                    lines.append(
                        f"{level} submission ({each}): the {member} is not authorized for OptOuts for the AppId "
                        f"submitted. Email address {element['EmailAddress']} was not opted out."
                    )
    return lines, out


@pytest.fixture(scope="module")
def room(started):
    made = started.world.create()
    yield made
    started.world.delete(made.name)


@pytest.mark.clause("OMEDA-02", "OMEDA-41", "OMEDA-52", "OMEDA-59", "OMEDA-61", "OMEDA-63", "OMEDA-A12", "OMEDA-A24")
@settings(derandomize=True, deadline=None, max_examples=100, database=None)
@given(submissions=st.lists(SUBMISSIONS, min_size=1, max_size=3))
def test_any_submissions_do_what_the_model_says(started, room, submissions):
    started.world.reset(room, None, None)
    driver = Driver(started.app, sandbox=room.name)
    state = {key: (each.email, each.source, each.promo_code) for key, each in filters(room).items()}
    for submission in submissions:
        lines, out = expected(submission)
        if lines:
            assert_refused(submit(driver, submission), lines)
        else:
            assert_taken(submit(driver, submission))
            state |= out
            assert all(filters(room)[key].status == "OUT" for key in out)
        assert {key: (each.email, each.source, each.promo_code) for key, each in filters(room).items()} == state
