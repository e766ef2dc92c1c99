"""A photo that an officer hands in, made ready before it is compared and sent in with the licence."""

from certificates.adapters.photos import normalised_photo


def prepare_photo(*, data: bytes) -> bytes:
    """This will give the picture as it will be kept (JPEG); it stores nothing. Raises IssueError `issue.photo_format|photo_size`."""
    return normalised_photo(data)
