import { get } from "./api.js";
import { attempt, byId, coalesced, el, number } from "./dom.js";
import { titleOf } from "./movies.js";
import { TileRow } from "./tiles.js";

const askedFor = { shelves: 7, movies_per_shelf: 15 };
const settleMilliseconds = 1200;
const touchedMilliseconds = 3000;

/** Shelves of movies by what they have in common. They are asked for again after changes, and never move under a hand. */
export class Shelves {
  #ratings;
  #user;
  #answer;
  #shelves = new Map();
  #dismissed = new Set();
  #settling;
  #ask = coalesced(() => this.#askOnce(this.#user));

  constructor(ratings) {
    this.#ratings = ratings;
  }

  open(user) {
    this.#user = user;
    this.#dismissed.clear();
    this.#answer = undefined;
    this.#arrange([]);
    byId("shelves").setAttribute("aria-busy", "true");
    byId("shelves-note").textContent = "One moment…";
    return attempt(() => this.#ask());
  }

  close() {
    clearTimeout(this.#settling);
  }

  /** Asks again, once a run of changes has come to rest. */
  refresh() {
    clearTimeout(this.#settling);
    this.#settling = setTimeout(() => attempt(() => this.#ask()), settleMilliseconds);
  }

  showRatings() {
    this.#shelves.forEach(shelf => shelf.row.showRatings());
  }

  dismiss(movieId) {
    this.#dismissed.add(movieId);
    this.#shelves.forEach(shelf => this.#fill(shelf));
  }

  undismiss(movieId) {
    this.#dismissed.delete(movieId);
    this.#shelves.forEach(shelf => this.#fill(shelf));
  }

  async #askOnce(user) {
    const answer = await get(`v1/users/${user}/shelves`, askedFor);
    if (user === this.#user) {
      this.#answer = answer;
      byId("shelves").removeAttribute("aria-busy");
      byId("shelves-note").textContent = answer.shelves.length === 0 ? "Nothing for a shelf yet: too little has been rated." : "";
      this.#arrange(answer.shelves);
    }
  }

  #arrange(shelves) {
    const list = byId("shelves");
    const named = new Map(shelves.map(shelf => [nameOf(shelf), shelf]));
    for (const [name, shelf] of this.#shelves) {
      shelf.next = named.get(name);
      if (!shelf.next && !this.#isHeld(shelf)) {
        shelf.element.remove();
        this.#shelves.delete(name);
      }
    }

    const held = [...list.children].map((element, place) => ({ element, place })).filter(({ element }) => this.#isHeld({ element }));
    const order = [...named].map(([name, next]) => this.#shelf(name, next).element).filter(element => !held.some(x => x.element === element));
    held.forEach(({ element, place }) => order.splice(place, 0, element));
    order.forEach((element, place) => list.children[place] !== element && list.insertBefore(element, list.children[place] ?? null));
    this.#shelves.forEach(shelf => this.#fill(shelf));
  }

  #shelf(name, next) {
    const known = this.#shelves.get(name);
    if (known) {
      known.next = next;
      return known;
    }

    const title = el("h3", { tabindex: -1 });
    const tiles = el("ul", { class: "tiles", "aria-label": titleOfShelf(next) });
    const shelf = { element: el("li", { class: "shelf", "data-kind": next.kind }, title, tiles), title, tiles, next, row: new TileRow(tiles, this.#ratings) };
    shelf.element.onpointerleave = shelf.element.onfocusout = () => this.#release();
    shelf.element.onpointerdown = () => this.#touch(shelf.element);
    tiles.onscroll = () => this.#touch(shelf.element);
    this.#shelves.set(name, shelf);
    return shelf;
  }

  // What a held shelf shows stays as it is, but for what was dismissed.
  #fill(shelf) {
    if (!this.#isHeld(shelf)) {
      shelf.shown = shelf.next;
    }

    const shown = shelf.shown ?? shelf.next;
    shelf.title.textContent = shelf.tiles.ariaLabel = titleOfShelf(shown);
    const focused = shelf.tiles.contains(document.activeElement);
    shelf.row.show(shown.movies.filter(({ movie }) => !this.#dismissed.has(movie.movieId)).map(({ movie, predictedRating }) =>
      ({ movie, detail: this.#answer?.source === "PERSONALIZED" && predictedRating > 0 ? `You: ${number(predictedRating, 1)} ★` : "" })));
    if (focused && !shelf.tiles.contains(document.activeElement)) {
      shelf.title.focus({ preventScroll: true });
    }
  }

  #touch(element) {
    element.touched = performance.now();
    setTimeout(() => this.#release(), touchedMilliseconds);
  }

  #isHeld({ element }) {
    return element.matches(":has(:focus-visible)") || matchMedia("(hover: hover)").matches && element.matches(":hover")
      || performance.now() - (element.touched ?? -Infinity) < touchedMilliseconds - 50;
  }

  // After the event, when the focus or the pointer is where it went.
  #release() {
    setTimeout(() => this.#answer && this.#arrange(this.#answer.shelves));
  }
}

const nameOf = shelf => [shelf.kind, shelf.genre, shelf.movie?.movieId].join("/");

// The server's words have the movie's title as the catalogue sorts it.
const titleOfShelf = shelf => shelf.movie ? `Because you liked ${titleOf(shelf.movie)}` : shelf.title;
