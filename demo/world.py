"""Set up the demo's world: two nodes with keys and data, a national anchor that is no node, and a signed trust list."""

import json
import shutil
import socket
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from types import MappingProxyType

from joserfc.jwk import ECKey

from demo.node import PROJECT, DemoNode
from demo.people import Cast, client_id, read_toml
from demo.timestamp_process import TimestampProcess

FOLDER = PROJECT / "var" / "demo"
TIMESTAMP_PORT = 8318
INTERNATIONAL, GUOMI = "international", "guomi"
# What `--profile` may say, and with which algorithms each province then works.
PROFILES: Mapping[str, Mapping[str, str]] = MappingProxyType(
    {
        INTERNATIONAL: {"zhejiang": INTERNATIONAL, "sichuan": INTERNATIONAL},
        GUOMI: {"zhejiang": GUOMI, "sichuan": GUOMI},
        "mixed": {"zhejiang": INTERNATIONAL, "sichuan": GUOMI},
    }
)


def taken_ports() -> tuple[int, ...]:
    """This will list those of the demo's ports on which something answers already."""
    ports = [TIMESTAMP_PORT, *(int(item["port"]) for item in read_toml("provinces.toml")["provinces"])]
    return tuple(port for port in ports if _answers(port))


def _answers(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


def build_world(
    folder: Path = FOLDER,
    *,
    ports: Mapping[str, int] | None = None,
    databases: Mapping[str, str] | None = None,
    profile: str = INTERNATIONAL,
    authority: TimestampProcess | None = None,
) -> tuple[list[DemoNode], Cast]:
    """This will make both nodes anew under `folder`, stopped, each trusting the anchor's list.

    By a province's name, `ports` and `databases` (URLs) replace the fixed port and the SQLite file of its node. `profile`
    is a name of PROFILES. A timestamp authority is started, and asked by both nodes: documents are then B-LTA; the caller stops it.
    """
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    if authority is not None:
        authority.start()
    people = read_toml("people.toml")
    provinces = read_toml("provinces.toml")["provinces"]
    nodes = [
        DemoNode(
            code=item["code"],
            name=item["name"],
            port=(ports or {}).get(item["name"], item["port"]),
            folder=folder / item["name"],
            database_url=(databases or {}).get(item["name"], ""),
            profile=PROFILES[profile][item["name"]],
            timestamps=authority.environment() if authority else {},
        )
        for item in provinces
    ]
    keys = {agency["id"]: ECKey.generate_key("P-256") for agency in people["agencies"]}
    public = {client_id(name): key.as_dict(private=False) for name, key in keys.items()}
    (folder / "system_keys.json").write_text(json.dumps(public), "ascii")
    with ThreadPoolExecutor() as pool:  # nodes share nothing, so they are made side by side
        list(pool.map(lambda node: _make(folder, node), nodes))
    _sign_trust_list(folder, nodes)
    private = {name: {k: str(v) for k, v in key.as_dict(private=True).items()} for name, key in keys.items()}
    return nodes, Cast(people=people, policies=read_toml("policies.toml"), system_keys=private)


def _make(folder: Path, node: DemoNode) -> None:
    node.manage("init_node")
    node.run_module("demo.seed", str(folder / "system_keys.json"))
    node.manage("describe_node", "-o", str(folder / f"{node.name}.json"))


def _sign_trust_list(folder: Path, nodes: list[DemoNode]) -> None:
    """This will act as the anchor: sign the nodes' descriptions offline, and hand list and fingerprint over separately."""
    entries = [str(folder / f"{node.name}.json") for node in nodes]
    listed, key = folder / "trust_list.json", folder / "anchor.pem"
    words = ["sign_trust_list", "--new-key", "--key", str(key), "--list-version", "1", "-o", str(listed), *entries]
    fingerprint = nodes[0].manage(*words).strip()
    (folder / "anchor_fingerprint").write_text(fingerprint + "\n", "ascii")
    for node in nodes:
        (node.folder / "anchor_fingerprint").write_text(fingerprint + "\n", "ascii")
        node.manage("load_trust_list", str(listed))
