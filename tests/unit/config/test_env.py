"""A variable that means nothing is refused by its name, with what is allowed, and never shown."""

import pytest
from django.core.exceptions import ImproperlyConfigured

from config.env import read_environment

NONSENSE = {
    "HUZHENG_REGION": ("99", "330100", ""),
    "HUZHENG_CRYPTO_PROFILE": ("american", "Guomi"),
    "HUZHENG_KEY_BACKEND": ("cloud",),
    "HUZHENG_SOFTWARE_SUITES": ("FOO", "SM2,FOO"),
    "HUZHENG_STATUS_TTL": ("abc", "-1", "0", "1e3", "9999999999"),
    "HUZHENG_PKCS11_TIMEOUT": ("abc", "-7", "0", "nan", "inf"),
    "HUZHENG_ISSUE_KEY_RATE": ("-5", "2.5"),
    "HUZHENG_PRESENTATION_SECONDS": ("0", "-60"),
    "HUZHENG_BEHIND_TLS_PROXY": ("maybe", "2"),
    "HUZHENG_TSA_URL": ("somewhere", "ftp://a", "http://", "https://me:secret@a", "http://a,http://b"),
}


@pytest.mark.parametrize(("name", "value"), [(name, value) for name, values in NONSENSE.items() for value in values])
def test_refuses_a_value_that_is_not_allowed_without_showing_it(
    monkeypatch: pytest.MonkeyPatch, name: str, value: str
) -> None:
    monkeypatch.setenv(name, value)

    with pytest.raises(ImproperlyConfigured, match=f"^{name} must be ") as refused:
        read_environment()

    assert refused.value.__cause__ is None
    if value.isalpha():
        assert value not in str(refused.value)


def test_takes_the_ends_of_what_is_allowed(monkeypatch: pytest.MonkeyPatch) -> None:
    allowed = {"ISSUE_KEY_RATE": "0", "STATUS_TTL": "1", "PUBLISH_SECONDS": "0.3", "SOFTWARE_SUITES": "SM2,ES256"}
    for name, value in {**allowed, "BEHIND_TLS_PROXY": "On", "CRYPTO_PROFILE": "guomi", "REGION": "510000"}.items():
        monkeypatch.setenv(f"HUZHENG_{name}", value)

    node = read_environment()

    assert (node.issue_key_rate, node.status_ttl, node.publish_seconds) == (0, 1, 0.3)
    assert (node.software_suites, node.behind_tls_proxy) == (("SM2", "ES256"), True)
    assert (node.profile, node.region) == ("guomi", "510000")


def test_refuses_a_timestamp_authority_that_nothing_vouches_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HUZHENG_TSA_URL", "http://127.0.0.1:8318/")
    for name in ("HUZHENG_TSA_CA", "HUZHENG_TSA_CRL_URL"):
        with pytest.raises(ImproperlyConfigured, match="HUZHENG_TSA_CA"):
            read_environment()
        monkeypatch.setenv(name, "http://127.0.0.1:8318/crl")
    tsa = read_environment().tsa
    assert tsa is not None
    assert (tsa.url, tsa.crl_urls) == ("http://127.0.0.1:8318/", ("http://127.0.0.1:8318/crl",))


def test_a_node_without_a_timestamp_authority_has_none() -> None:
    assert read_environment().tsa is None
