"""Data that an operator loads or a document carries: policies, licence types; and small texts that callers type."""

import time
import tomllib
from pathlib import Path
from random import Random
from typing import Any

import orjson

from accounts.core.errors import IdentityCodeError
from accounts.core.moment import read_moment
from accounts.core.organisation_codes import check_uscc
from certificates.core.canonical import strict_json_loads
from certificates.core.errors import CanonicalError, IdentifierError, LicenceTypeError
from certificates.core.licence_identifier import parse_identifier
from certificates.core.licence_types import parse_licence_type
from tests.fuzz.spoil_bytes import bytes_mutators, text_mutators
from tests.fuzz.spoil_json import json_mutators
from tests.fuzz.target import Mutant, Target
from verification.core.data_pattern import compile_pattern
from verification.core.errors import LogError, PolicyError, TrustListError
from verification.core.node_url import check_node_url
from verification.core.policy_file import read_policies
from verification.core.presentation_kind import claimed_kid, claimed_region_or_code
from verification.core.tiles import build_entry_bundle, parse_entry_bundle

_DEMO = Path(__file__).parents[2] / "demo"
_PATTERNS = ("CDZB-20[0-9]{2}-[0-9]{5}", "[A-Z]{2,5}?(?:a|b)[0-9]+", "a?b?c?[^x]*z", "测试+", "(a|b)c{2,9}")
_TEXTS = ("CDZB-2026-00042", "a" * 64, "a" * 63 + "!", "0" * 64, "测试" * 32, "ab" * 32, "")


def data_targets() -> list[Target]:
    """What is read from files and forms."""
    types = [
        orjson.dumps(tomllib.loads(path.read_text("utf-8"))) for path in sorted(_DEMO.glob("licence_types/*.toml"))
    ]
    policies = [orjson.dumps(tomllib.loads((_DEMO / "policies.toml").read_text("utf-8")))]
    return [
        _file("licence-type", types, parse_licence_type, LicenceTypeError),
        _policies(policies),
        _pattern(),
        *_small_texts(),
    ]


def _file(name: str, seeds: list[bytes], parse: Any, named: type[Exception]) -> Target:
    def read(data: bytes) -> Any:
        return parse(strict_json_loads(data, max_bytes=2**20))

    return Target(
        name=name,
        seeds=seeds,
        read=read,
        named=(CanonicalError, named),
        entitled=lambda data, meaning: read(data) == meaning,
        mutators=[*json_mutators() * 12, *bytes_mutators(seeds)],
        weight=6,
    )


def _policies(seeds: list[bytes]) -> Target:
    def parse(data: Any) -> Any:
        if not isinstance(data, dict):  # TOML has no other top
            raise PolicyError("policy.format", "no table")
        return [read_policies(data, region=region) for region in ("330000", "510000")]

    return _file("policies", seeds, parse, PolicyError)


def _pattern() -> Target:
    """A pattern that is taken must be quick on every text that it may meet."""

    def read(pattern: str) -> tuple[bool, ...]:
        compiled = compile_pattern(pattern)
        started = time.process_time()
        answers = tuple(compiled.fullmatch(text) is not None for text in _TEXTS)
        if time.process_time() - started > 0.5:
            raise TimeoutError(pattern)
        return answers

    def grow(rng: Random, pattern: str) -> Mutant:
        piece = rng.choice(
            (
                "a?",
                "a*",
                "a+",
                "(a|a)",
                "a{0,99}",
                "[a-z]{1,20}",
                "(?:a|b)",
                "(a*)*",
                ".",
                "\\w",
                "a{2}",
                "(?=a)",
                "\\1",
            )
        )
        at = rng.randrange(len(pattern) + 1)
        return Mutant(pattern[:at] + piece * rng.choice((1, 2, 3, 8, 20)) + pattern[at:])

    return Target(
        name="pattern",
        seeds=_PATTERNS,
        read=read,
        named=(PolicyError,),
        entitled=lambda pattern, answers: read(pattern) == answers,
        mutators=[*text_mutators(_PATTERNS), grow, grow, grow, grow],
        weight=4,
    )


def _small_texts() -> list[Target]:
    identifiers = ["1.2.156.3005.2.11100000000013338W009.11330105002500287C.2025052201.002.0"]
    bundles = [build_entry_bundle([b"{}", b"a" * 300])]
    moments = ["2026-03-01T08:30:00+08:00", "2026-03-01T08:30:00Z"]
    scanned = ["HZP1:330000:ABCDEFGHIJKLMNOPQRSTUVWXYZ"]
    return [
        _text("identifier", identifiers, parse_identifier, IdentifierError, lambda text, found: str(found) == text),
        _text("uscc", ["12510100MB9900064A"], check_uscc, IdentityCodeError),
        _text("node-url", ["https://zj.example.cn", "http://127.0.0.1:8033"], check_node_url, TrustListError),
        _text("moment", moments, read_moment, ValueError, lambda _text, at: at is None or at.tzinfo is not None),
        _text("claimed-region", scanned, lambda text: (claimed_region_or_code(text), claimed_kid(text)), ValueError),
        Target(
            name="entry-bundle",
            seeds=bundles,
            read=lambda data: parse_entry_bundle(data, width=2),
            named=(LogError,),
            entitled=lambda data, entries: build_entry_bundle(entries) == data,
            mutators=bytes_mutators(bundles),
            weight=3,
        ),
    ]


def _text(
    name: str, seeds: list[str], read: Any, named: type[Exception], entitled: Any = lambda _text, _meaning: True
) -> Target:
    return Target(
        name=name, seeds=seeds, read=read, named=(named,), entitled=entitled, mutators=text_mutators(seeds), weight=3
    )
