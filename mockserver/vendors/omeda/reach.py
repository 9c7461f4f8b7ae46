"""How far an appid reaches: what it may opt people out of, and what a submission comes to."""

from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

from mockserver.vendors.omeda.records import Brand, DeploymentType, StatusCode

CLIENT, BRAND, TYPE = "ClientOptOut", "BrandOptOut", "DeploymentTypeOptOut"
DEFAULT_SOURCE = "Optout API 2"
NO_BRANDS = "There are currently no valid brands associated for the client submitted."
NOT_AUTHORIZED = (
    "{level} submission ({id}): the {member} is not authorized for OptOuts for the AppId submitted. "
    "Email address {email} was not opted out."
)


class OptOut(NamedTuple):
    """One address to opt out of one deployment type."""

    email: str
    deployment_type_id: int
    source: str
    promo_code: str | None


class Reach:
    """The brands and deployment types that an appid may opt people out of. Ids are compared as text."""

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
        for level, member, known in ((BRAND, "BrandId", self.types), (TYPE, "DeploymentTypeId", self.by_id)):
            lines += [
                NOT_AUTHORIZED.format(level=level, id=each, member=member, email=element["EmailAddress"])
                for element in body.get(level, ())
                for each in as_list(element[member])
                if str(each) not in known
            ]
        return lines

    def opt_outs(self, body: Mapping[str, Any]) -> list[OptOut]:
        """Resolve the levels to active deployment types, client before brand before type."""
        found: list[OptOut] = []
        for element in body.get(CLIENT, ()):
            found += _active(element, self.by_id.values())
        for element in body.get(BRAND, ()):
            for brand_id in as_list(element["BrandId"]):
                found += _active(element, self.types[str(brand_id)])
        for element in body.get(TYPE, ()):
            named = [self.by_id[str(each)] for each in as_list(element["DeploymentTypeId"])]
            found += _active(element, named, element.get("PromoCode"))
        return found


def _active(element: Mapping[str, Any], types: Iterable[DeploymentType], promo_code: str | None = None) -> list[OptOut]:
    email, source = element["EmailAddress"], element.get("Source", DEFAULT_SOURCE)
    return [
        OptOut(email, each.deployment_type_id, source, promo_code)
        for each in types
        if each.status_code is StatusCode.ACTIVE
    ]


def as_list(value: Any) -> list[Any]:
    """Take one id or an array of them."""
    return value if isinstance(value, list) else [value]
