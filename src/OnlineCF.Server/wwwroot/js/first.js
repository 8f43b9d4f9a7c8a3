import { get, remember } from "./api.js";
import { byId, el } from "./dom.js";
import { titleOf } from "./movies.js";
import { poster } from "./poster.js";
import { Stars } from "./stars.js";

const asked = 150;
const shownAtOnce = 18;
const tapped = 4;

/**
 * Well-known movies of many kinds, from movies with the best-known first: each next one is what is known best among
 * those whose genres have come least.
 */
export function varied(movies, count) {
  const left = movies.map((movie, place) => ({ movie, place }));
  const seen = new Map();
  const cost = ({ movie, place }) => place + movies.length * (movie.genres.length === 0 ? 1
    : movie.genres.reduce((sum, genre) => sum + (seen.get(genre) ?? 0), 0) / movie.genres.length) / 4;
  const chosen = [];
  while (chosen.length < count && left.length > 0) {
    const next = left.reduce((best, item, i) => cost(item) < cost(left[best]) ? i : best, 0);
    const [{ movie }] = left.splice(next, 1);
    movie.genres.forEach(genre => seen.set(genre, (seen.get(genre) ?? 0) + 1));
    chosen.push(movie);
  }

  return chosen;
}

/** What a visitor sees first: movies to tap, to say what is known and liked. */
export class FirstVisit {
  #ratings;
  #tiles = new Map();
  #movies = [];
  #shown = shownAtOnce;

  constructor(ratings) {
    this.#ratings = ratings;
    byId("more-first").onclick = () => {
      this.#shown += shownAtOnce;
      this.#show();
    };
    byId("end-first").onclick = () => {
      this.close();
      byId("shelves-title").focus();
    };
  }

  async open() {
    this.#shown = shownAtOnce;
    byId("first-note").textContent = "One moment…";
    byId("first-panel").hidden = false;
    byId("user-view").classList.add("first");
    const { movies } = await get("v1/movies:popular", { count: asked });
    this.#movies = varied(movies.map(({ movie }) => movie), asked);
    byId("first-note").textContent = this.#movies.length === 0 ? "No movie has been rated yet, so none is known to be well known."
      : `Tap what you know and like. A tap is ${tapped} stars, which you can change; a second one takes it back.`;
    this.#show();
  }

  close() {
    byId("first-panel").hidden = true;
    byId("user-view").classList.remove("first");
    byId("first").replaceChildren();
    this.#tiles.clear();
  }

  showRatings() {
    for (const [id, { cover, stars }] of this.#tiles) {
      const value = this.#ratings.valueOf(id);
      stars.value = value;
      cover.setAttribute("aria-pressed", value > 0);
    }
  }

  #show() {
    byId("more-first").hidden = this.#movies.length <= this.#shown;
    byId("first").append(...this.#movies.slice(this.#tiles.size, this.#shown).map(movie => this.#create(movie)));
    this.showRatings();
  }

  #create(movie) {
    remember(movie);
    const title = titleOf(movie);
    const stars = new Stars(title, 0, value => this.#ratings.rate(movie, value));
    const cover = el("button", {
      class: "cover", "aria-pressed": "false",
      onclick: () => this.#ratings.rate(movie, this.#ratings.valueOf(movie.movieId) > 0 ? 0 : tapped),
    }, el("span", { class: "name" }, title), " ", el("span", { class: "note" }, movie.year ? String(movie.year) : ""));
    this.#tiles.set(movie.movieId, { cover, stars });
    return el("li", { "data-movie": movie.movieId }, poster(movie), cover, stars.element);
  }
}
