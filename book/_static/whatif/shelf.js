// The figures of a chapter: those that move its answers most, or all of them by group, with a search.
(function (whatif) {
  "use strict";

  const { data, element, button, write } = whatif.page;
  const { tell } = whatif.voice;
  const { tried, refused, views } = whatif.state;
  const { control } = whatif;

  // So many controls are open; the others are a button away.
  const OPEN = 6;

  class Shelf {
    constructor(ids) {
      this.ids = ids;
      this.whole = false;
      this.drawn = "";
      this.node = element("div", "nt-controls");
      this.node.id = "try-figures";
      this.title = element("span");
      this.more = button("", () => this.turn(), "nt-try-more");
      this.more.setAttribute("aria-controls", this.node.id);
      this.more.hidden = ids.length <= OPEN;
      this.heading = element("p", "nt-try-heading", this.title, this.more);
      this.search = element("input", "nt-try-search");
      Object.assign(this.search, {
        type: "search",
        placeholder: "Find a figure",
        autocomplete: "off",
        spellcheck: false,
      });
      this.search.setAttribute("aria-label", "Find a figure");
      this.search.addEventListener("input", () => this.filter());
      this.label();
      this.place();
      views.push(() => this.place());
    }

    label() {
      this.more.setAttribute("aria-expanded", String(this.whole));
      write(this.more, this.whole ? "Show fewer" : `Show all ${this.ids.length}`);
      write(this.title, this.whole ? "Every figure that enters" : "What moves the answers most");
    }

    turn() {
      this.whole = !this.whole;
      this.label();
      this.search.value = "";
      if (this.whole) this.heading.after(this.search);
      else this.search.remove();
      this.place();
      this.filter();
    }

    // A figure that the reader changed stays in sight.
    few() {
      const changed = this.ids.filter((id) => id in tried.changes || id in refused);
      return [...new Set([...this.ids.slice(0, OPEN), ...changed])];
    }

    place() {
      const few = this.few();
      const wanted = this.whole ? "all" : few.join();
      if (wanted === this.drawn) return;
      this.drawn = wanted;
      const active = document.activeElement;
      this.node.replaceChildren(...(this.whole ? this.groups() : few.map((id) => control(id).node)));
      // Whoever moves a control that is moved keeps it.
      if (this.node.contains(active)) active.focus({ preventScroll: true });
    }

    groups() {
      return data.groups.map((group) => {
        const held = this.ids.filter((id) => data.controls[id].group === group);
        const title = element("p", "nt-controls-title", group);
        return element("div", "nt-controls-group", title, ...held.map((id) => control(id).node));
      });
    }

    filter() {
      const words = this.search.value.toLowerCase().split(/\s+/).filter(Boolean);
      const fits = (id) => words.every((word) => `${control(id).name} ${id}`.toLowerCase().includes(word));
      const shown = this.whole ? this.ids : this.few();
      for (const id of shown) control(id).node.hidden = !fits(id);
      for (const group of this.node.querySelectorAll(".nt-controls-group")) {
        group.hidden = !group.querySelector(".nt-control:not([hidden])");
      }
      tell(words.length ? `${shown.filter(fits).length} of ${this.ids.length} figures` : "");
    }
  }

  whatif.Shelf = Shelf;
})(globalThis.neutralityTry);
