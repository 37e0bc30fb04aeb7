"""The app of the consortium."""

from django.apps import AppConfig


class ConsortiumConfig(AppConfig):
    """Firms that take orders together."""

    name = "kumihimo_web.consortium"
    label = "consortium"
    verbose_name = "共同受注"

    def ready(self) -> None:
        """Say whither the words to members lead."""
        from kumihimo_web.channels.registry import Pages, register_pages
        from kumihimo_web.consortium.letters import KINDS

        for kind in KINDS:
            register_pages(kind, Pages(link="joint_link", about="joint_order"))
