"""A real PKCS #11 token for tests: SoftHSM from Debian, in a folder of its own for the whole run."""

import os
import shutil
import subprocess
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from tempfile import mkdtemp

import pkcs11
import pytest

MODULES = (
    Path("/usr/lib/softhsm/libsofthsm2.so"),
    Path("/usr/lib/x86_64-linux-gnu/softhsm/libsofthsm2.so"),
    Path("/usr/lib/aarch64-linux-gnu/softhsm/libsofthsm2.so"),
)
PIN = "482913"
LABEL = "huzheng-test"


@dataclass(frozen=True, slots=True, kw_only=True)
class SoftHsm:
    """Where the token is."""

    module: str
    folder: Path

    def private_keys(self) -> list[pkcs11.PrivateKey]:
        """All private keys in the token, through the session that the node has open."""
        from certificates.adapters.key_backends.pkcs11_session import token_session

        found: list[pkcs11.PrivateKey] = token_session().run(
            lambda session: list(session.get_objects({pkcs11.Attribute.CLASS: pkcs11.ObjectClass.PRIVATE_KEY}))
        )
        return found


@lru_cache(maxsize=1)
def softhsm() -> SoftHsm:
    """The token; made once, since the library reads its configuration once in a process."""
    tool = shutil.which("softhsm2-util")
    module = next((path for path in MODULES if path.exists()), None)
    if tool is None or module is None:
        pytest.skip("SoftHSM is missing, so keys in an HSM are not tested; as root: apt-get install softhsm2")
    folder = Path(mkdtemp(prefix="huzheng-softhsm-"))
    (folder / "tokens").mkdir()
    configuration = folder / "softhsm2.conf"
    configuration.write_text(
        f"directories.tokendir = {folder / 'tokens'}\nobjectstore.backend = file\nlog.level = ERROR\n"
    )
    os.environ["SOFTHSM2_CONF"] = str(configuration)
    subprocess.run(
        [tool, "--init-token", "--free", "--label", LABEL, "--pin", PIN, "--so-pin", "9184021"],
        check=True,
        capture_output=True,
        timeout=60,
    )
    return SoftHsm(module=str(module), folder=folder)
