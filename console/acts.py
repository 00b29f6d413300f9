"""How a form becomes an act: call the verb, then go on to the result, or show the form again with what was refused."""

from collections.abc import Callable

from django.core.exceptions import PermissionDenied
from django.forms import Form
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render

from console.proof import Proof
from tickets.errors import Conflict, Invalid, NotAllowed, Refused, WrongStatus

INVALID, CONFLICT, FORBIDDEN = 422, 409, 403
STATUSES = ((Invalid, INVALID), (NotAllowed, FORBIDDEN))
"""What a refusal is answered with; any other is a conflict."""


def see_other(url: str) -> HttpResponse:
    """Answer a post with the page to look at, so that reload and Back never post again."""
    response = HttpResponseRedirect(url)
    response.status_code = 303
    return response


def perform(
    request: HttpRequest,
    verb: Callable[[], object],
    *,
    then: str,
    page: str,
    context: dict,
    form: Form | None = None,
    was_done: Callable[[], bool] = lambda: False,
) -> HttpResponse:
    """Run `verb` and go on to `then`. A refusal shows `page` again, with what was typed and a sentence that says why.

    `was_done` asks whether this person has done just this before: then the form was sent twice, and the first result is
    the answer. Where `context` has a `proof` that is not given, the verb does not run. Raises PermissionDenied where
    role or firm forbid an act for which nothing was typed.
    """
    proof: Proof | None = context.get("proof")
    if proof and not proof.is_given():
        return see_other(then) if was_done() else show_unproved(request, proof, page=page, context=context, form=form)
    try:
        verb()
    except NotAllowed as refusal:
        if was_done():
            return see_other(then)
        if form is not None:  # what was typed for it is not thrown away with the page
            return show_refusal(request, refusal, page=page, context=context, form=form)
        raise PermissionDenied(refusal.message) from refusal
    except Refused as refusal:
        if isinstance(refusal, WrongStatus | Conflict) and was_done():
            return see_other(then)
        return show_refusal(request, refusal, page=page, context=context, form=form)
    return see_other(then)


def show_unproved(
    request: HttpRequest, proof: Proof, *, page: str, context: dict, form: Form | None = None
) -> HttpResponse:
    """The page as it was, with what is wrong with the code; or with how to get a second factor."""
    context = context | {"form": form, "has_errors": not proof.is_out_of_reach}
    return render(request, page, context, status=proof.status)


def show_refusal(
    request: HttpRequest, refusal: Refused, *, page: str, context: dict, form: Form | None = None
) -> HttpResponse:
    field = getattr(refusal, "field", None)
    if form is not None and field in form.fields:
        form.add_error(field, refusal.message)
    else:
        context = context | {"refusal": refusal.message}
    status = next((status for kind, status in STATUSES if isinstance(refusal, kind)), CONFLICT)
    return render(request, page, context | {"form": form, "has_errors": True}, status=status)
