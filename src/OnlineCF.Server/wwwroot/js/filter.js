import { genres } from "./api.js";
import { byId, el } from "./dom.js";

/** The genre and the years that the list is narrowed to. */
export class Filter {
  constructor(changed) {
    byId("filter").onsubmit = event => event.preventDefault();
    byId("filter").onchange = () => byId("filter").reportValidity() && changed();
    byId("filter").onreset = () => setTimeout(changed);
  }

  get isOn() {
    return Object.keys(this.query).length > 0;
  }

  /** As fields of a query. */
  get query() {
    const fields = { "filter.genres_any": byId("filter-genre").value, "filter.year_from": byId("filter-from").value, "filter.year_to": byId("filter-to").value };
    return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== ""));
  }

  /** Offers the genres that movies were seen to have. */
  offer() {
    const select = byId("filter-genre");
    if (select.options.length - 1 < genres.size) {
      const chosen = select.value;
      select.replaceChildren(el("option", { value: "" }, "Any genre"), ...[...genres].sort().map(genre => el("option", {}, genre)));
      select.value = chosen;
    }
  }

  clear() {
    byId("filter-genre").value = byId("filter-from").value = byId("filter-to").value = "";
  }
}
