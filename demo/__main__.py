"""`make demo`: two provinces on this machine, the whole journey step by step, then their pages until Ctrl-C."""

import argparse
import signal
import sys
import time
from collections.abc import Callable
from types import FrameType

from demo import steps_copy, steps_doubt, steps_recognition, steps_trace
from demo.journey import Journey
from demo.node import DemoNode
from demo.people import PASSWORD, Cast
from demo.story import Story
from demo.timestamp_process import TimestampProcess
from demo.world import FOLDER, INTERNATIONAL, PROFILES, TIMESTAMP_PORT, build_world, taken_ports

STEPS: tuple[tuple[str, str, Callable[[Journey], str]], ...] = (
    ("trust", "两省信任同一份签名列表 · both trust the anchor's list", steps_recognition.trust),
    ("issue", "签发证照 · licences are issued", steps_recognition.issue),
    ("present", "亮证 · the holder shows one", steps_recognition.present),
    ("verify_home", "本省核验 · verified at home", steps_recognition.verify_home),
    ("recognise", "跨省互认 · each province recognises the other", steps_recognition.recognise),
    ("over_ask", "超范围索取 · asked for too much", steps_recognition.over_ask),
    ("replay", "重放 · the same code again", steps_recognition.replay),
    ("offline", "断网核验 · checked with no network", steps_doubt.offline),
    ("copies", "加注件 · copies for one purpose", steps_copy.copies),
    ("revoke", "撤销 · revoked, seen in both provinces", steps_doubt.revoke),
    ("peer_down", "对端不可达 · the other province is down", steps_doubt.peer_down),
    ("history", "谁看过我的证照 · who looked, proved", steps_trace.history),
    ("tamper", "篡改日志 · the log is tampered with", steps_trace.tamper),
    ("audit", "审计 · both logs are audited", steps_trace.audit),
)


def main() -> int:
    """This will run the journey; 0 only if every step held."""
    parser = argparse.ArgumentParser(prog="make demo", description=__doc__)
    parser.add_argument("--once", action="store_true", help="end after the journey")
    parser.add_argument(
        "--profile", choices=sorted(PROFILES), default=INTERNATIONAL, help="algorithms; mixed: Sichuan with SM2/SM3/SM4"
    )
    options = parser.parse_args()
    for number in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, _interrupt)
    try:
        return _run(once=options.once, profile=options.profile)
    except KeyboardInterrupt:
        print("\n结束 · stopped", flush=True)
        return 130


def _interrupt(number: int, frame: FrameType | None) -> None:
    """A closed terminal or a kill ends the demo as Ctrl-C does: both provinces are stopped."""
    raise KeyboardInterrupt


def _run(*, once: bool, profile: str) -> int:
    taken = taken_ports()
    if taken:
        ports = ", ".join(str(port) for port in taken)
        print(
            f"端口 {ports} 已被占用（也许另一个演示正在运行） · port {ports} is in use (perhaps by another demo)",
            flush=True,
        )
        return 1
    started = time.monotonic()
    print("互证 Huzheng: 准备浙江与四川两个节点 · setting up two provinces ...", flush=True)
    authority = TimestampProcess(folder=FOLDER / "timestamp_authority", port=TIMESTAMP_PORT)
    nodes: list[DemoNode] = []
    try:
        nodes, cast = build_world(profile=profile, authority=authority)
        story = Story(summary=FOLDER / "summary.json", colour=sys.stdout.isatty())
        for node in nodes:
            node.start()
        print(f"两省已就绪 · both are up after {time.monotonic() - started:.0f} s\n", flush=True)
        journey = Journey(zhejiang=nodes[0], sichuan=nodes[1], cast=cast, folder=FOLDER)
        for name, title, prove in STEPS:
            story.step(name, title, lambda prove=prove: prove(journey))  # type: ignore[misc]
        ok = story.finish()
        print(f"{'全部成立 · every step held' if ok else '有步骤未成立 · some steps did not hold'}: {story.summary}\n")
        if not once:
            _serve(nodes, cast)
    finally:
        for node in nodes:
            node.stop()
        authority.stop()
    return 0 if ok else 1


def _serve(nodes: list[DemoNode], cast: Cast) -> None:
    print(f"密码 password (demo accounts only): {PASSWORD}")
    for node in nodes:
        print(f"\n{node.name} {node.url}   管理 admin: {node.url}/admin/")
        agencies = {agency["id"]: agency for agency in cast.people["agencies"]}
        for officer in cast.people["officers"]:
            if agencies[officer["agency"]]["region"] == node.code:
                print(f"  {officer['login']:<18} {officer['role']:<18} {agencies[officer['agency']]['name_zh']}")
        for citizen in cast.people["citizens"]:
            if citizen["region"] == node.code:
                print(f"  {citizen['login']:<18} {'holder':<18} {citizen['name']}")
        print(f"  {'node.admin':<18} {'node_admin':<18}\n  {'auditor':<18} {'auditor':<18}")
    print("\nCtrl-C 结束 · Ctrl-C ends", flush=True)
    try:
        while True:
            time.sleep(1)
    except KeyboardInterrupt:
        print("\n结束 · stopping", flush=True)


if __name__ == "__main__":
    raise SystemExit(main())
