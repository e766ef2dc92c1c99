"""Another key-encryption key for the node, while it works."""

from dataclasses import dataclass

from certificates.adapters.kek_rotation import add_version, drop_older_versions, kek_rotation, wrap_files_anew


@dataclass(frozen=True, slots=True, kw_only=True)
class RotatedKek:
    """This will tell the version in use, how many key files were wrapped anew, and which versions are gone."""

    version: int
    files: int
    dropped: tuple[int, ...]


def rotate_kek() -> RotatedKek:
    """This will add a version, wrap all key files anew and drop the older versions; cut off, it is run again and goes on.

    It touches no row, and every other process works on meanwhile. Raises CipherError `cipher.rotation_taken|kek_environment|
    kek_version|mismatch|no_kek`.
    """
    with kek_rotation():
        version = add_version()
        files = wrap_files_anew()
        return RotatedKek(version=version, files=files, dropped=drop_older_versions())
