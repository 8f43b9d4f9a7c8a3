import { el, number } from "./dom.js";

const measures = [
  { name: "RMSE", of: figures => figures?.validationRmse, lowerIsBetter: true },
  { name: "NDCG@10", of: figures => figures?.validationNdcg10, lowerIsBetter: false },
];

/** How much better a figure is than another one, as a share of that; null where one of them was not measured. */
export function gainOf(value, base, lowerIsBetter) {
  return value == null || !(base > 0) ? null : (lowerIsBetter ? base - value : value - base) / base;
}

/** "9 % better", in its colour. */
export function gain(share, text) {
  const percent = number(Math.abs(share) * 100, Math.abs(share) < 0.0995 ? 1 : 0);
  const [tone, sign, word] = Number(percent) === 0 ? ["same", "", "the same"] : share > 0 ? ["gain", "▲ ", "better"] : ["loss", "▼ ", "worse"];
  return el("span", { class: tone }, text ? text(Number(percent) === 0 ? "as good" : `${percent} % ${word}`) : `${sign}${percent} %`);
}

/** What a round's candidate gained over what needs no learning, and over what served. */
export function gainsOf(round) {
  const bases = [["biases alone", [round.biasRmse, undefined]], ["popularity", [undefined, round.popularityNdcg10]],
    ["what served before", measures.map(({ of }) => of(round.serving))]];
  return bases.flatMap(([base, values]) => measures.flatMap(({ name, of, lowerIsBetter }, i) => {
    const share = gainOf(of(round.candidate), values[i], lowerIsBetter);
    return share === null ? [] : [gain(share, words => `${name} ${words}${words.endsWith("good") ? " as " : " than "}${base}`)];
  }));
}

/** What the second of two rounds' figures would be against the first's, in words. */
export function compare(from, to) {
  return measures.flatMap(({ name, of, lowerIsBetter }) => {
    const share = gainOf(of(to), of(from), lowerIsBetter);
    return share === null ? [] : [gain(share, words => `${name} ${number(of(to), 4)} instead of ${number(of(from), 4)}: ${words}`)];
  });
}
