"""Steps: trust, issue, present, verify at home, recognise in another province, ask for too much, try a code twice."""

import json
from base64 import urlsafe_b64decode
from pathlib import Path

from demo.journey import (
    CONSTRUCTOR,
    DOCUMENT_SECONDS,
    FOOD,
    HOME,
    SICHUAN_CONSTRUCTOR,
    TENDER_SICHUAN,
    TENDER_ZHEJIANG,
    WALLET,
    Journey,
    checks_of,
    codes_of,
    outcome_of,
)
from demo.node import DemoNode, NodeFailedError
from demo.story import StepFailedError, eventually, require

SHOWN = {
    "certificate_number": "full",
    "holder_name": "full",
    "holder_code": "masked",
    "age_over_18": "fact",
    "employer": "full",
    "specialities": "full",
    "issuing_authority": "full",
    "valid_from": "full",
    "valid_until": "full",
}


def trust(journey: Journey) -> str:
    """Both nodes trust the anchor's list, and refuse one that was changed by a single character."""
    listed = journey.folder / "trust_list.json"
    forged = journey.folder / "trust_list_forged.json"
    document = json.loads(listed.read_text("ascii"))
    header, payload, signature = document["trust_list"].split(".")
    middle = len(payload) // 2
    other = "A" if payload[middle] != "A" else "B"
    document["trust_list"] = f"{header}.{payload[:middle]}{other}{payload[middle + 1 :]}.{signature}"
    forged.write_text(json.dumps(document), "ascii")
    for node in (journey.zhejiang, journey.sichuan):
        require(node.is_ready(), f"{node.name} is not ready")
        require(_refuses(journey, node.name, forged), f"{node.name} took a forged trust list")
    fingerprint = (journey.folder / "anchor_fingerprint").read_text("ascii").strip()
    suites = "，".join(f"{node.name} {_suite(journey, node)}" for node in (journey.zhejiang, journey.sichuan))
    return (
        f"两省节点各有数据库、密钥与日志，均信任国家锚 {fingerprint[:16]}…\n签名算法 {suites}\n"
        "a trust list changed in one character is refused by both"
    )


def _suite(journey: Journey, node: DemoNode) -> str:
    """With what a node signs, read from a statement that anyone may fetch."""
    header = journey.anonymous(node, "/recognition/v1/agency-keys").partition(b".")[0]
    return str(json.loads(urlsafe_b64decode(header + b"=" * (-len(header) % 4)))["alg"])


def _refuses(journey: Journey, name: str, forged: Path) -> bool:
    node = journey.zhejiang if name == journey.zhejiang.name else journey.sichuan
    try:
        node.manage("load_trust_list", str(forged))
    except NodeFailedError as refused:
        return "trust_list." in str(refused)
    return False


def issue(journey: Journey) -> str:
    """Licences of different shape in Zhejiang and Sichuan; the same request twice makes one licence."""
    zhejiang, sichuan, cast = journey.zhejiang, journey.sichuan, journey.cast
    clients = {
        CONSTRUCTOR: (zhejiang, cast.system(zhejiang, "zj_construction")),
        HOME: (zhejiang, cast.person(zhejiang, "hz.land.issue")),
        FOOD: (zhejiang, cast.person(zhejiang, "xihu.issue")),
        SICHUAN_CONSTRUCTOR: (sichuan, cast.person(sichuan, "sc.issue")),
    }
    lines = [journey.issue(node, name, client)["identifier"] for name, (node, client) in clients.items()]
    lines += [journey.ask_issue(name, cast.person(zhejiang, login))["identifier"] for name, login in WALLET.items()]
    zhang = cast.person(zhejiang, "zhang.yan")
    path = f"/api/v1/me/certificates/{journey.certificates[CONSTRUCTOR]}/document"
    eventually(lambda: zhang.get(path).status == 200, seconds=DOCUMENT_SECONDS, otherwise="the PDF was not ready")
    pdf = zhang.get(path).content
    require(pdf.startswith(b"%PDF"), "the document is no PDF")
    require(b"/DocTimeStamp" in pdf and b"/DSS" in pdf, "the document is not signed for the long term")
    (journey.folder / "zhang_constructor.pdf").write_bytes(pdf)
    return "\n".join(lines) + f"\n签名 PDF（PAdES B-LTA）{len(pdf) // 1024} KB；同一 Idempotency-Key 重复提交只签发一本"


def present(journey: Journey) -> str:
    """The holder chooses licence, fields and grains, and gets a code for one minute and one use."""
    zhang = journey.cast.person(journey.zhejiang, "zhang.yan")
    code = journey.present(zhang, CONSTRUCTOR, SHOWN)
    scheme, region, token = code.split(":")
    require((scheme, region) == ("HZP1", "330000") and len(token) >= 26, "the code has another form")
    return f"{scheme}:{region}:{token[:4]}… 单次有效；二维码中没有任何身份数据"


def verify_home(journey: Journey) -> str:
    """A counter in Zhejiang spends the code: VALID, the ID number only masked, a receipt."""
    zhang = journey.cast.person(journey.zhejiang, "zhang.yan")
    counter = journey.cast.person(journey.zhejiang, "hz.counter")
    code = journey.present(zhang, CONSTRUCTOR, SHOWN)
    answer = journey.verify(counter, code, TENDER_ZHEJIANG, SHOWN).expect(200)
    journey.looks.append(answer["lookup_id"])
    require(outcome_of(answer) == "VALID", f"not VALID: {checks_of(answer)} {codes_of(answer)}")
    shown = {item["name"]: item["value"] for item in answer["view"]["fields"]}
    own_id = journey.cast.licence(CONSTRUCTOR)["values"]["holder_code"]
    require(own_id not in json.dumps(answer), "the full ID number left the node")
    return f"VALID {checks_of(answer)}\n{shown['holder_name']} {shown['holder_code']} {shown['certificate_number']}"


def recognise(journey: Journey) -> str:
    """Each province scans the other's code: signed request, signed release, own verdict, receipts on both sides."""
    zhang = journey.cast.person(journey.zhejiang, "zhang.yan")
    counter = journey.cast.person(journey.sichuan, "cd.counter")
    journey.spent_code = journey.present(zhang, CONSTRUCTOR, SHOWN)
    answer = journey.verify(counter, journey.spent_code, TENDER_SICHUAN, SHOWN).expect(200)
    journey.looks.append(answer["lookup_id"])
    require(outcome_of(answer) == "VALID", f"not VALID: {checks_of(answer)} {codes_of(answer)}")
    shama = journey.cast.person(journey.sichuan, "shama.ayi")
    code = journey.present(shama, SICHUAN_CONSTRUCTOR, SHOWN)
    back = journey.verify(journey.cast.person(journey.zhejiang, "hz.counter"), code, TENDER_ZHEJIANG, SHOWN).expect(200)
    require(outcome_of(back) == "VALID", f"the other way not VALID: {checks_of(back)} {codes_of(back)}")
    return f"VALID {checks_of(answer)}\n两省按各自的互认规则互相认可对方签发的证照，每次核验两省各留一条记录"


def over_ask(journey: Journey) -> str:
    """Sichuan asks for the full ID number and the birth date; both are beyond the usage list, withheld and counted."""
    zhang = journey.cast.person(journey.zhejiang, "zhang.yan")
    counter = journey.cast.person(journey.sichuan, "cd.counter")
    everything = SHOWN | {"holder_code": "full", "birth_date": "full", "sex": "full"}
    code = journey.present(zhang, CONSTRUCTOR, {k: v for k, v in everything.items() if k != "age_over_18"})
    answer = journey.verify(counter, code, TENDER_SICHUAN, everything).expect(200)
    journey.looks.append(answer["lookup_id"])
    values = journey.cast.licence(CONSTRUCTOR)["values"]
    text = json.dumps(answer, ensure_ascii=False)
    require(
        values["holder_code"] not in text and values["birth_date"] not in text,
        "a field beyond the usage list was shown",
    )
    withheld = answer["view"]["withheld"]
    require({"birth_date", "sex"} <= set(withheld), f"not withheld: {withheld}")
    require(answer["view"]["withheld_count"] == len(withheld), "the count of withheld fields is wrong")
    return f"withheld {answer['view']['withheld_count']}: {', '.join(sorted(withheld))}"


def replay(journey: Journey) -> str:
    """The code Sichuan spent is tried again, there and at home: refused, and the refusals are recorded."""
    refused = []
    for node, login, look in (
        (journey.sichuan, "cd.counter", TENDER_SICHUAN),
        (journey.zhejiang, "hz.counter", TENDER_ZHEJIANG),
    ):
        counter = journey.cast.person(node, login)
        answer = journey.verify(counter, journey.spent_code, look, SHOWN).expect(200)
        if outcome_of(answer) != "INVALID" or "code.used" not in codes_of(answer):
            raise StepFailedError(f"{node.name}: {checks_of(answer)} {codes_of(answer)}")
        require(not answer["view"]["fields"], f"{node.name} showed a field to a used code")
        journey.looks.append(answer["lookup_id"])
        refused.append(node.name)
    return f"code.used in {' and '.join(refused)}; nothing was shown"
