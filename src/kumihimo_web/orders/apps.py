"""The app of the orders."""

from django.apps import AppConfig


class OrdersConfig(AppConfig):
    """What was promised: from the request for quotation to the payment."""

    name = "kumihimo_web.orders"
    label = "orders"
    verbose_name = "注文"
