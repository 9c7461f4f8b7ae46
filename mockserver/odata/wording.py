"""The one error of this package, and its texts: those of Microsoft's OData libraries where they have one."""

from mockserver.errors import MockServerError

PREFIX = "The query specified in the URI is not valid. "
DATE_TIME_OFFSET_FORM = "yyyy-mm-ddThh:mm:ss('.'s+)?(zzzzzz)?"


class QueryError(MockServerError):
    """A query that cannot be understood or evaluated; its text is what the client is told."""


def invalid(text: str) -> QueryError:
    return QueryError(PREFIX + text)


def unsupported_option(name: str) -> QueryError:
    return QueryError(f"The query parameter '{name}' is not supported.")


def repeated_option(name: str) -> QueryError:
    return invalid(f"Query option '{name}' was specified more than once, but it must be specified at most once.")


def empty_option(name: str) -> QueryError:
    return invalid(f"The value for OData query '{name}' cannot be empty.")


def bad_number(name: str, value: str) -> QueryError:
    return invalid(
        f"Invalid value '{value}' for {name} query option found. "
        f"The {name} query option requires a non-negative integer value."
    )


def bad_count(value: str) -> QueryError:
    return invalid(f"Invalid value '{value}' for $count query option found. Valid values are 'true, false'.")


def bad_format(value: str, valid: str) -> QueryError:
    return invalid(f"Invalid value '{value}' for $format query option found. Valid values are {valid}.")


def bad_token(value: str) -> QueryError:
    return invalid(
        f"Invalid value '{value}' for $skiptoken query option found. Only the value in a link to the next page, "
        "with the $filter and $orderby of that link, is valid."
    )


def bad_key(text: str, name: str, key: str, type_name: str) -> QueryError:
    return QueryError(
        f"Bad Request - Error in query syntax: '({text})' is no key of '{name}', "
        f"which is one value of type '{type_name}' with or without '{key}=' before it."
    )


def bad_version(value: str) -> QueryError:
    return QueryError(f"This service speaks version 4.0 of OData, and not '{value}'.")


def unusable_property(name: str, option: str) -> QueryError:
    """Word a refusal of the caller's: the service does not enable this property in this option."""
    return invalid(f"The property '{name}' cannot be used in the {option} query option.")


def unknown_property(name: str, full_type_name: str) -> QueryError:
    return invalid(f"Could not find a property named '{name}' on type '{full_type_name}'.")


def no_path(name: str, type_name: str) -> QueryError:
    return invalid(f"The property '{name}' of type '{type_name}' has nothing below it: '{name}/' leads nowhere.")


def unknown_function(name: str) -> QueryError:
    return invalid(
        f"An unknown function with name '{name}' was found. "
        "This may also be a function import or a key lookup on a navigation property, which is not allowed."
    )


def no_signature(name: str, signatures: str) -> QueryError:
    return invalid(
        f"No function signature for the function with name '{name}' matches the specified arguments. "
        f"The function signatures considered are: {signatures}."
    )


def incompatible_operands(left: str, right: str, kind: str) -> QueryError:
    return invalid(
        "A binary operator with incompatible types was detected. "
        f"Found operand types '{left}' and '{right}' for operator kind '{kind}'."
    )


def incompatible_operand(operand: str, kind: str) -> QueryError:
    return invalid(
        "A unary operator with an incompatible type was detected. "
        f"Found operand type '{operand}' for operator kind '{kind}'."
    )


def not_boolean() -> QueryError:
    return invalid("The $filter expression must evaluate to a single boolean value.")


def unsupported_term(text: str) -> QueryError:
    return invalid(f"'{text}' is not supported in an expression.")


def unsupported_operator(name: str) -> QueryError:
    return invalid(f"The operator '{name}' is not supported.")


def syntax_error(position: int, text: str) -> QueryError:
    return invalid(f"Syntax error at position {position} in '{text}'.")


def bad_character(position: int, text: str) -> QueryError:
    return invalid(f"Syntax error: character '{text[position]}' is not valid at position {position} in '{text}'.")


def expression_expected(position: int, text: str) -> QueryError:
    return invalid(f"Expression expected at position {position} in '{text}'.")


def expected(what: str, position: int, text: str) -> QueryError:
    return invalid(f"{what} expected at position {position} in '{text}'.")


def unterminated_string(position: int, text: str) -> QueryError:
    return invalid(f"There is an unterminated string literal at position {position} in '{text}'.")


def bad_literal(type_name: str, literal: str, position: int, text: str) -> QueryError:
    return invalid(f"Unrecognized '{type_name}' literal '{literal}' at '{position}' in '{text}'.")


def bad_date_time_offset(literal: str) -> QueryError:
    return invalid(
        f"The DateTimeOffset text '{literal}' should be in format '{DATE_TIME_OFFSET_FORM}' "
        "and each field value is within valid range."
    )


def too_deep() -> QueryError:
    return invalid("Recursion limit reached.")


def too_many_nodes(limit: int) -> QueryError:
    return invalid(
        f"The node count limit of '{limit}' has been exceeded. To increase the limit, "
        "set the 'MaxNodeCount' property on EnableQueryAttribute or ODataValidationSettings."
    )


def too_many_keys(limit: int) -> QueryError:
    return invalid(
        "The number of clauses in $orderby query option exceeded the maximum number allowed. "
        f"The maximum number of $orderby clauses allowed is {limit}."
    )


def divided_by_zero() -> QueryError:
    return invalid("Attempted to divide by zero.")


def overflow(type_name: str) -> QueryError:
    return invalid(f"Value was either too large or too small for the type '{type_name}'.")
