"use strict";
(() => {
  const points = JSON.parse(document.getElementById("curves").textContent);
  const best = points.findIndex(point => point.best);
  const epochs = Array.from({ length: Math.max(1, ...points.map(point => point.validation.length)) }, (_, i) => i + 1);
  const numbers = losses => losses.filter(loss => loss !== null).sort((a, b) => a - b);
  const validationRange = scale(point => point.validation);
  const range = scale(point => [...point.train, ...point.validation]);
  let compared = -1;
  let charts = [];

  // One scale for all. Points that are far off must not flatten the others: their curves leave the chart.
  function scale(lossesOf) {
    const all = numbers(points.flatMap(lossesOf));
    if (all.length === 0) {
      return [0, 1];
    }

    const [least, median, most] = [all[0], all[all.length >> 1], all[all.length - 1]];
    const ofBest = best < 0 ? median : Math.max(...numbers(lossesOf(points[best])));
    const top = Math.min(most, Math.max(ofBest, least + 2 * (median - least)));
    const margin = (top - least) / 20 || 0.1;
    return [least - margin, top + margin];
  }

  function sayWhatIsBeyond() {
    if (points.some(point => numbers([...point.train, ...point.validation]).some(loss => loss > range[1]))) {
      document.getElementById("beyond").textContent =
        ` Curves that leave a chart at its top are above ${range[1].toFixed(2)} there; the tables have their figures.`;
    }

    document.querySelectorAll(".card .chart").forEach(element => {
      if (!numbers(points[element.dataset.point].validation).some(loss => loss <= range[1])) {
        const note = document.createElement("p");
        note.textContent = "The validation loss is above this chart's scale.";
        element.before(note);
      }
    });
  }

  const colour = name => getComputedStyle(document.documentElement).getPropertyValue(`--${name}`).trim();

  const padded = losses => epochs.map((_, i) => i < losses.length ? losses[i] : null);

  function axes(small) {
    const style = {
      stroke: colour("soft"), font: `${small ? 11 : 12}px system-ui, sans-serif`,
      grid: { stroke: colour("grid"), width: 1 }, ticks: { show: false },
    };
    return [
      { ...style, size: small ? 24 : 44, incrs: [1, 2, 5, 10, 20, 50, 100, 200], space: small ? 30 : 40, label: small ? undefined : "epoch", labelSize: 18, labelFont: style.font },
      { ...style, size: small ? 40 : 48, space: small ? 28 : 36 },
    ];
  }

  function options(element, series, range, small) {
    return {
      width: element.clientWidth - (small ? 0 : 16), height: element.clientHeight - (small ? 0 : 16), series, axes: axes(small),
      legend: { show: false }, padding: [8, 12, 0, 0],
      scales: { x: { time: false, range: [1, Math.max(2, epochs.length)] }, y: { range } },
      cursor: { drag: { x: false, y: false }, points: { show: !small }, focus: { prox: small ? -1 : 24 }, show: !small },
    };
  }

  const dots = { show: epochs.length < 30, size: 4 };

  function drawPoint(element) {
    const point = points[element.dataset.point];
    const series = [
      {},
      { label: "validation", stroke: colour("validation"), width: 2, points: dots },
      { label: "train", stroke: colour("train"), width: 2, dash: [6, 4], points: { show: epochs.length === 1 } },
    ];
    return new uPlot(options(element, series, range, true), [epochs, padded(point.validation), padded(point.train)], element);
  }

  function drawAll(element) {
    const style = i => i === best ? ["best", 4] : i === compared ? ["compared", 3] : ["other", 1.5];
    // Drawn last lies on top.
    const order = points.map((_, i) => i).sort((a, b) => style(a)[1] - style(b)[1]);
    const series = order.map(i => ({
      label: points[i].label, stroke: colour(style(i)[0]), width: style(i)[1], points: i === best ? dots : { show: epochs.length === 1 },
    }));
    const chart = options(element, [{}, ...series], validationRange, false);
    chart.focus = { alpha: 1 };
    chart.hooks = {
      setSeries: [(_, i) => {
        const point = i > 0 ? points[order[i - 1]] : null;
        document.getElementById("pointed").textContent = point === null
          ? "Point at a curve to see whose it is."
          : `${point.label}: RMSE ${point.rmse}, NDCG@10 ${point.ndcg}${point.best ? ", best" : ""}`;
      }],
    };
    return new uPlot(chart, [epochs, ...order.map(i => padded(points[i].validation))], element);
  }

  function draw() {
    charts.forEach(chart => chart.destroy());
    charts = [drawAll(document.getElementById("all"))];
    document.querySelectorAll(".card .chart").forEach(element => charts.push(drawPoint(element)));
  }

  const select = document.getElementById("compared");
  select.add(new Option("nothing", "-1"));
  points.forEach((point, i) => {
    if (i !== best) {
      select.add(new Option(point.label, i));
    }
  });
  select.addEventListener("change", () => {
    compared = Number(select.value);
    draw();
  });
  sayWhatIsBeyond();
  draw();
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", draw);
  let width = innerWidth;
  addEventListener("resize", () => {
    if (innerWidth !== width) {
      width = innerWidth;
      draw();
    }
  });
  document.documentElement.dataset.drawn = charts.length;
})();
