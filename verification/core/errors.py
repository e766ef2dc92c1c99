"""The errors of verification: each carries a stable dotted code and a sentence without the offending value."""


class VerificationError(Exception):
    """This will tell by `code` (for machines) and its sentence (for people) why a statement was not accepted."""

    def __init__(self, code: str, message: str) -> None:
        """This will keep the dotted `code`; `message` is one sentence without any value of the input."""
        super().__init__(message)
        self.code = code


class TrustListError(VerificationError):
    """This will report a trust list, or a statement resting on it, that cannot be relied on (`trust_list.*`)."""


class MessageError(VerificationError):
    """This will report a signed HTTP message that is refused (`message.*`)."""


class LogError(VerificationError):
    """This will report a tree, proof, checkpoint, tile or entry of the log that does not hold (`log.*`)."""


class ReceiptError(VerificationError):
    """This will report a receipt that does not prove what it says (`receipt.*`)."""


class PolicyError(VerificationError):
    """This will report a usage list, recognition rule, matter or purpose that is refused."""


class IssuerError(VerificationError):
    """This will report an agency, its key or its X.509 certificate that may not vouch (`issuer.*`, `agency_keys.*`)."""


class ReleaseError(VerificationError):
    """This will report a release statement that does not release this credential to us, now (`release.*`)."""
