import { byId } from "./dom.js";
import { titleOf } from "./movies.js";

const shownMilliseconds = 7000;
const named = 2;

/** A strip at the foot of a narrow window: what a rating did to the list, which is out of sight there. */
export class Strip {
  #ending;

  /** Tells of movies that came into the list or rose in it: { movie, was, place }, was undefined for new ones. */
  show(risen) {
    if (risen.length === 0) {
      return;
    }

    const first = [...risen].sort((a, b) => gain(b) - gain(a) || a.place - b.place).slice(0, named);
    byId("moved-text").textContent = `${first.map(tell).join(", ")}${risen.length > named ? ` and ${risen.length - named} more` : ""}`;
    byId("moved").hidden = false;
    clearTimeout(this.#ending);
    this.#ending = setTimeout(() => this.hide(), shownMilliseconds);
  }

  hide() {
    byId("moved").hidden = true;
  }
}

const newcomerGain = 20;
const gain = ({ was, place }) => (was ?? newcomerGain) - place;
const tell = ({ movie, was, place }) => was === undefined ? `New: ${titleOf(movie)}` : `▲ ${was - place} ${titleOf(movie)}`;
