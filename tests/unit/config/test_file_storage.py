"""Where files are kept: what `HUZHENG_FILES` may say, and what it must not."""

from pathlib import Path

import pytest
from django.core.exceptions import ImproperlyConfigured

from config.file_storage import file_storage


def test_nothing_named_is_a_folder() -> None:
    assert file_storage("", folder=Path("kept"))["OPTIONS"] == {"location": "kept"}


def test_an_s3_store_by_its_parts() -> None:
    made = file_storage("s3://licences/zj/330000?endpoint=https://s3.example.cn:9000&region=cn-1", folder=Path("kept"))
    options = made["OPTIONS"]
    assert made["BACKEND"] == "storages.backends.s3.S3Storage"
    assert (options["bucket_name"], options["location"]) == ("licences", "zj/330000")
    assert (options["endpoint_url"], options["region_name"]) == ("https://s3.example.cn:9000", "cn-1")
    assert options["file_overwrite"] is False


@pytest.mark.parametrize(
    "text",
    [
        "https://licences/zj",
        "s3:///zj",
        "s3://Licences",
        "s3://key:secret@licences",
        "s3://licences/../other",
        "s3://licences/a b",
        "s3://licences?key=secret",
        "s3://licences?endpoint=http://s3.example.cn",
        "s3://licences?endpoint=ftp://127.0.0.1",
        "s3://licences?endpoint=",
    ],
)
def test_anything_else_is_refused_without_its_text(text: str) -> None:
    with pytest.raises(ImproperlyConfigured) as refused:
        file_storage(text, folder=Path("kept"))
    assert text not in str(refused.value)
    assert "HUZHENG_FILES must" in str(refused.value)


def test_plain_http_serves_loopback_only() -> None:
    assert file_storage("s3://licences?endpoint=http://127.0.0.1:9000", folder=Path("kept"))["OPTIONS"]["endpoint_url"]
