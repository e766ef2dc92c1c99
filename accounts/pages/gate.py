"""The gate of every page that is not public: signed in, permitted, never cached."""

from collections.abc import Callable
from functools import wraps
from typing import Concatenate, ParamSpec, cast

from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import redirect
from django.views.decorators.cache import never_cache

from accounts.core.caller import Caller
from accounts.core.errors import AuthenticationFailed, NotPermitted
from accounts.core.permissions import Action, may
from accounts.services.session_caller import session_caller

P = ParamSpec("P")
Page = Callable[Concatenate[HttpRequest, Caller, P], HttpResponseBase]
View = Callable[Concatenate[HttpRequest, P], HttpResponseBase]


def page_for(*actions: Action) -> Callable[[Page[P]], View[P]]:
    """This will let a page be seen only by a signed-in user whose role allows one of `actions`, and hand it the caller.

    Others are sent to the sign-in page (not signed in), to the page of the own password (while somebody else's is in use), or
    get 403, also where the page's service refuses the caller. The answer is marked `no-store`.
    """

    def gate(page: Page[P]) -> View[P]:
        @wraps(page)
        def view(request: HttpRequest, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
            try:
                # login_required has just made sure that the user is one of ours
                caller = session_caller(request.user)  # type: ignore[arg-type]
                if not any(may(caller, action) for action in actions):
                    raise NotPermitted
                return page(request, caller, *args, **kwargs)
            except (NotPermitted, AuthenticationFailed) as error:
                if error.code == "auth.password_first":
                    return redirect("accounts:password")
                raise PermissionDenied from error

        return cast("View[P]", never_cache(login_required(view)))

    return gate
