// A chart as a file: the picture that the page shows now as SVG or PNG, or its data as CSV. Made in the page,
// without a server. alive.js loads it at the first wish and knows it as `neutralityKeep`.
(function () {
  "use strict";

  const SVG = "http://www.w3.org/2000/svg";
  // The colours and the type of paper, whatever the page's own: they are what the drawings hold (charts/theme.py).
  const { INK, MUTED, PAPER } = { INK: "#1B1F24", MUTED: "#565D66", PAPER: "#FFFFFF" };
  const FONT = "Helvetica Neue, Arial, Liberation Sans, sans-serif";
  const MARGIN = 16;
  // Pixels of a PNG for each of the picture.
  const SCALE = 2;
  // What a spreadsheet takes for the beginning of a formula: as press/downloads.
  const FORMULA = /^[=+\-@\t\r]/;

  function part(name, attributes, ...content) {
    const made = document.createElementNS(SVG, name);
    for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
    made.append(...content);
    return made;
  }

  const textOf = (figure, selector) => (figure.querySelector(selector)?.textContent ?? "").replace(/\s+/g, " ").trim();

  // -- pictures -------------------------------------------------------------------------------------------

  // Text in lines that fit.
  function lines(text, size, weight, room) {
    const pen = document.createElement("canvas").getContext("2d");
    pen.font = `${weight} ${size}px ${FONT}`;
    const found = [];
    for (const word of text.split(" ")) {
      const longer = found.length ? `${found[found.length - 1]} ${word}` : word;
      if (found.length && pen.measureText(longer).width <= room) found[found.length - 1] = longer;
      else found.push(word);
    }
    return found;
  }

  // The drawing without what belongs to the page.
  function bare(drawing) {
    const copy = drawing.cloneNode(true);
    for (const node of [copy, ...copy.querySelectorAll("*")]) {
      for (const { name } of [...node.attributes]) {
        if (/^(class|style|role|focusable|aria-.*)$/.test(name)) node.removeAttribute(name);
      }
    }
    return copy;
  }

  // The picture with its question, its unit and its source on a white ground.
  function picture(figure) {
    const drawing = [...figure.querySelectorAll(".nt-canvas svg")].find((svg) => svg.getClientRects().length);
    const [width, height] = ["width", "height"].map((name) => Number(drawing.getAttribute(name)));
    const whole = part("svg", { xmlns: SVG, "font-family": FONT });
    const texts = [];
    let top = MARGIN;
    function paragraph(text, size, weight, colour) {
      if (!text) return;
      for (const line of lines(text, size, weight, width)) {
        top += Math.round(size * 1.3);
        const look = { x: MARGIN, y: top - Math.round(size * 0.3), "font-size": size, "font-weight": weight, fill: colour };
        texts.push(part("text", look, line));
      }
      top += 4;
    }
    paragraph(textOf(figure, ".nt-question"), 16, "bold", INK);
    paragraph(textOf(figure, ".nt-subtitle"), 12, "normal", MUTED);
    const copy = bare(drawing);
    copy.setAttribute("x", MARGIN);
    copy.setAttribute("y", top + 6);
    top += height + 8;
    if (own(figure)) paragraph("Drawn from figures of the reader's own, not as published.", 12, "bold", INK);
    paragraph(textOf(figure, ".nt-source"), 12, "normal", MUTED);
    const size = [width + 2 * MARGIN, Math.ceil(top + MARGIN - 4)];
    whole.setAttribute("width", size[0]);
    whole.setAttribute("height", size[1]);
    whole.setAttribute("viewBox", `0 0 ${size.join(" ")}`);
    const title = document.createElementNS(SVG, "title");
    title.append(figure.querySelector(".nt-canvas").getAttribute("aria-label") ?? "");
    whole.append(title, part("rect", { width: size[0], height: size[1], fill: PAPER }), ...texts, copy);
    return { text: new XMLSerializer().serializeToString(whole), size };
  }

  async function raster({ text, size }) {
    const image = new Image();
    image.src = `data:image/svg+xml;charset=utf-8,${encodeURIComponent(text)}`;
    await image.decode();
    const canvas = document.createElement("canvas");
    [canvas.width, canvas.height] = size.map((one) => one * SCALE);
    canvas.getContext("2d").drawImage(image, 0, 0, canvas.width, canvas.height);
    return new Promise((resolve) => canvas.toBlob(resolve, "image/png"));
  }

  // -- data -----------------------------------------------------------------------------------------------

  // A cell as a file holds it: a number in full, and text that no spreadsheet takes for a formula.
  function written(cell) {
    const { value } = cell.dataset;
    const number = value !== undefined || cell.classList.contains("nt-n");
    const text = value ?? cell.textContent;
    const safe = !(number && cell.tagName === "TD") && FORMULA.test(text) ? `'${text}` : text;
    return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
  }

  function csv(figure) {
    const rows = [...figure.querySelectorAll(".nt-data tr")];
    return rows.map((row) => [...row.cells].map(written).join(",") + "\n").join("");
  }

  // -- files ----------------------------------------------------------------------------------------------

  const own = (figure) => figure.dataset.follows === "yours";

  function save(blob, name) {
    const link = document.createElement("a");
    link.href = URL.createObjectURL(blob);
    link.download = name;
    link.click();
    // Long enough for the browser to have taken it up.
    setTimeout(() => URL.revokeObjectURL(link.href), 10000);
  }

  // Save a chart as `SVG`, `PNG` or `CSV`.
  globalThis.neutralityKeep = async function (figure, kind, page) {
    const name = `${page}-${figure.dataset.chart}${own(figure) ? "-own" : ""}.${kind.toLowerCase()}`;
    if (kind === "CSV") return save(new Blob([csv(figure)], { type: "text/csv;charset=utf-8" }), name);
    const made = picture(figure);
    const blob = kind === "SVG" ? new Blob([made.text], { type: "image/svg+xml" }) : await raster(made);
    return save(blob, name);
  };
})();
