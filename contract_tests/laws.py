"""What holds for every vendor, whatever is asked: each law takes one step and asserts; none knows a vendor."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from contract_tests.holding import hold
from contract_tests.target import Answer, Request
from mockserver.contract.document import Document
from mockserver.contract.elements import Operation

Ledger = Mapping[tuple[Any, ...], Mapping[str, Any]]


@dataclass(frozen=True, slots=True)
class Step:
    """One request with what it did.

    `before` and `after` are the vendor's consents round it, `again` those after the same request once more; `replayed`
    is the answer that the same history got in a world begun anew; `elsewhere` are the consents of another sandbox
    before and after. `credential` is an account's name, `wrong` (right in form) or None.
    """

    document: Document
    request: Request
    answer: Answer
    before: Ledger
    after: Ledger
    again: Ledger
    replayed: Answer
    elsewhere: tuple[Ledger, Ledger]
    credential: str | None = ""

    @property
    def node(self) -> Mapping[str, Any]:
        """The operation as the document has it."""
        operation = self.request.operation
        return self.document.tree["paths"][operation.path][operation.method.lower()]

    @property
    def accepted(self) -> bool:
        """Whether the request was acknowledged."""
        return self.answer.status < 400


def out(ledger: Ledger) -> dict[tuple[Any, ...], Any]:
    """Who is opted out, since when."""
    return {key: each["since"] for key, each in ledger.items() if each["state"] == "opted_out"}


def standing(ledger: Ledger) -> dict[tuple[Any, ...], Any]:
    """Every consent with its state and its beginning."""
    return {key: (each["state"], each["since"]) for key, each in ledger.items()}


def refusals_change_nothing(step: Step) -> None:
    if not step.accepted:
        assert step.after == step.before


def reads_change_nothing(step: Step) -> None:
    if step.request.operation.method == "GET" or step.node.get("x-safe"):
        assert step.after == step.before


def opt_outs_stay_unless_the_operation_lifts_them(step: Step) -> None:
    if not step.node.get("x-lifts-opt-outs"):
        assert out(step.before).items() <= out(step.after).items()


def an_opt_out_repeated_is_the_same_opt_out(step: Step) -> None:
    if out(step.after) != out(step.before) and out(step.before).items() <= out(step.after).items():
        assert out(step.again) == out(step.after)


def the_same_history_gets_the_same_bytes(step: Step) -> None:
    assert step.replayed == step.answer


def sandboxes_do_not_see_each_other(step: Step) -> None:
    before, after = step.elsewhere
    assert after == before


def a_wrong_credential_is_refused(step: Step) -> None:
    if step.credential in {"wrong", None} and step.node.get("security", step.document.tree.get("security")):
        assert not step.accepted


def an_answer_is_in_its_document(step: Step) -> None:
    answer, meant = step.answer, step.request.operation
    unrouted = answer.status == 404 and not all(step.request.path.values())  # a path of another shape: no operation's
    candidates = step.document.operations if unrouted else (meant,)
    misfits = [misfit for each in candidates if (misfit := _misfit(step.document, each, answer))]
    assert len(misfits) < len(candidates), misfits[0]


def _misfit(document: Document, operation: Operation, answer: Answer) -> str:
    try:
        hold(document, operation, answer.status, answer.headers, answer.body)
    except AssertionError as error:
        return str(error) or "it does not match its schema"
    return ""


LAWS = (
    refusals_change_nothing,
    reads_change_nothing,
    opt_outs_stay_unless_the_operation_lifts_them,
    an_opt_out_repeated_is_the_same_opt_out,
    the_same_history_gets_the_same_bytes,
    sandboxes_do_not_see_each_other,
    a_wrong_credential_is_refused,
    an_answer_is_in_its_document,
)
