import { remember } from "./api.js";
import { el } from "./dom.js";
import { titleOf } from "./movies.js";
import { poster } from "./poster.js";
import { Stars } from "./stars.js";

/**
 * Movies side by side, each a picture with stars to give. Movies that stay keep their element. `ratings` is as in
 * MovieList.
 */
export class TileRow {
  #list;
  #ratings;
  #tiles = new Map();

  constructor(list, ratings) {
    [this.#list, this.#ratings] = [list, ratings];
  }

  /** Shows entries { movie, detail } in their order. */
  show(entries) {
    const kept = new Set(entries.map(entry => entry.movie.movieId));
    for (const [id, tile] of this.#tiles) {
      if (!kept.has(id)) {
        tile.element.remove();
        this.#tiles.delete(id);
      }
    }

    entries.forEach(({ movie, detail }, place) => {
      remember(movie);
      const tile = this.#tiles.get(movie.movieId) ?? this.#create(movie);
      tile.detail.textContent = detail ?? "";
      if (this.#list.children[place] !== tile.element) {
        this.#list.insertBefore(tile.element, this.#list.children[place] ?? null);
      }
    });
  }

  showRatings() {
    for (const [id, tile] of this.#tiles) {
      tile.stars.value = this.#ratings.valueOf(id);
    }
  }

  #create(movie) {
    const title = titleOf(movie);
    const stars = new Stars(title, this.#ratings.valueOf(movie.movieId), value => this.#ratings.rate(movie, value));
    const detail = el("p", { class: "note" });
    const element = el("li", { class: "tile", "data-movie": movie.movieId },
      poster(movie),
      el("button", { class: "cover", "aria-label": `Movies similar to ${title}`, title, onclick: () => this.#ratings.showSimilar(movie) }),
      el("button", { class: "away", "aria-label": `Not interested in ${title}`, title: "Not interested", onclick: () => this.#ratings.dismiss(movie) }, "✕"),
      el("p", { class: "name", title }, title), el("p", { class: "note" }, movie.year ? String(movie.year) : "\u00a0"),
      detail, stars.element);
    const tile = { element, stars, detail };
    this.#tiles.set(movie.movieId, tile);
    return tile;
  }
}
