"""Runs inside a node, as often as there are cores: typst alone sets pages and pyHanko alone signs them, nothing around it."""

import json
import sys
import time

import benchmarks.django_node  # noqa: F401  # Django must be set up before its models are imported

# isort: split
from django.utils import timezone

from benchmarks.documents_alone import PyhankoAlone, TypstAlone
from benchmarks.issue_licences import issue
from benchmarks.sample_licences import issuing_officer, licence_request
from benchmarks.stopwatch import Stopwatch
from certificates.models import Document
from certificates.services.render_document import render_document

WARM = 3


def main() -> None:
    """This will print how many documents were made and the seconds, of the clock and of CPU, that both libraries took for them."""
    number, rounds = int(sys.argv[1]), int(sys.argv[2])
    issued = issue(issuing_officer(), licence_request(number))
    typst_alone, pyhanko_alone = TypstAlone(Stopwatch()), PyhankoAlone()
    seconds = cpu = 0.0
    with typst_alone.listening():
        render_document(document_id=Document.objects.get(certificate=issued, kind="pdf").pk, at=timezone.now())
        for turn in range(WARM + rounds):
            page, typst_seconds = typst_alone.set_another_page()
            typst_cpu, start = typst_alone.last_cpu, time.process_time()
            spent = typst_seconds + pyhanko_alone.sign(page)
            if turn >= WARM:
                seconds += spent
                cpu += typst_cpu + time.process_time() - start
    print(json.dumps({"documents": rounds, "seconds": seconds, "cpu": cpu}))


if __name__ == "__main__":
    main()
