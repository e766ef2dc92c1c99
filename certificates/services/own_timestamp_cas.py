"""Who this node believes about times."""

from certificates.adapters.timestamps.authority import configured_source


def own_timestamp_cas() -> tuple[bytes, ...]:
    """This will give the CAs (DER) of the timestamp authority of the node's settings, none where there is none.

    Raises TimestampError `timestamp.trust` for unreadable files.
    """
    source = configured_source()
    return source.trusted if source else ()
