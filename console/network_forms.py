"""The form by which one firm asks another to connect."""

from django import forms
from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tickets.models import Connection, ConnectionStatus, Member, Profile
from tickets.models.status import PENDING

FOUND_SHOWN = 20


class RequestForm(forms.Form):
    """Another firm's profile for `local` to connect with: one of those found by name, or a hidden one by its id."""

    use_required_attribute = False

    remote = forms.UUIDField(label=gettext_lazy("Profile"), required=False, widget=forms.RadioSelect)
    remote_id = forms.UUIDField(
        label=gettext_lazy("Id of a profile that is not listed"),
        required=False,
        help_text=gettext_lazy("The other firm can tell you. It looks like 8c2f6f3e-5c0e-4b0a-9d0e-2b1f4f3a9c55."),
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
        error_messages={
            "invalid": gettext_lazy("Enter the id as the other firm sees it: 32 letters and figures, parted by hyphens")
        },
    )

    def __init__(self, *args, local: Profile, member: Member, find: str, now, **kwargs):
        super().__init__(*args, **kwargs)
        self.local, self.member, self.now = local, member, now
        listed = Profile.objects.to_be_found_by(member).select_related("workspace").order_by("workspace__name", "name")
        if find:
            listed = listed.filter(Q(name__icontains=find) | Q(workspace__name__icontains=find))
        found = list(listed[: FOUND_SHOWN + 1])
        self.has_more, found = len(found) > FOUND_SHOWN, found[:FOUND_SHOWN]
        field, standing = self.fields["remote"], self._standing()
        field.widget.choices = [(str(profile.pk), profile.workspace.name) for profile in found]
        field.notes = {profile.pk: self._note(profile, standing) for profile in found}

    def clean(self):
        data = super().clean()
        listed, typed = data.get("remote"), data.get("remote_id")
        if self.errors:
            return data
        if bool(listed) == bool(typed):
            both, none = _("Choose a profile, or enter an id, not both"), _("Choose a profile, or enter an id")
            sentence = both if listed else none
            self.add_error("remote" if self._can_choose() else "remote_id", sentence)
        elif typed:
            data["remote"] = self._get(Profile.objects.in_use(), typed, "remote_id")
        else:
            data["remote"] = self._get(Profile.objects.to_be_found_by(self.member), listed, "remote")
        return data

    def _can_choose(self) -> bool:
        return not all(note.get("disabled") for note in self.fields["remote"].notes.values())

    def _get(self, profiles, pk, field: str) -> Profile | None:
        profile = profiles.select_related("workspace").filter(pk=pk).first()
        if profile is None:
            self.add_error(field, _("No profile has this id. Check it with the other firm"))
        return profile

    def _standing(self) -> dict:
        """What our profile has with others already, by their profile."""
        ours = Connection.objects.visible_to(self.member).of_profile(self.local)
        standing = ours.filter(status__in=[*PENDING, ConnectionStatus.APPROVED]).select_related("requester", "peer")
        return {each.remote(self.member).pk: each for each in standing if not each.is_due(self.now)}

    def _note(self, profile: Profile, standing: dict) -> dict:
        connection = standing.get(profile.pk)
        if connection is None:
            return {"text": profile.name}
        if connection.status == ConnectionStatus.APPROVED:
            words = _("%(profile)s, connected with %(own_profile)s already")
        elif connection.is_requested_by(self.member):
            words = _("%(profile)s, asked for by you already; see your connections")
        else:
            words = _("%(profile)s, asked for by them already; see your connections")
        return {"disabled": words % {"profile": profile.name, "own_profile": self.local}}
