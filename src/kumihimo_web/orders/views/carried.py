"""What became of a command, for the page: done, waits, came too late, or why not."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest

from kumihimo.trade import Decision, Outcome
from kumihimo_web.design.language import say
from kumihimo_web.orders.forms.entering import CommandForm


def status_of(request: HttpRequest, decision: Decision, form: CommandForm, done: str) -> int:
    """Return the status of the answer, and tell the person.

    302 = go on to the order; 409 = somebody or something was faster, and what was entered stays on the page; 422 = it
    cannot be done, and the reason stands at its field.

    Parameters
    ----------
    done
        What is said when it was done.
    """
    match decision.outcome:
        case Outcome.APPLIED | Outcome.REPEATED:
            messages.success(request, say(decision) if decision.code == "call_noted" else done)
            return 302
        case Outcome.PARKED:
            messages.info(request, say(decision))
            return 302
        case Outcome.STALE if decision.code in ("version", "old_revision", "old_drawing", "too_late"):
            return 409
        case Outcome.STALE:
            # What is recorded already is no fault of whoever sends it again.
            messages.info(request, say(decision))
            return 302
        case _:
            form.refuse(decision.code, say(decision))
            return 422
