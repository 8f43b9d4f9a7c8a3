import { connection, movie, post, remove, watch } from "./api.js";
import { announce, attempt, byId, coalesced, many, number, report } from "./dom.js";
import { FirstVisit } from "./first.js";
import { anyUser, isVisitor, nameOfUser, offerForgetting } from "./forget.js";
import { LiveList } from "./list.js";
import { MovieList, SimilarMovies, titleOf } from "./movies.js";
import { UserRatings } from "./ratings.js";
import { Search } from "./search.js";
import { Shelves } from "./shelves.js";
import { Taste } from "./taste.js";

/** One user: shelves, the list that moves, movies to rate, and what is rated already. */
export class UserView {
  #user;
  #ratings;
  #isOpen = false;
  #end = () => {};
  #rated = new MovieList(byId("ratings"), this);
  #search = new Search(this, movieIds => this.#ratings.of(movieIds));
  #similar = new SimilarMovies(this);
  #shelves = new Shelves(this);
  #first = new FirstVisit(this);
  #taste = new Taste();
  // Somebody else may have rated as this user too.
  #list = new LiveList(this, () => this.#follow(), () => this.#watch());
  #load = coalesced(() => this.#loadOnce(this.#ratings));

  constructor() {
    byId("user-form").onsubmit = event => {
      event.preventDefault();
      location.hash = `#/user/${byId("user-id").value}`;
    };
    byId("new-user").onclick = () => {
      location.hash = `#/user/${anyUser()}`;
    };
    byId("more-ratings").onclick = () => attempt(async () => {
      await this.#ratings.more();
      await this.#showRatings();
    });
    offerForgetting(() => this.#user, user => user === this.#user && this.show(user));
    connection.addEventListener("back", () => this.#isOpen && this.#askAgain());
  }

  show(user) {
    this.hide();
    this.#user = user;
    this.#ratings = new UserRatings(user);
    this.#isOpen = true;
    this.#showStars();
    byId("user-id").value = user;
    byId("user-note").textContent = isVisitor(user)
      ? "You are a visitor. Your ratings count: they are kept under this number, and models learn from them as from everybody's, until you have them forgotten." : "";
    byId("recommendations-title").textContent = `For ${nameOfUser(user)}`;
    byId("ratings-title").textContent = `Ratings of ${nameOfUser(user)}`;
    byId("ratings-note").textContent = "One moment…";
    this.#hideUndo();
    this.#first.close();
    this.#rated.show([]);
    this.#watch();
    this.#shelves.open(user);
    attempt(() => this.#open());
    this.#search.ask();
  }

  hide() {
    this.#isOpen = false;
    this.#end();
    this.#shelves.close();
    this.#search.stop();
  }

  showSimilar(movie) {
    return this.#similar.open(movie);
  }

  valueOf(movieId) {
    return this.#ratings?.valueOf(movieId) ?? 0;
  }

  async rate(movie, value) {
    const ratings = this.#ratings;
    this.#list.expectMove();
    try {
      if (await ratings.rate(movie.movieId, value, () => this.#rateChanged(ratings))) {
        announce(value === 0 ? `Your rating of ${titleOf(movie)} is removed.` : `${titleOf(movie)} rated ${value}.`);
      }
    } catch (error) {
      this.#list.expectNothing();
      report(error);
    }

    this.#follow();
  }

  /** Keeps a movie out of the list; the list comes again by itself. What was kept out last can be let in again. */
  async dismiss(movie) {
    const user = this.#user;
    this.#shelves.dismiss(movie.movieId);
    try {
      await post(`v1/users/${user}/dismissed/${movie.movieId}`);
      if (user === this.#user) {
        this.#offerUndo(user, movie);
      }
    } catch (error) {
      this.#shelves.undismiss(movie.movieId);
      report(error);
    }
  }

  #offerUndo(user, movie) {
    const text = `${titleOf(movie)} is kept out of the list.`;
    byId("dismissed-text").textContent = text;
    byId("dismissed").hidden = false;
    byId("undo-dismissal").onclick = () => attempt(async () => {
      await remove(`v1/users/${user}/dismissed/${movie.movieId}`);
      this.#shelves.undismiss(movie.movieId);
      this.#hideUndo();
      byId("recommendations-title").focus({ preventScroll: true });
      announce(`${titleOf(movie)} may be in the list again.`);
    });
    announce(text);
  }

  #hideUndo() {
    byId("dismissed").hidden = true;
  }

  #watch() {
    this.#end();
    const user = this.#user;
    this.#list.open();
    const end = watch(`v1/users/${user}/recommendations:watch?${this.#list.query}`, list => user === this.#user && this.#list.receive(list));
    this.#end = end;
  }

  async #open() {
    const ratings = this.#ratings;
    await this.#load();
    if (ratings === this.#ratings && ratings.newest.length === 0) {
      await this.#first.open();
    }
  }

  #askAgain() {
    this.#follow();
    this.#search.ask();
    if (!byId("first-panel").hidden) {
      attempt(() => this.#first.open());
    }
  }

  #follow() {
    attempt(() => this.#load());
    this.#shelves.refresh();
  }

  #rateChanged(ratings) {
    if (ratings === this.#ratings) {
      this.#showStars();
      attempt(() => this.#taste.show(ratings.newest));
    }
  }

  async #loadOnce(ratings) {
    await ratings.load();
    if (ratings === this.#ratings) {
      this.#showStars();
      await this.#showRatings();
    }
  }

  #showStars() {
    for (const list of [this.#list, this.#search, this.#rated, this.#similar, this.#shelves, this.#first]) {
      list.showRatings();
    }
  }

  async #showRatings() {
    const ratings = this.#ratings;
    const newest = ratings.newest;
    const movies = await Promise.all(newest.map(rating => movie(rating.movieId)));
    if (ratings !== this.#ratings) {
      return;
    }

    this.#rated.show(movies.filter(({ movieId }) => ratings.has(movieId)).map(movie => ({ movie, removable: true })));
    byId("ratings-note").textContent = newest.length === 0 ? "None yet."
      : ratings.hasMore ? `The newest ${number(newest.length)} of ${many(ratings.total, "rating")}.` : `${many(newest.length, "rating")}, newest first.`;
    byId("more-ratings").hidden = !ratings.hasMore;
    await this.#taste.show(newest);
  }
}
