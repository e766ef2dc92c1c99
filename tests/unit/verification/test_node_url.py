"""A node has one spelling of its address: https, or http on loopback."""

import pytest

from verification.core.errors import TrustListError
from verification.core.node_url import check_node_url


@pytest.mark.parametrize(
    "url",
    [
        "https://zj.example",
        "https://zj.example:8443/node",
        "http://127.0.0.1:8000",
        "http://localhost:8000",
        "http://[::1]:8000",
        "https://zj.example/" + "a" * 181,
    ],
)
def test_a_node_lives_at_https_or_on_loopback(url: str) -> None:
    assert check_node_url(url) == url


@pytest.mark.parametrize(
    "url",
    [
        "http://zj.example",
        "http://10.0.0.1",
        "http://localhost.evil.example",
        "ftp://zj.example",
        "file:///etc/passwd",
        "https://",
        "https://user@zj.example",
        "https://zj.example/",
        "https://zj.example/a/../b",
        "https://zj.example/%2e%2e",
        "https://zj.example?x=1",
        "https://zj.example#x",
        "https://ZJ.example",
        "https://zj.example:99999",
        "https://zj.example:0",
        "https://浙江.example",
        "https://zj.example\\@evil.example",
        "ftp://localhost",
        "https://zj.example/a\\b",
        "https://zj.example/a b",
        "https://zj.example/\x7f",
        "https://zj.example/" + "a" * 182,
        "https://[::1",
    ],
)
def test_refuses_a_node_url_in_any_other_form(url: str) -> None:
    with pytest.raises(TrustListError) as caught:
        check_node_url(url)
    assert caught.value.code == "trust_list.url"
