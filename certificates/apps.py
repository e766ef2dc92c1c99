"""What: licence types, issue, credential, keys, status, documents, presentation."""

from django.apps import AppConfig


class CertificatesConfig(AppConfig):
    """The app of the issuing side."""

    name = "certificates"
    verbose_name = "Certificates 证照"
