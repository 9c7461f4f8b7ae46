"""How far an appid reaches: what it may opt people out of, and what a submission comes to."""

from collections.abc import Container, Iterable, Mapping
from typing import Any

from mockserver.vendors.omeda.queue import Change
from mockserver.vendors.omeda.records import Brand, DeploymentType, FilterStatus, StatusCode

CLIENT, BRAND, TYPE = "ClientOptOut", "BrandOptOut", "DeploymentTypeOptOut"
OPT_IN = "DeploymentTypeOptIn"
SOURCES: Mapping[FilterStatus, str] = {FilterStatus.OUT: "Optout API 2", FilterStatus.IN: "Optin API 2"}
NO_BRANDS = "There are currently no valid brands associated for the client submitted."
NOT_AUTHORIZED = (
    "{level} submission ({id}): the {member} is not authorized for {what}s for the AppId submitted. "
    "Email address {email} was not opted {way}."
)


class Reach:
    """The brands and deployment types that an appid may opt people in and out of. Ids are compared as text."""

    def __init__(self, brands: Iterable[Brand], types: Iterable[DeploymentType]) -> None:
        """Sort the types by brand."""
        self.types: dict[str, list[DeploymentType]] = {brand.brand_id: [] for brand in brands}
        for each in types:
            if each.brand_id in self.types:
                self.types[each.brand_id].append(each)
        self.by_id = {str(each.deployment_type_id): each for found in self.types.values() for each in found}

    def refusals(self, body: Mapping[str, Any]) -> list[str]:
        """Word what the appid may not do: the client's line once, then a line an id, as submitted."""
        lines = [NO_BRANDS] if body.get(CLIENT) and not self.types else []
        lines += self._unauthorized(body, BRAND, "BrandId", self.types)
        return lines + self._unauthorized(body, TYPE, "DeploymentTypeId", self.by_id)

    def refused_opt_ins(self, body: Mapping[str, Any]) -> list[str]:
        """Word the deployment types of opt-ins that the appid has no right to."""
        return self._unauthorized(body, OPT_IN, "DeploymentTypeId", self.by_id)

    @staticmethod
    def _unauthorized(body: Mapping[str, Any], level: str, member: str, known: Container[str]) -> list[str]:
        what, way = ("OptIn", "in") if level == OPT_IN else ("OptOut", "out")
        return [
            NOT_AUTHORIZED.format(
                level=level, id=each, member=member, what=what, email=element["EmailAddress"], way=way
            )
            for element in body.get(level, ())
            for each in as_list(element[member])
            if str(each) not in known
        ]

    def opt_outs(self, body: Mapping[str, Any]) -> list[Change]:
        """Resolve the levels to active deployment types, client before brand before type."""
        found: list[Change] = []
        for element in body.get(CLIENT, ()):
            found += _changes(element, self.by_id.values())
        for element in body.get(BRAND, ()):
            for brand_id in as_list(element["BrandId"]):
                found += _changes(element, self.types[str(brand_id)])
        for element in body.get(TYPE, ()):
            named = [self.by_id[str(each)] for each in as_list(element["DeploymentTypeId"])]
            found += _changes(element, named, promo_code=element.get("PromoCode"))
        return found

    def opt_ins(self, body: Mapping[str, Any]) -> list[tuple[Change, bool]]:
        """Resolve opt-ins to active deployment types, each with whether it may end an opt-out."""
        return [
            (change, element.get("DeleteOptOut") == 1)
            for element in body.get(OPT_IN, ())
            for change in _changes(
                element,
                [self.by_id[str(each)] for each in as_list(element["DeploymentTypeId"])],
                FilterStatus.IN,
                element.get("PromoCode"),
            )
        ]


def _changes(
    element: Mapping[str, Any],
    types: Iterable[DeploymentType],
    status: FilterStatus = FilterStatus.OUT,
    promo_code: str | None = None,
) -> list[Change]:
    email, source = element["EmailAddress"], element.get("Source", SOURCES[status])
    return [
        Change(email, each.deployment_type_id, status, source, promo_code)
        for each in types
        if each.status_code is StatusCode.ACTIVE
    ]


def as_list(value: Any) -> list[Any]:
    """Take one id or an array of them."""
    return value if isinstance(value, list) else [value]
