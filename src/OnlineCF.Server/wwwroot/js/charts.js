/* global uPlot */
const height = 220;
const charts = new Set();

matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => charts.forEach(chart => chart.redraw()));

const colour = name => () => getComputedStyle(document.documentElement).getPropertyValue(`--${name}`).trim();

/**
 * Lines over whole numbers, in the colours of the page, as wide as their element. `lines` are { label, colour, dash };
 * `say(values)` puts the last values into words for who does not see them.
 */
export class LineChart {
  #chart;
  #element;
  #say;

  constructor(element, xLabel, lines, say) {
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
      cursor: { drag: { x: false, y: false } },
      padding: [8, 12, 0, 0],
      hooks: { setCursor: [() => this.#legend()] },
    }, [[], ...lines.map(() => [])], element);
    new ResizeObserver(() => {
      if (element.clientWidth > 0 && element.clientWidth !== this.#chart.width) {
        this.#chart.setSize({ width: element.clientWidth, height });
        queueMicrotask(() => this.#legend());
      }
    }).observe(element);
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

  /** The last point's figures, as long as nobody points at another one. */
  #legend() {
    if (this.#chart.cursor.left < 0) {
      this.#chart.setLegend({ idx: this.#chart.data[0].length - 1 }, false);
    }
  }
}
