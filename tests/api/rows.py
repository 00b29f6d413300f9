"""Everything that is stored, to tell whether a request has changed anything."""

from django.apps import apps

from tickets.models import ApiKey, IdempotentRequest, Nonce

_OF_THE_EDGE = {Nonce, IdempotentRequest, ApiKey}
"""What a request leaves behind that the edge has let in, whatever becomes of it."""


def every_row() -> dict[str, list[tuple]]:
    """The rows of every model of the market, by its name."""
    models = [model for model in apps.get_app_config("tickets").get_models() if model not in _OF_THE_EDGE]
    return {model.__name__: list(model._base_manager.order_by("pk").values_list()) for model in models}
