"""Who sends whom what, as one sentence for each tense of a ticket. What is said depends on who looks at it."""

from django.utils.html import conditional_escape
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext_lazy

AHEAD, DONE, LAPSED = "ahead", "done", "lapsed"

SENTENCES = {
    "both ways between": {
        AHEAD: gettext_lazy("%(firm)s will send %(near)s %(coming)s; %(near)s will send %(firm)s %(going)s."),
        DONE: gettext_lazy("%(firm)s sent %(near)s %(coming)s; %(near)s sent %(firm)s %(going)s."),
        LAPSED: gettext_lazy("%(firm)s was to send %(near)s %(coming)s; %(near)s was to send %(firm)s %(going)s."),
    },
    "to the near end": {
        AHEAD: gettext_lazy("%(firm)s will send %(near)s %(coming)s."),
        DONE: gettext_lazy("%(firm)s sent %(near)s %(coming)s."),
        LAPSED: gettext_lazy("%(firm)s was to send %(near)s %(coming)s."),
    },
    "to the far end": {
        AHEAD: gettext_lazy("%(near)s will send %(firm)s %(going)s."),
        DONE: gettext_lazy("%(near)s sent %(firm)s %(going)s."),
        LAPSED: gettext_lazy("%(near)s was to send %(firm)s %(going)s."),
    },
    "both ways": {
        AHEAD: gettext_lazy("%(Firm)s will send you %(coming)s; you will send %(firm)s %(going)s."),
        DONE: gettext_lazy("%(Firm)s sent you %(coming)s; you sent %(firm)s %(going)s."),
        LAPSED: gettext_lazy("%(Firm)s was to send you %(coming)s; you were to send %(firm)s %(going)s."),
    },
    "only coming so far": {
        AHEAD: gettext_lazy("%(Firm)s will send you %(coming)s; what you send has not been added yet."),
        DONE: gettext_lazy("%(Firm)s sent you %(coming)s; what you send has not been added yet."),
        LAPSED: gettext_lazy("%(Firm)s was to send you %(coming)s; what you send has not been added yet."),
    },
    "only coming": {
        AHEAD: gettext_lazy("%(Firm)s will send you %(coming)s. You will send nothing."),
        DONE: gettext_lazy("%(Firm)s sent you %(coming)s. You sent nothing."),
        LAPSED: gettext_lazy("%(Firm)s was to send you %(coming)s. You were to send nothing."),
    },
    "only going so far": {
        AHEAD: gettext_lazy("You will send %(firm)s %(going)s; what you receive has not been added yet."),
        DONE: gettext_lazy("You sent %(firm)s %(going)s; what you receive has not been added yet."),
        LAPSED: gettext_lazy("You were to send %(firm)s %(going)s; what you receive has not been added yet."),
    },
    "only going": {
        AHEAD: gettext_lazy("You will send %(firm)s %(going)s. %(Firm)s will send you nothing."),
        DONE: gettext_lazy("You sent %(firm)s %(going)s. %(Firm)s sent you nothing."),
        LAPSED: gettext_lazy("You were to send %(firm)s %(going)s. %(Firm)s was to send you nothing."),
    },
}


def who_sends_what(
    tense: str, *, near: str, firm: str, coming: str, going: str, is_between: bool, is_two_way: bool
) -> SafeString:
    """`firm` is the far end; `coming` and `going` are amounts in words, of which one may be empty."""
    sentence = SENTENCES[_shape(bool(coming), bool(going), is_between, is_two_way)][tense]
    words = {"near": near, "firm": firm, "Firm": firm[:1].upper() + firm[1:], "coming": coming, "going": going}
    return mark_safe(sentence % {name: conditional_escape(word) for name, word in words.items()})


def _shape(is_coming: bool, is_going: bool, is_between: bool, is_two_way: bool) -> str:
    if is_between:
        return "both ways between" if is_coming and is_going else "to the near end" if is_coming else "to the far end"
    if is_coming and is_going:
        return "both ways"
    way = "only coming" if is_coming else "only going"
    return f"{way} so far" if is_two_way else way
