import { get, movie, post, remove, watch } from "./api.js";
import { announce, attempt, byId, coalesced, many, number, report } from "./dom.js";
import { MovieList, SimilarMovies, readable, titleOf } from "./movies.js";

const listed = 20;
const ratingsShown = 30;
const searchPause = 150;

// A list that moves later did so for another reason.
const movedWithinMilliseconds = 5000;

/** One user: the list that moves, movies to rate, and what is rated already. */
export class UserView {
  #user;
  #ratings = new Map();
  #places = new Map();
  #asked;
  #shown = ratingsShown;
  #end = [];
  #recommendations = new MovieList(byId("recommendations"), this);
  #found = new MovieList(byId("found"), this);
  #rated = new MovieList(byId("ratings"), this);
  #similar = new SimilarMovies(this);
  #sending = Promise.resolve();
  #searching;
  #load = coalesced(() => this.#loadOnce(this.#user));

  constructor() {
    byId("user-form").onsubmit = event => {
      event.preventDefault();
      location.hash = `#/user/${byId("user-id").value}`;
    };
    byId("new-user").onclick = () => {
      location.hash = `#/user/${anyUser()}`;
    };
    let pause;
    byId("query").oninput = () => {
      clearTimeout(pause);
      pause = setTimeout(() => attempt(() => this.#search()), searchPause);
    };
    byId("more-ratings").onclick = () => {
      this.#shown += ratingsShown;
      attempt(() => this.#showRatings());
    };
  }

  show(user) {
    this.#user = user;
    this.#ratings = new Map();
    this.#places = new Map();
    this.#asked = undefined;
    this.#shown = ratingsShown;
    this.#showStars();
    byId("user-id").value = user;
    byId("recommendations-title").textContent = `For user ${user}`;
    byId("ratings-title").textContent = `Ratings of user ${user}`;
    this.#hideUndo();
    this.#recommendations.show([]);
    this.#rated.show([]);
    this.#end = [watch(`v1/users/${user}/recommendations:watch?count=${listed}&explain=true`, list => this.#receive(list, user))];
    attempt(() => this.#load());
    attempt(() => this.#search());
  }

  hide() {
    this.#end.forEach(end => end());
    this.#end = [];
    this.#searching?.abort();
  }

  showSimilar(movie) {
    return this.#similar.open(movie);
  }

  valueOf(movieId) {
    return this.#ratings.get(movieId)?.value ?? 0;
  }

  #receive({ movies, source, modelVersion }, user) {
    if (user !== this.#user) {
      return;
    }

    const first = this.#places.size === 0;
    const fresh = movies.filter(({ movie }) => !this.#places.has(movie.movieId));
    const moved = movies.some(({ movie }, place) => this.#places.get(movie.movieId) !== place);
    this.#recommendations.show(movies.map(({ movie, predictedRating, reasons }, place) => {
      const was = this.#places.get(movie.movieId);
      const [mark, tone] = first || was === place ? ["", ""] : was === undefined ? ["new", "up"]
        : was > place ? [`▲ ${was - place}`, "up"] : [`▼ ${place - was}`, "down"];
      return { movie, mark, tone, dismissable: true, detail: [expected(predictedRating), because(reasons)].filter(Boolean).join(" ") };
    }));
    this.#places = new Map(movies.map(({ movie }, place) => [movie.movieId, place]));

    const kind = movies.length === 0 ? "Nothing to recommend yet: no movie has been rated. onlinecf import or onlinecf generate brings ratings in, and so does every client of the API."
      : source === "PERSONALIZED" ? `Personal, by model ${modelVersion}.`
        : modelVersion === "0" ? "Popular movies: no model has been trained yet." : "Popular movies: rate one and the list becomes personal.";
    const waited = performance.now() - (this.#asked ?? -Infinity);
    const delay = waited < movedWithinMilliseconds ? ` Moved ${Math.round(waited)} ms after your rating.` : "";
    byId("recommendations-note").textContent = kind + delay;
    if (!first && moved) {
      announce(`The list has moved: ${many(fresh.length, "new movie")}, first is ${titleOf(movies[0].movie)}.`);
    }

    this.#asked = undefined;
    // Somebody else may have rated as this user.
    attempt(() => this.#load());
  }

  async rate(movie, value) {
    const user = this.#user;
    const before = this.#ratings.get(movie.movieId);
    this.#asked = performance.now();
    this.#apply(movie.movieId, value === 0 ? undefined : { movieId: movie.movieId, value, ratedAt: new Date().toISOString() });
    // One after the other, so that the last word stays the last.
    const sent = this.#sending = this.#sending.catch(() => {}).then(() => value === 0
      ? remove(`v1/users/${user}/ratings/${movie.movieId}`)
      : post("v1/ratings", { userId: user, movieId: movie.movieId, value }));
    try {
      await sent;
      announce(value === 0 ? `Your rating of ${titleOf(movie)} is removed.` : `${titleOf(movie)} rated ${value}.`);
    } catch (error) {
      this.#asked = undefined;
      report(error);
      if (user === this.#user) {
        this.#apply(movie.movieId, before);
      }
    }

    // What was read while the rating was on its way does not know it.
    attempt(() => this.#load());
  }

  /** Keeps a movie out of the list; the list comes again by itself. What was kept out last can be let in again. */
  async dismiss(movie) {
    const user = this.#user;
    await attempt(async () => {
      await post(`v1/users/${user}/dismissed/${movie.movieId}`);
      if (user === this.#user) {
        this.#offerUndo(user, movie);
      }
    });
  }

  #offerUndo(user, movie) {
    const text = `${titleOf(movie)} is kept out of the list.`;
    byId("dismissed-text").textContent = text;
    byId("dismissed").hidden = false;
    byId("undo-dismissal").onclick = () => attempt(async () => {
      await remove(`v1/users/${user}/dismissed/${movie.movieId}`);
      this.#hideUndo();
      byId("recommendations-title").focus();
      announce(`${titleOf(movie)} may be in the list again.`);
    });
    announce(text);
  }

  #hideUndo() {
    byId("dismissed").hidden = true;
  }

  #apply(movieId, rating) {
    if (rating) {
      this.#ratings.set(movieId, rating);
    } else {
      this.#ratings.delete(movieId);
    }

    this.#showStars();
  }

  /** Reads all ratings of the user. Another user's are asked for by who shows that one. */
  async #loadOnce(user) {
    const ratings = new Map();
    let token = "";
    do {
      const page = await get(`v1/users/${user}/ratings`, { page_size: 1000, page_token: token });
      page.ratings.forEach(rating => ratings.set(rating.movieId, rating));
      token = page.nextPageToken;
    } while (token && user === this.#user);
    if (user !== this.#user) {
      return;
    }

    this.#ratings = ratings;
    this.#showStars();
    await this.#showRatings();
  }

  #showStars() {
    for (const list of [this.#recommendations, this.#found, this.#rated, this.#similar]) {
      list.showRatings();
    }
  }

  async #showRatings() {
    const user = this.#user;
    const newest = [...this.#ratings.values()].sort((a, b) => Date.parse(b.ratedAt) - Date.parse(a.ratedAt));
    const movies = await Promise.all(newest.slice(0, this.#shown).map(rating => movie(rating.movieId)));
    if (user !== this.#user) {
      return;
    }

    this.#rated.show(movies.filter(movie => this.#ratings.has(movie.movieId))
      .map(movie => ({ movie, removable: true })));
    byId("ratings-note").textContent = newest.length === 0 ? "None yet." : `${many(newest.length, "rating")}, newest first.`;
    byId("more-ratings").hidden = newest.length <= this.#shown;
  }

  async #search() {
    this.#searching?.abort();
    const { signal } = this.#searching = new AbortController();
    const query = byId("query").value.trim();
    const { movies } = query === ""
      ? await get("v1/movies:popular", { count: 5 }, signal)
      : await get("v1/movies:search", { query, count: 20 }, signal);
    byId("search-note").textContent = query === "" ? (movies.length === 0 ? "No movies yet." : "Popular now.")
      : movies.length === 0 ? `No title contains “${query}”.` : many(movies.length, "movie");
    this.#found.show(movies.map(found => {
      const movie = found.movie ?? found;
      const detail = found.ratingCount === undefined ? "" : `${number(found.meanRating, 1)} stars on average, ${many(found.ratingCount, "rating")}`;
      return { movie, detail };
    }));
  }
}

/** An id that nobody is likely to have: ids in use are mostly small. */
export const anyUser = () => String(1_000_000_000 + Math.floor(Math.random() * 8_000_000_000));

const expected = rating => rating > 0 ? `You would give it ${number(rating, 1)}.` : "";

function because(reasons) {
  const titles = reasons.filter(reason => reason.weight > 0).slice(0, 2).map(reason => readable(reason.title ?? "") || `movie ${reason.movieId}`);
  return titles.length === 0 ? "" : `Because you rated ${titles.join(" and ")}.`;
}
