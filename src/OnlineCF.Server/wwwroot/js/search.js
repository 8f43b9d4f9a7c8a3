import { get } from "./api.js";
import { attempt, byId, many, number } from "./dom.js";
import { MovieList } from "./movies.js";

const pauseMilliseconds = 150;

/** Movies to rate, by title; without one, what is popular. */
export class Search {
  #list;
  #readRatings;
  #asking;
  #pause;

  /** `readRatings` reads the ratings of movies by their ids, where one that is found may be among those that were not asked for yet. */
  constructor(ratings, readRatings) {
    this.#list = new MovieList(byId("found"), ratings);
    this.#readRatings = readRatings;
    byId("query").oninput = () => {
      this.#wait();
      clearTimeout(this.#pause);
      this.#pause = setTimeout(() => this.ask(), pauseMilliseconds);
    };
  }

  ask() {
    return attempt(() => this.#ask());
  }

  stop() {
    clearTimeout(this.#pause);
    this.#asking?.abort();
  }

  showRatings() {
    this.#list.showRatings();
  }

  // Movies of the words before are not for clicking any more.
  #wait() {
    byId("found").inert = true;
    byId("found").setAttribute("aria-busy", "true");
    byId("search-note").textContent = "One moment…";
  }

  async #ask() {
    this.#asking?.abort();
    const { signal } = this.#asking = new AbortController();
    const query = byId("query").value.trim();
    this.#wait();
    try {
      const { movies } = query === ""
        ? await get("v1/movies:popular", { count: 5 }, signal)
        : await get("v1/movies:search", { query, count: 20 }, signal);
      await this.#readRatings(movies.map(found => (found.movie ?? found).movieId));
      if (!signal.aborted) {
        this.#show(query, movies);
      }
    } catch (error) {
      if (!signal.aborted) {
        byId("search-note").textContent = error.isUnavailable ? "The search goes on when the server is back." : "The search failed.";
        throw error;
      }
    }
  }

  #show(query, movies) {
    byId("search-note").textContent = query === "" ? (movies.length === 0 ? "No movies yet." : "Popular now.")
      : movies.length === 0 ? `No title contains “${query}”.` : many(movies.length, "movie");
    this.#list.show(movies.map(found => {
      const movie = found.movie ?? found;
      const detail = found.ratingCount === undefined ? "" : `${number(found.meanRating, 1)} stars on average, ${many(found.ratingCount, "rating")}`;
      return { movie, detail };
    }));
    byId("found").classList.toggle("few", query === "");
    byId("found").inert = false;
    byId("found").removeAttribute("aria-busy");
    this.showRatings();
  }
}
