/* global uPlot */
import { el } from "./dom.js";

const height = 220;
const charts = new Set();

matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => charts.forEach(chart => chart.redraw()));

const colour = name => () => getComputedStyle(document.documentElement).getPropertyValue(`--${name}`).trim();

/**
 * Lines over whole numbers, in the colours of the page, as wide as their element. `lines` are { label, colour, dash };
 * `say(values)` puts the last values into words for who does not see them. Charts of the same `sync` have one crosshair;
 * `marks()` gives what is drawn beside points: { x, y, text, colour }.
 */
export class LineChart {
  #chart;
  #element;
  #say;
  #tip = el("div", { class: "tip", hidden: true });
  #resizing;

  constructor(element, xLabel, lines, say, { sync = xLabel, marks = () => [] } = {}) {
    [this.#element, this.#say] = [element, say];
    element.setAttribute("role", "img");
    const font = "12px system-ui, sans-serif";
    const axis = { stroke: colour("soft"), font, labelFont: font, grid: { stroke: colour("grid"), width: 1 }, ticks: { show: false } };
    const figure = (_, value) => value == null ? "–" : value.toFixed(4);
    this.#chart = new uPlot({
      width: Math.max(200, element.clientWidth), height,
      series: [
        { label: xLabel, value: (_, x) => x ?? "–" },
        ...lines.map(line => ({
          label: line.label, stroke: colour(line.colour), width: 2, dash: line.dash, value: figure,
          points: { show: true, size: 5, stroke: colour(line.colour), fill: colour(line.colour) },
        })),
      ],
      axes: [{ ...axis, label: xLabel, labelSize: 18, size: 34, incrs: [1, 2, 5, 10, 20, 50, 100, 200, 500] }, { ...axis, size: 56 }],
      scales: { x: { time: false, range: (_, least, most) => least === most ? [least - 1, most + 1] : [least ?? 0, most ?? 1] } },
      cursor: { drag: { x: false, y: false }, sync: { key: sync, scales: ["x", null], setSeries: false } },
      padding: [8, 12, 0, 0],
      hooks: { setCursor: [() => this.#legend(), () => this.#point(xLabel)], draw: [chart => marks().forEach(mark => draw(chart, mark, font))] },
    }, [[], ...lines.map(() => [])], element);
    this.#chart.over.append(this.#tip);
    this.#resizing = new ResizeObserver(() => {
      // In a frame of its own: what it changes may resize it again.
      requestAnimationFrame(() => this.#fit());
    });
    this.#resizing.observe(element);
    charts.add(this.#chart);
    element.classList.add("empty");
    element.setAttribute("aria-label", "…");
  }

  /** Shows points [x, y of the first line, …]; null where a line has none. */
  show(points) {
    const columns = this.#chart.series.map((_, line) => points.map(point => point[line]));
    this.#chart.setData(columns);
    const last = points.at(-1);
    this.#element.classList.toggle("empty", !last);
    this.#element.setAttribute("aria-label", last ? this.#say(last) : "Nothing has been measured yet.");
    // After the drawing, which uPlot puts off to the end of the task.
    queueMicrotask(() => this.#legend());
  }

  #fit() {
    const { clientWidth } = this.#element;
    if (clientWidth > 0 && clientWidth !== this.#chart.width && charts.has(this.#chart)) {
      this.#chart.setSize({ width: clientWidth, height });
      queueMicrotask(() => this.#legend());
    }
  }

  destroy() {
    this.#resizing.disconnect();
    charts.delete(this.#chart);
    this.#chart.destroy();
  }

  /** The figures beside the point that the crosshair is at. */
  #point(xLabel) {
    const { left, top, idx } = this.#chart.cursor;
    const isShown = left >= 0 && idx != null;
    this.#tip.hidden = !isShown;
    if (isShown) {
      const values = this.#chart.series.slice(1).map((series, i) => [series.label, this.#chart.data[i + 1][idx]]).filter(([, value]) => value != null);
      this.#tip.replaceChildren(`${xLabel} ${this.#chart.data[0][idx]}`, ...values.map(([label, value]) => el("div", {}, `${label} ${value.toFixed(4)}`)));
      const isRight = left > this.#chart.over.clientWidth / 2;
      this.#tip.style.left = isRight ? "auto" : `${left + 12}px`;
      this.#tip.style.right = isRight ? `${this.#chart.over.clientWidth - left + 12}px` : "auto";
      this.#tip.style.top = `${Math.max(0, Math.min(top, this.#chart.over.clientHeight - this.#tip.clientHeight))}px`;
    }
  }

  /** The last point's figures, as long as nobody points at another one. */
  #legend() {
    if (this.#chart.cursor.left < 0) {
      this.#chart.setLegend({ idx: this.#chart.data[0].length - 1 }, false);
    }
  }
}

function draw(chart, { x, y, text, colour: name }, font) {
  const { ctx } = chart;
  ctx.save();
  ctx.font = font.replace("12px", `bold ${13 * devicePixelRatio}px`);
  ctx.fillStyle = colour(name)();
  ctx.textAlign = "center";
  ctx.fillText(text, chart.valToPos(x, "x", true), chart.valToPos(y, "y", true) - 8 * devicePixelRatio);
  ctx.restore();
}
