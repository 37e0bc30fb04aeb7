"""All addresses. Each app has its own list; the verbs of the loop give the order."""

from django.urls import include, path

from kumihimo_web.accounts import views as accounts

urlpatterns = [
    path("", include("kumihimo_web.desk.urls")),
    path("language/", accounts.language, name="language"),
    path("account/", include("kumihimo_web.accounts.urls")),
    path("", include("kumihimo_web.firms.urls")),
    path("assessments/", include("kumihimo_web.assessments.urls")),
    path("inquiries/", include("kumihimo_web.inquiries.urls")),
    path("", include("kumihimo_web.plans.urls")),
    path("jobs/", include("kumihimo_web.jobs.urls")),
    path("audit/", include("kumihimo_web.audit.urls")),
    path("health/", include("kumihimo_web.project.health")),
]
handler403 = "kumihimo_web.accounts.views.forbidden"
handler404 = "kumihimo_web.accounts.views.not_found"
handler500 = "kumihimo_web.accounts.views.broken"
