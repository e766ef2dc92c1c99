"""Who takes part in the journey: the clients, made from the demo's data files."""

import base64
import tomllib
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from demo.clients import PersonClient, SystemClient
from demo.node import DemoNode
from demo.portraits import portrait_of

FOLDER = Path(__file__).resolve().parent
PASSWORD = "huzheng-demo-2026"  # noqa: S105  # of demo accounts only, which exist in no other database


def read_toml(name: str) -> dict[str, Any]:
    """This will read one of the demo's data files."""
    return tomllib.loads((FOLDER / name).read_text("utf-8"))


def read_licence_types() -> tuple[list[dict[str, Any]], dict[str, str]]:
    """This will read every licence type of the demo, and the templates by file name."""
    folder = FOLDER / "licence_types"
    types = [tomllib.loads(path.read_text("utf-8")) for path in sorted(folder.glob("*.toml"))]
    return types, {path.name: path.read_text("utf-8") for path in sorted(folder.glob("*.typ"))}


@dataclass(frozen=True, kw_only=True)
class Cast:
    """The demo's data, and ways to act as someone in it."""

    people: dict[str, Any]
    policies: dict[str, Any]
    system_keys: dict[str, dict[str, str]]
    systems: dict[tuple[str, str], SystemClient] = field(default_factory=dict)  # so that each keeps its token

    def person(self, node: DemoNode, login: str) -> PersonClient:
        """This will sign someone in at a node."""
        return PersonClient(base_url=node.url, username=login, password=PASSWORD)

    def system(self, node: DemoNode, agency_id: str) -> SystemClient:
        """This will give an agency's system, with an officer of that agency as operator."""
        known = self.systems.get((node.url, agency_id))
        if known is not None:
            return known
        officer = next(item for item in self.people["officers"] if item["agency"] == agency_id)
        operator = {"name": officer["name"], "post": officer["post"], "unit": officer["unit"]}
        self.systems[node.url, agency_id] = SystemClient(
            base_url=node.url,
            client_id=client_id(agency_id),
            private_jwk=self.system_keys[agency_id],
            operator=operator,
        )
        return self.systems[node.url, agency_id]

    def licence(self, licence_id: str) -> dict[str, Any]:
        """This will give a sample licence's data."""
        found: dict[str, Any] = next(item for item in self.people["licences"] if item["id"] == licence_id)
        return found

    def issue_body(self, licence_id: str) -> dict[str, Any]:
        """This will give the body by which an agency asks to have a sample licence issued."""
        licence = self.licence(licence_id)
        photo = portrait_of(licence.get("portrait", ()))
        return {
            "type_code": licence["type"],
            "values": licence["values"],
            "valid_from": licence["valid_from"],
            "valid_until": licence.get("valid_until"),
            **({} if photo is None else {"photo": base64.b64encode(photo).decode("ascii")}),
        }

    def usage_fields(self, *, region: str, matter_code: str) -> dict[str, str]:
        """This will give what a region's usage list allows for a matter."""
        rules = self.policies["usage_rules"]
        found: dict[str, str] = next(
            rule["fields"] for rule in rules if rule["region"] == region and rule["matter_code"] == matter_code
        )
        return dict(found)


def client_id(agency_id: str) -> str:
    """This will give the id under which an agency's system is registered."""
    return f"{agency_id.replace('_', '-')}-system"
