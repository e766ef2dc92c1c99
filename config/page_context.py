"""What every page knows about its node."""

from django.conf import settings
from django.http import HttpRequest

from accounts.core.regions import REGIONS


def node(request: HttpRequest) -> dict[str, object]:
    """This will give templates the node's region and address."""
    return {"node_region": REGIONS[settings.NODE.region], "node_url": settings.NODE.node_url}
