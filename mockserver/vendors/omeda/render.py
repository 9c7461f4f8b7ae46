"""Omeda's records as its look-ups print them."""

from datetime import datetime
from zoneinfo import ZoneInfo

from mockserver.consent import Body
from mockserver.vendors.omeda.records import DeploymentType, Filter

CENTRAL = ZoneInfo("America/Chicago")


def show(moment: datetime) -> str:
    """Write a moment as US Central wall time with its abbreviation, `2010-12-15 11:10:05 CST`."""
    return moment.astimezone(CENTRAL).strftime("%Y-%m-%d %H:%M:%S %Z")


def render_filter(found: Filter, kind: DeploymentType) -> Body:
    """Write an address's standing with a deployment type."""
    return {
        "Source": found.source,
        "DeploymentTypeId": found.deployment_type_id,
        "DeploymentTypeName": kind.name or "",
        "DesignationTypeId": kind.designation_type_id,
        "Status": found.status,
        "Brand": kind.brand_id,
        "CreatedDate": show(found.created_date),
        "ChangedDate": show(found.changed_date),
    }


def render_type(kind: DeploymentType) -> Body:
    """Write a deployment type."""
    return {
        "Id": kind.deployment_type_id,
        "Name": kind.name or "",
        "Description": kind.description or kind.name or "",
        "AlternateId": kind.alternate_id,
        "StatusCode": kind.status_code,
    }
