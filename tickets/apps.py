from django.apps import AppConfig
from django.db.models.signals import post_migrate
from django.utils.translation import gettext_lazy


class TicketsConfig(AppConfig):
    name = "tickets"
    verbose_name = gettext_lazy("Market")

    def ready(self):
        from tickets.models.asset import install_catalogue

        post_migrate.connect(install_catalogue, sender=self)
