"""The one rule by which a node's log and its witness are named: C2SP names are schema-less and stay when the node's address changes."""

from typing import Final

_NAMESPACE: Final = "huzheng.cn"


def log_origin(region: str) -> str:
    """This will name the log of a region (GB/T 2260 code), the first line of its checkpoints and the name of its log key."""
    return f"{_NAMESPACE}/{region}"


def witness_name(region: str) -> str:
    """This will name the witness that a region's node is to all other logs."""
    return f"{_NAMESPACE}/{region}/witness"
