// Tables of records: a search box above each, columns that sort, rows that open and close.
// Without this script every row stands open. It runs in the head, so that rows are closed before the first
// paint, and sets to work once the page is read.
(function () {
  "use strict";

  document.documentElement.classList.add("nt-live-records");

  let made = 0;

  function element(name, properties) {
    return Object.assign(document.createElement(name), properties);
  }

  // Lower case without accents, so that a reader finds what their keyboard cannot type.
  function folded(text) {
    return text.toLowerCase().normalize("NFKD").replace(/\p{M}/gu, "");
  }

  // A browser that looks for fields to fill in lays out all that stands before a field, however far from the screen.
  function whenNear(node, come) {
    const observer = new IntersectionObserver((entries) => {
      if (!entries.some((entry) => entry.isIntersecting)) return;
      observer.disconnect();
      come();
    }, { rootMargin: "100% 0px" });
    observer.observe(node);
  }

  // -- a record ---------------------------------------------------------------------------------------

  class Row {
    constructor(body, place) {
      this.body = body;
      this.place = place;
      this.line = body.rows[0];
      this.details = body.rows[1];
      this.details.id = body.id + "-details";
      const name = this.line.cells[0];
      this.button = element("button", { type: "button", className: "nt-toggle" });
      this.button.append(...name.childNodes);
      this.button.setAttribute("aria-controls", this.details.id);
      name.append(this.button);
      this.show(false);
    }

    get open() {
      return !this.details.hidden;
    }

    show(open) {
      this.details.hidden = !open;
      this.body.classList.toggle("nt-open", open);
      this.button.setAttribute("aria-expanded", String(open));
    }

    get text() {
      this.words = this.words ?? folded(this.body.textContent);
      return this.words;
    }

    key(column) {
      const cell = this.line.cells[column];
      return cell.dataset.rank === undefined ? cell.textContent.trim() : Number(cell.dataset.rank);
    }
  }

  // -- a table ----------------------------------------------------------------------------------------

  class Records {
    constructor(holder) {
      this.noun = holder.dataset.noun;
      this.table = holder.querySelector("table");
      this.rows = Array.from(this.table.tBodies, (body, place) => new Row(body, place));
      this.byId = new Map(this.rows.map((row) => [row.body.id, row]));
      this.headings = Array.from(this.table.tHead.rows[0].cells);
      this.headings.forEach((heading, column) => this.sortable(heading, column));
      holder.prepend(this.finder());
      this.table.addEventListener("click", (event) => this.clicked(event));
    }

    finder() {
      const id = "nt-find-" + ++made;
      const label = element("label", { htmlFor: id, textContent: "Search the " + this.noun });
      this.box = element("input", { id, type: "text", autocomplete: "off", spellcheck: false });
      this.box.setAttribute("role", "searchbox");
      this.box.addEventListener("input", () => this.filter());
      this.box.addEventListener("keydown", (event) => {
        if (event.key === "Escape" && this.box.value) {
          event.preventDefault();
          this.box.value = "";
          this.filter();
        }
      });
      this.count = element("p", { className: "nt-count" });
      this.count.setAttribute("aria-live", "polite");
      this.every = element("button", { type: "button", className: "nt-every" });
      this.every.addEventListener("click", () => this.toggleAll());
      const part = element("div", { className: "nt-find" });
      part.append(label, this.count, this.every);
      whenNear(part, () => label.after(this.box));
      this.told();
      return part;
    }

    shown() {
      return this.rows.filter((row) => !row.body.hidden);
    }

    told() {
      const shown = this.shown();
      const all = this.rows.length;
      const words = shown.length === all ? `${all} ${this.noun}` : `${shown.length} of ${all} ${this.noun} shown`;
      if (this.count.textContent !== words) this.count.textContent = words;
      this.closing = shown.length > 0 && shown.every((row) => row.open);
      this.every.textContent = this.closing ? "Close all" : "Open all";
      this.every.hidden = shown.length === 0;
    }

    filter() {
      const words = folded(this.box.value).split(/\s+/).filter(Boolean);
      for (const row of this.rows) row.body.hidden = !words.every((word) => row.text.includes(word));
      this.told();
    }

    toggleAll() {
      const open = !this.closing;
      for (const row of this.shown()) row.show(open);
      this.told();
    }

    sortable(heading, column) {
      const button = element("button", { type: "button", className: "nt-sort" });
      button.append(...heading.childNodes);
      heading.append(button);
      button.addEventListener("click", () => {
        const up = heading.getAttribute("aria-sort") !== "ascending";
        for (const other of this.headings) other.removeAttribute("aria-sort");
        heading.setAttribute("aria-sort", up ? "ascending" : "descending");
        this.sort(column, up ? 1 : -1);
      });
    }

    sort(column, sign) {
      const compare = new Intl.Collator("en", { numeric: true, sensitivity: "base" }).compare;
      const keys = new Map(this.rows.map((row) => [row, row.key(column)]));
      this.rows.sort((a, b) => {
        const one = keys.get(a);
        const other = keys.get(b);
        const order = typeof one === "number" ? one - other : compare(one, other);
        return sign * order || a.place - b.place;
      });
      this.table.append(...this.rows.map((row) => row.body));
    }

    clicked(event) {
      const body = event.target.closest("tbody");
      const row = body && this.byId.get(body.id);
      // A click anywhere on the line opens it, but not one that ends a selection or goes elsewhere.
      if (!row || !row.line.contains(event.target) || event.target.closest("a")) return;
      if (!event.target.closest("button") && String(getSelection())) return;
      row.show(!row.open);
      this.told();
    }

    reveal(id) {
      const row = this.byId.get(id);
      if (!row) return false;
      if (row.body.hidden) {
        this.box.value = "";
        this.filter();
      }
      row.show(true);
      this.told();
      row.body.scrollIntoView({ block: "start" });
      row.button.focus({ preventScroll: true, focusVisible: false });
      return true;
    }
  }

  // -- the page ---------------------------------------------------------------------------------------

  document.addEventListener("DOMContentLoaded", () => {
    const tables = Array.from(document.querySelectorAll(".nt-records"), (holder) => new Records(holder));
    if (!tables.length) return;

    function reveal() {
      let id;
      try {
        id = decodeURIComponent(location.hash.slice(1));
      } catch (malformed) {
        return;
      }
      if (id) tables.some((table) => table.reveal(id));
    }

    reveal();
    // The page may still grow above the row as the rest of it arrives.
    addEventListener("load", reveal, { once: true });
    addEventListener("hashchange", reveal);
    document.addEventListener("click", (event) => {
      const link = event.target.closest("a[href]");
      // The same address again changes no hash, yet the reader wants to see the row.
      if (link && link.href === location.href && link.hash) setTimeout(reveal);
    });
  });
})();
