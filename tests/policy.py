"""What every page of a site owes its Content-Security-Policy; read, not run."""

from __future__ import annotations

import base64
import hashlib
from pathlib import Path

from lxml import html

NAME = "content-security-policy"

#: Types of what a browser does not run.
DATA = {"application/json", "application/ld+json"}


def faults(page: Path) -> list[str]:
    """What a page does that its policy forbids, or that its policy should forbid."""
    root = html.document_fromstring(page.read_bytes())
    told = [node for node in root.iter("meta") if node.get("http-equiv", "").lower() == NAME]
    if len(told) != 1:
        return [f"{len(told)} policies"]
    found = []
    policy = told[0].get("content")
    directives = {
        name: words for name, *words in (part.split() for part in policy.split(";") if part.strip())
    }
    if told[0].getparent().tag != "head":
        found.append("the policy does not stand in the head")
    for node in told[0].xpath("preceding::script | preceding::link | preceding::style"):
        found.append(f"<{node.tag}> before the policy")
    if directives.get("default-src") != ["'self'"]:
        found.append(f"default-src {directives.get('default-src')}")
    if "unsafe-" in policy:
        found.append(policy)
    for node in root.iter("script", "style"):
        text = node.text or ""
        if node.get("src") is not None or node.get("type") in DATA:
            continue
        digest = base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()
        if f"'sha256-{digest}'" not in directives.get(f"{node.tag}-src", ()):
            found.append(f"a {node.tag} without its hash: {text[:60]!r}")
    for node in root.iter(html.etree.Element):
        for name, value in node.attrib.items():
            handler = name == "style" or name.startswith("on")
            if handler or value.strip().lower().startswith("javascript:"):
                found.append(f"<{node.tag} {name}={value[:60]!r}>")
    return found
