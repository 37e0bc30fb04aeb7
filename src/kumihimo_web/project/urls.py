"""All addresses. Each app has its own list; the verbs of the loop give the order."""

from django.urls import include, path

from kumihimo_web.accounts import views as accounts
from kumihimo_web.project import kept_form
from kumihimo_web.project.api import api, description

urlpatterns = [
    path("", include("kumihimo_web.desk.urls")),
    path("language/", accounts.language, name="language"),
    path("again/", kept_form.again, name="again"),
    path("account/", include("kumihimo_web.accounts.urls")),
    path("", include("kumihimo_web.firms.urls")),
    path("assessments/", include("kumihimo_web.assessments.urls")),
    path("inquiries/", include("kumihimo_web.inquiries.urls")),
    path("", include("kumihimo_web.plans.urls")),
    path("channels/", include("kumihimo_web.channels.urls")),
    path("", include("kumihimo_web.orders.urls")),
    path("inbox/", include("kumihimo_web.inbox.urls")),
    path("consortium/", include("kumihimo_web.consortium.urls")),
    path("jobs/", include("kumihimo_web.jobs.urls")),
    path("", include("kumihimo_web.design.urls")),
    path("audit/", include("kumihimo_web.audit.urls")),
    path("api/v1/openapi.json", description, name="api_description"),
    path("api/v1/", api.urls),
    path("health/", include("kumihimo_web.project.health")),
]
handler400 = "kumihimo_web.project.refusals.bad_request"
handler403 = "kumihimo_web.accounts.views.forbidden"
handler404 = "kumihimo_web.accounts.views.not_found"
handler429 = "kumihimo_web.project.refusals.too_many_logins"
handler500 = "kumihimo_web.project.refusals.broken"
