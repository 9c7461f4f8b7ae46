import pytest

from tests.vendors.aimbase_desk import TOKEN, switch


@pytest.fixture
def room(live):
    """A sandbox of a started server in which Aimbase's pages have ten rows: base URL, header to send, the sandbox."""
    url, server = live
    made = server.world.create()
    switch(made, page_size=10)
    yield f"{url}/~{made.name}/aimbase/odata/v2/", {"Authenticate": TOKEN}, made
    server.world.delete(made.name)
