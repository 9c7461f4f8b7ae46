"""Omeda's records as its look-ups print them."""

from datetime import UTC, datetime, timedelta, timezone
from zoneinfo import ZoneInfo

from mockserver.consent import Body
from mockserver.vendors.omeda.records import DeploymentType, Filter

CENTRAL = ZoneInfo("America/Chicago")
STANDARD = timezone(timedelta(hours=-6), "CST")
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)  # before it the zone had other names too (CWT in the war, LMT)
DAWN = datetime(1, 1, 2, tzinfo=UTC)  # before it there may be no date in the zone


def show(moment: datetime) -> str:
    """Write a moment as US Central wall time with its abbreviation, `2010-12-15 11:10:05 CST`."""
    local = max(moment, DAWN).astimezone(CENTRAL if moment >= EPOCH else STANDARD)
    return f"{local.replace(tzinfo=None).isoformat(' ', 'seconds')} {local:%Z}"


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
    """Write a deployment type; a long description is there for those that have one."""
    long = {} if kind.long_description is None else {"LongDescription": kind.long_description}
    return {
        "Id": kind.deployment_type_id,
        "Name": kind.name or "",
        "Description": kind.description or kind.name or "",
        **long,
        "AlternateId": kind.alternate_id,
        "StatusCode": kind.status_code,
    }
