"""The page for a wrong address.

A host answers with it at any depth, and a reader may open it from disk like any other page. So what it looks like
stands within it, allowed by its hash, and its links start at the root of the site; a script moves them to
where the site stands.
"""

from __future__ import annotations

import base64
import hashlib
import html
import json
import mimetypes
import re
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from neutrality.charts import theme

if TYPE_CHECKING:
    from sphinx.application import Sphinx

#: What a host answers with where there is no page.
MISSING = "404"

#: A link of the page that is no address of its own.
_RELATIVE = re.compile(r'\b(href|src|action)="(?![#/]|[a-z][a-z0-9+.-]*:)([^"]*)"', re.IGNORECASE)

#: Moves the links of the page. When nobody has said where the site stands, it looks for the folder that holds it,
#: from the top.
_MOVE = """\
(async () => {
  const [written, known] = %s;
  function move(root) {
    for (const name of ["href", "action"]) {
      for (const part of document.querySelectorAll(`[${name}]`)) {
        const link = part.getAttribute(name);
        if (link.startsWith(written)) part.setAttribute(name, root + link.slice(written.length));
      }
    }
  }
  if (location.protocol === "file:") return move("");
  const folders = known ? [] : location.pathname.split("/").slice(1, -1);
  for (let depth = 0; depth <= folders.length && !known; depth += 1) {
    const root = `/${folders.slice(0, depth).map((name) => `${name}/`).join("")}`;
    const answer = await fetch(`${root}_static/tokens.css`, { method: "HEAD" }).catch(() => ({ ok: false }));
    if (answer.ok) return move(root);
  }
})();
"""


def rooted(page: str, root: str) -> str:
    """A page whose own links start at the root of the site, so that they hold at any depth."""
    return _RELATIVE.sub(lambda found: f'{found[1]}="{html.escape(root)}{found[2]}"', page)


def allowing(policy: str, kind: str, text: str) -> str:
    """A content security policy that lets one inline script or style (its `kind`) in, by its hash."""
    digest = base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()
    allowed = f"'sha256-{digest}'"
    if f"{kind}-src " in policy:
        return policy.replace(f"{kind}-src ", f"{kind}-src {allowed} ")
    return f"{policy}; {kind}-src 'self' {allowed}"


def furnish(app: Sphinx, context: dict[str, Any]) -> None:
    """Put all that the page needs into it."""
    static = Path(app.srcdir) / "_static"
    context["pageurl"] = None
    context["neutrality_icon"] = ""
    for name, place in (("favicon_url", app.config.html_favicon), ("logo_url", app.config.html_logo)):
        context[name] = _data(Path(app.confdir) / str(place)) if place else ""
    inline = {
        "style": theme.stylesheet() + (static / "page.css").read_text("utf-8"),
        "theme": (static / "mode.js").read_text("utf-8"),
        "move": _MOVE % json.dumps([_root(app), bool(app.config.html_baseurl)]),
    }
    context["neutrality_inline"] = inline
    for name, text in inline.items():
        kind = "style" if name == "style" else "script"
        context["neutrality_policy"] = allowing(context["neutrality_policy"], kind, text)


def finish(app: Sphinx) -> None:
    """Have the links of the finished page start at the root of the site."""
    page = Path(app.outdir) / f"{MISSING}.html"
    if page.is_file():
        page.write_text(rooted(page.read_text("utf-8"), _root(app)), "utf-8")


def _root(app: Sphinx) -> str:
    return urlsplit(app.config.html_baseurl).path or "/"


def _data(picture: Path) -> str:
    kind, _ = mimetypes.guess_type(picture.name)
    return f"data:{kind};base64,{base64.b64encode(picture.read_bytes()).decode()}"
