"""What the repository says of itself is true, and nothing in it leads to one machine, one mirror or one index of packages."""

import re
from pathlib import Path

import pytest

from tests.architecture.source_tree import ROOT, listed_files, name_of

TEXT = tuple(
    path
    for path in listed_files()
    if path.suffix
    in {
        ".py",
        ".toml",
        ".txt",
        ".md",
        ".html",
        ".css",
        ".js",
        ".yml",
        ".yaml",
        ".cfg",
        ".ini",
        ".sh",
        ".po",
        ".json",
        "",
    }
    and path != Path(__file__)
)
LOCKS = ("requirements.txt", "requirements-services.txt", "requirements-dev.txt")
_HOSTS = re.compile(
    # Written so that this very line names none of them.
    r"py[p]i\.|python[h]osted|npm[j]s|registry\.(npm|yarn)|un[p]kg|js[d]elivr|cdn[j]s|mirrors?\.(aliyun|tencent|ustc|huawei)|artifactory|nexus\.",
    re.IGNORECASE,
)
_OPTIONS = re.compile(r"^\s*(-i|-f|--(extra-)?index[-]url|--find-links|--trusted-host)\b", re.MULTILINE)
_MACHINE_PATHS = re.compile(r"(?<![\w.])/(?:home|Users|root|work|workspace|mnt)/[\w.-]+")
_PINNED = re.compile(r"[A-Za-z0-9._-]+(\[[a-z,-]+\])?==[^ ;]+( ; .*)? \\")


def _texts() -> dict[str, str]:
    return {name_of(path): path.read_text("utf-8", errors="replace") for path in TEXT}


def test_no_file_names_an_index_of_packages_or_a_mirror() -> None:
    assert {name: found.group() for name, text in _texts().items() if (found := _HOSTS.search(text))} == {}


def test_no_file_names_a_path_of_one_machine() -> None:
    assert {name: found.group() for name, text in _texts().items() if (found := _MACHINE_PATHS.search(text))} == {}


@pytest.mark.parametrize("name", LOCKS)
def test_every_dependency_is_pinned_by_hash_and_by_no_address(name: str) -> None:
    text = (ROOT / name).read_text("utf-8")
    assert _OPTIONS.search(text) is None
    assert "://" not in text
    requirements = [line for line in text.splitlines() if line and not line[0].isspace() and line[0] != "#"]
    assert len(requirements) > 20
    assert [line for line in requirements if _PINNED.fullmatch(line) is None] == []
    assert text.count("--hash=sha256:") >= len(requirements)


def test_every_setting_of_a_node_is_explained_in_the_readme() -> None:
    source = (ROOT / "config" / "env.py").read_text("utf-8")
    names = set(re.findall(r'"(HUZHENG_[A-Z_]+)"', source))
    assert len(names) > 10
    readme = (ROOT / "README.md").read_text("utf-8")
    assert {name for name in names if name not in readme} == set()
    assert set(re.findall(r"\bHUZHENG_[A-Z_]+\b", readme)) - names == set()


def test_settings_that_hold_trust_say_what_their_owner_could_do() -> None:
    readme = (ROOT / "README.md").read_text("utf-8")
    for name in ("HUZHENG_KEK_FILE", "HUZHENG_ANCHOR_FINGERPRINT"):
        row = next(line for line in readme.splitlines() if f"`{name}`" in line and "|" in line)
        assert "trust" in row
        assert "whoever" in row


def test_the_changelog_and_the_licence_exist() -> None:
    assert "## 0.1.0" in (ROOT / "CHANGELOG.md").read_text("utf-8")
    assert "Apache License" in (ROOT / "LICENSE").read_text("utf-8")


def test_targets_that_the_readme_names_exist() -> None:
    targets = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text("utf-8"), re.MULTILINE))
    for readme in ("README.md", "README.zh-CN.md"):
        named = set(re.findall(r"\bmake ([a-z][a-z-]+)", (ROOT / readme).read_text("utf-8")))
        assert {"demo", "test"} <= named
        assert named - targets == set(), readme


def test_files_that_the_readme_points_to_exist() -> None:
    for readme in ("README.md", "README.zh-CN.md"):
        text = (ROOT / readme).read_text("utf-8")
        links = re.findall(r"\]\((?!https?:|#)([^)#]+)", text)
        paths = re.findall(
            r"`((?:accounts|certificates|verification|config|demo|docs|tests|benchmarks)/[\w/.-]+\.\w+)`", text
        )
        assert [one for one in (*links, *paths) if not (ROOT / one).exists()] == [], readme


def test_no_secret_and_no_leftover_is_kept() -> None:
    names = [name_of(path) for path in listed_files()]
    assert [
        name for name in names if Path(name).suffix in {".p8", ".key", ".sqlite3", ".pyc", ".orig", ".rej", ".bak"}
    ] == []
    leftover = re.compile(r"\b(TODO|FIXME|XXX|HACK)\b")
    own = {
        name: text
        for name, text in _texts().items()
        if name.endswith(".py") and not name.startswith("tests/architecture/")
    }
    assert [name for name, text in own.items() if leftover.search(text)] == []
    begins = "-----BEGIN " + "PRIVATE KEY"
    assert [name for name, text in _texts().items() if begins in text and not name.startswith("tests/vectors/")] == []
