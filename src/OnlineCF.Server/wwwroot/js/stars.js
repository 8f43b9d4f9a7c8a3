import { el } from "./dom.js";

const settleMilliseconds = 600;

/**
 * A rating in half stars, 0 where there is none: a slider to screen readers. A click commits at once, keys when they
 * rest or on Enter. What is clicked a second time is taken back. `commit(value)` is called with the value that was chosen.
 */
export class Stars {
  #committed;
  #chosen;
  #commit;
  #settling;

  constructor(title, value, commit) {
    this.#commit = commit;
    this.figure = el("span", { class: "figure" });
    this.slider = el("span", {
      class: "stars", role: "slider", tabindex: 0, "aria-label": `Your rating of ${title}`, "aria-valuemin": 0, "aria-valuemax": 5,
      title: "Click again to take it back",
      onclick: event => this.#click(event),
      onpointermove: event => event.pointerType === "mouse" && this.#show(this.#at(event)),
      onpointerleave: () => this.#show(this.#chosen),
      onkeydown: event => this.#key(event),
      onblur: () => this.#settling && this.#settle(this.#chosen),
    });
    this.element = el("span", { class: "rating" }, this.slider, this.figure);
    this.value = value;
  }

  /** Sets what is rated already; a choice that is not committed yet stays. */
  set value(value) {
    this.#committed = value;
    if (!this.#settling) {
      this.#chosen = value;
      this.#show(value);
    }
  }

  #at(event) {
    const { left, width } = this.slider.getBoundingClientRect();
    return Math.min(5, Math.max(0.5, Math.ceil((event.clientX - left) / width * 10) / 2));
  }

  #click(event) {
    const value = this.#at(event);
    // A double click means the stars once.
    if (event.detail < 2) {
      this.#settle(value === this.#committed ? 0 : value);
    }
  }

  #key(event) {
    const next = {
      ArrowRight: this.#chosen + 0.5, ArrowUp: this.#chosen + 0.5, ArrowLeft: this.#chosen - 0.5, ArrowDown: this.#chosen - 0.5,
      PageUp: this.#chosen + 1, PageDown: this.#chosen - 1, Home: 0.5, End: 5, Delete: 0, Backspace: 0,
    }[event.key] ?? (/^[0-5]$/.test(event.key) ? Number(event.key) : undefined);
    if (event.ctrlKey || event.altKey || event.metaKey) {
      return;
    }

    if (event.key === "Enter" || event.key === " ") {
      event.preventDefault();
      this.#settle(this.#chosen);
    } else if (next !== undefined) {
      event.preventDefault();
      this.#chosen = Math.min(5, Math.max(0, next));
      this.#show(this.#chosen);
      clearTimeout(this.#settling);
      this.#settling = setTimeout(() => this.#settle(this.#chosen), settleMilliseconds);
    }
  }

  #settle(value) {
    clearTimeout(this.#settling);
    this.#settling = undefined;
    this.#chosen = value;
    this.#show(value);
    if (value !== this.#committed) {
      this.#committed = value;
      this.#commit(value);
    }
  }

  #show(value) {
    this.slider.style.setProperty("--value", value);
    this.slider.setAttribute("aria-valuenow", value);
    this.slider.setAttribute("aria-valuetext", value === 0 ? "not rated" : `${value} of 5 stars`);
    this.figure.textContent = value === 0 ? "" : value;
  }
}
