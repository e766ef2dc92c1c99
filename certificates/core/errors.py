"""The named refusals of the certificates app: each carries a stable dotted code, never the offending value."""

ERASED_CODES = frozenset({"cipher.erased", "cipher.empty"})  # what CipherError says where a value was erased


class CertificatesError(Exception):
    """This will tell which rule refused an input: `code` is stable and machine-readable, the message is for people.

    The message must never hold the offending value: errors end up in logs and answers, licence fields must not.
    """

    def __init__(self, code: str, message: str = "") -> None:
        super().__init__(code, message)
        self.code = code
        self.message = message

    def __str__(self) -> str:
        return f"{self.code}: {self.message}" if self.message else self.code


class CanonicalError(CertificatesError):
    """This will name bytes or values that have no single agreed reading (`json.*`, `base64.*`)."""


class CredentialError(CertificatesError):
    """This will name why a credential or signed token is refused (`credential.*`, `jws.*`, `key.*`, `limit.*`)."""


class SealCodeError(CertificatesError):
    """This will name why a printed seal code is refused (`seal_code.*`, `limit.decompress`)."""


class X509Error(CertificatesError):
    """This will name why an X.509 certificate, request or revocation list is refused (`issuer.*`, `csr.*`, `crl.*`)."""


class StatusListError(CertificatesError):
    """This will name why a status list or its token is refused (`status_list.*`)."""


class LicenceTypeError(CertificatesError):
    """This will name what is wrong with a licence type's definition or with values given for it (`licence_type.*`)."""


class IdentifierError(CertificatesError):
    """This will name why a licence identifier is refused (`identifier.*`)."""


class IssueError(CertificatesError):
    """This will name why nothing was issued (`issue.*`)."""


class PresentationError(CertificatesError):
    """This will name why a presentation code is refused (`code.expired|used|unknown|foreign|malformed|audience`)."""


class DocumentError(CertificatesError):
    """This will name why a document is refused (`pdf.*`, `document.*`)."""


class DocumentWaitsError(DocumentError):
    """This will name what a document waits for (a store, a timestamp authority); nothing is wrong with it, and it is tried again."""


class TimestampError(CertificatesError):
    """This will name why no timestamp was got: the authority did not answer, or not as asked (`timestamp.*`)."""


class PictureError(CertificatesError):
    """This will name why a picture brought to be traced is refused (`image.*`)."""


class CopyError(CertificatesError):
    """This will name why a purpose copy 加注件 is not made, shown or handed out (`copy.*`)."""


class CipherError(CertificatesError):
    """This will name why stored ciphertext cannot be opened (`cipher.*`)."""


class KeyUnavailableError(CertificatesError):
    """This will name why a key cannot sign now (`key.backend_unavailable`, `key.rate`).

    Nothing is wrong with what was to be signed: the same intent is tried again later, under the same key.
    """
