// What can be copied: the link, and the same figures for the command and for papermill.
(function (whatif) {
  "use strict";

  const { data, record, element, button } = whatif.page;
  const { tell } = whatif.voice;
  const { tried } = whatif.state;
  const { address } = whatif.link;

  // The edition's own new values count on.
  const values = () => ({ ...record.changes, ...tried.changes });
  const parameters = () => ({ ...data.asked, ...tried.choices });

  const shell = (text) => (/^[\w.,:=@%+/-]+$/.test(text) ? text : `'${String(text).replaceAll("'", "'\\''")}'`);

  // The command that builds the book with these figures.
  function command() {
    const words = ["neutrality", "build"];
    for (const [name, value] of Object.entries(parameters())) {
      if (name === "data" || name === "as_of") words.push(`--${name.replace("_", "-")}`, value);
      else words.push("-p", name, String(value));
    }
    if (tried.scenario !== "as_reported") words.push("--scenario", tried.scenario);
    for (const [id, value] of Object.entries(values())) words.push("--set", `${id}=${value}`);
    return words.map(shell).join(" ");
  }

  // YAML reads an exponent only with a point before it and a sign behind.
  function yaml(value) {
    if (typeof value !== "number") return JSON.stringify(value);
    const [digits, power] = String(value).split("e");
    if (power === undefined) return digits;
    const signed = /^[+-]/.test(power) ? power : `+${power}`;
    return `${digits.includes(".") ? digits : `${digits}.0`}e${signed}`;
  }

  // The parameters of any chapter's notebook: `papermill -f FILE`.
  function papermill() {
    const lines = Object.entries(parameters()).map(([name, value]) => `${name}: ${yaml(value)}`);
    if (tried.scenario !== "as_reported") lines.push(`scenario: ${yaml(tried.scenario)}`);
    const listed = Object.entries(values()).map(([id, value]) => `  ${yaml(id)}: ${yaml(value)}`);
    lines.push(listed.length ? "figures:" : "figures: {}", ...listed);
    return lines.join("\n") + "\n";
  }

  async function copy(text, what, node) {
    node.querySelector(".nt-try-copied")?.remove();
    try {
      await navigator.clipboard.writeText(text);
      tell(`${what} copied.`);
    } catch {
      // Where the clipboard is out of reach, the text is there to be copied by hand.
      const box = element("textarea", "nt-try-copied", text);
      box.readOnly = true;
      box.rows = Math.min(6, text.split("\n").length + 1);
      box.setAttribute("aria-label", what);
      node.append(box);
      box.focus();
      box.select();
      tell(`${what}: press Ctrl+C to copy it.`);
    }
  }

  const KINDS = {
    link: ["Copy link", address, "Link"],
    command: ["Copy the command", command, "Command"],
    papermill: ["Copy for papermill", papermill, "Parameters"],
  };

  // The buttons of these kinds.
  function copies(...kinds) {
    const node = element("div", "nt-try-actions");
    for (const kind of kinds) {
      const [label, text, what] = KINDS[kind];
      node.append(button(label, () => copy(text(), what, node)));
    }
    return node;
  }

  whatif.copy = { copies };
})(globalThis.neutralityTry);
