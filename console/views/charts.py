"""What has settled, as a chart and as the table that says the same."""

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from console.access import MemberRequest, member_required
from console.acts import INVALID
from console.charts import ChartForm, chart_of
from tickets.models import Asset


@member_required
@require_safe
def settled(request: MemberRequest) -> HttpResponse:
    assets = {asset.pk: asset for asset in Asset.objects.all()}
    form = ChartForm(request.GET, assets=list(assets.values()))
    context = {"section": "history", "form": form}
    if not form.is_valid():
        return render(request, "charts/settled.html", context, status=INVALID)
    chart = chart_of(request, form.cleaned_data["days"], assets.get(form.cleaned_data["of"]))
    return render(request, "charts/settled.html", context | {"chart": chart})
