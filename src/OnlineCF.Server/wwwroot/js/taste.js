import { movie } from "./api.js";
import { byId, coalesced, el, number } from "./dom.js";

const likedFrom = 3.5;
const genresShown = 6;
const decadesShown = 5;

/** The shares of genres and decades in what somebody liked of what is rated. */
export function tasteOf(rated) {
  const liked = rated.filter(({ value }) => value >= likedFrom).map(({ movie }) => movie);
  return {
    liked: liked.length,
    genres: shares(liked.flatMap(({ genres }) => genres), liked.length).slice(0, genresShown),
    decades: shares(liked.filter(({ year }) => year > 0).map(({ year }) => `${Math.floor(year / 10) * 10}s`), liked.length)
      .slice(0, decadesShown).sort((a, b) => a.name.localeCompare(b.name)),
  };
}

function shares(names, whole) {
  const counts = new Map();
  names.forEach(name => counts.set(name, (counts.get(name) ?? 0) + 1));
  return [...counts].map(([name, count]) => ({ name, share: count / whole })).sort((a, b) => b.share - a.share || a.name.localeCompare(b.name));
}

/** The panel of a person's taste, which moves with every rating. */
export class Taste {
  #rated = [];
  #show = coalesced(() => this.#showOnce());

  /** Shows what ratings { movieId, value } tell. */
  show(rated) {
    this.#rated = rated;
    return this.#show();
  }

  async #showOnce() {
    const rated = this.#rated;
    const movies = await Promise.all(rated.map(async ({ movieId, value }) => ({ movie: await movie(movieId), value })));
    const { liked, genres, decades } = tasteOf(movies);
    byId("taste-note").textContent = liked === 0 ? "Not known yet: rate what you like."
      : `Shares of the ${number(liked)} ${liked === 1 ? "movie" : "movies"} with ${likedFrom} stars or more.`;
    bars(byId("taste-genres"), genres);
    bars(byId("taste-decades"), decades);
  }
}

// Bars that stay keep their element, so that they are seen to grow and shrink.
function bars(list, shown) {
  const before = new Map([...list.children].map(item => [item.dataset.name, item]));
  list.replaceChildren(...shown.map(({ name, share }) => {
    const item = before.get(name) ?? el("li", { "data-name": name }, el("span", {}, name), el("span", { class: "bar" }), el("span", { class: "share" }));
    item.querySelector(".share").textContent = `${number(share * 100)} %`;
    const bar = item.querySelector(".bar");
    requestAnimationFrame(() => bar.style.setProperty("--share", share));
    return item;
  }));
}
