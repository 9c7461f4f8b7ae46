"""Expoints' records as its API prints them."""

from datetime import datetime

from mockserver.consent import Body
from mockserver.vendors.expoints.listing import AMSTERDAM
from mockserver.vendors.expoints.records import Column, Datum, OptOut


def show(moment: datetime | None) -> str | None:
    """Write a moment in the tenant's own offset, its fraction without zeros at the end."""
    if moment is None:
        return None
    try:
        local = moment.astimezone(AMSTERDAM)
    except OverflowError:  # in the last hours of all time
        local = moment
    text = local.isoformat(timespec="microseconds")
    return f"{text[:26].rstrip('0').rstrip('.') if local.microsecond else text[:19]}{text[26:32]}"


def render_opt_out(opt_out: OptOut) -> Body:
    """Write a row of the list."""
    return {
        "OptOutDate": show(opt_out.opt_out_date),
        "Email": opt_out.email,
        "TransactionDate": show(opt_out.transaction_date),
        "SurveyClosedDate": show(opt_out.survey_closed_date),
        "Data": [_render_datum(each) for each in opt_out.data],
        "Language": opt_out.language,
        "IsContactRequested": opt_out.is_contact_requested,
        "IsConcept": opt_out.is_concept,
    }


def _render_datum(datum: Datum) -> Body:
    return {
        "CustomerDataColumnId": datum.customer_data_column_id,
        "Name": datum.name,
        "Value": datum.value,
        "IsEncrypted": datum.is_encrypted,
        "CertificateThumbprint": datum.certificate_thumbprint,
        "EncryptionKey": datum.encryption_key,
    }


def render_column(column: Column) -> Body:
    """Write a column."""
    return {
        "Id": column.column_id,
        "Required": column.required,
        "Archived": column.archived,
        "Name": column.name,
        "DisplayName": column.display_name,
    }
