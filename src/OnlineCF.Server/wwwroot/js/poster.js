import { titleOf } from "./movies.js";

const namespace = "http://www.w3.org/2000/svg";
const skipped = /^(the|an?|of|and|le|la|les|der|die|das|el|il|in|to|on)$/i;
const [width, height] = [100, 112];

/** FNV-1a, so that a movie looks the same everywhere. */
function hash(text) {
  let value = 0x811c9dc5;
  for (const unit of text) {
    value = Math.imul(value ^ unit.codePointAt(0), 0x01000193);
  }

  return value >>> 0;
}

/**
 * A picture for a movie that has none: its genres choose the colour, its id the pattern, its title the letters. It lies
 * under the button that covers it, whose name its letters are no part of.
 */
export function poster(movie) {
  const seed = hash(movie.movieId);
  const hue = hash(movie.genres[0] ?? "") % 360;
  const second = (hue + 40 + hash(movie.genres[1] ?? movie.movieId) % 200) % 360;
  return svg("svg", { class: "poster", viewBox: `0 0 ${width} ${height}`, preserveAspectRatio: "xMidYMid slice", "aria-hidden": "true" },
    svg("rect", { width, height, fill: `hsl(${hue} 42% 26%)` }),
    ...shapes(seed, `hsl(${second} 50% 42%)`),
    letters(initials(titleOf(movie))));
}

function shapes(seed, fill) {
  const [a, b] = [seed % 97, (seed >>> 7) % 97];
  return [
    () => [svg("circle", { cx: a, cy: b, r: 30 + a % 25, fill }), svg("circle", { cx: b, cy: a, r: 8 + b % 14, fill })],
    () => [0, 1, 2, 3].map(i => svg("rect", { x: -60, y: i * 34 - 20 + a % 20, width: 240, height: 9 + b % 10, fill, transform: `rotate(${a % 60 - 30} 50 56)` })),
    () => [svg("path", { d: `M${a} -10 L${b + 40} ${height + 10} L${b - 60} ${height + 10} Z`, fill })],
    () => [svg("rect", { x: a - 40, y: b - 30, width: 70, height: 70, rx: 10, fill, transform: `rotate(${b % 45} 50 56)` })],
  ][seed % 4]();
}

function letters(text) {
  const label = svg("text", { x: width / 2, y: height / 2 + 12, "text-anchor": "middle", fill: "#fff", "font-size": text.length > 2 ? 30 : 36, "font-weight": 700 });
  label.textContent = text;
  return label;
}

function initials(title) {
  const words = title.replace(/\(.*?\)/g, "").split(/[^\p{L}\p{N}]+/u).filter(Boolean);
  const telling = words.filter(word => !skipped.test(word));
  return (telling.length > 0 ? telling : words).slice(0, 3).map(word => [...word][0].toUpperCase()).join("") || "?";
}

function svg(tag, attributes, ...children) {
  const element = document.createElementNS(namespace, tag);
  Object.entries(attributes).forEach(([name, value]) => element.setAttribute(name, value));
  element.append(...children);
  return element;
}
