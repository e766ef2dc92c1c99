"""So many calls of one caller in a minute, whatever they ask for."""

from typing import TYPE_CHECKING

from django.utils import timezone
from rest_framework.request import Request
from rest_framework.throttling import BaseThrottle

from accounts.core.caller import Caller
from accounts.services.count_call import Rate, count_call

if TYPE_CHECKING:
    from rest_framework.views import APIView  # which itself asks the settings for this class


class CallerThrottle(BaseThrottle):
    """Counts signed-in people and systems; addresses are counted before anybody is known."""

    def allow_request(self, request: Request, view: "APIView") -> bool:
        """This will count the call; raises RateLimited `rate.api_caller`."""
        caller = request.auth
        if isinstance(caller, Caller):
            count_call(rate=Rate.API_CALLER, who=f"{caller.kind.value}:{caller.principal_id}", at=timezone.now())
        return True
