/** An element with attributes, listeners (`onclick`, …) and children; strings become text, never markup. */
export function el(tag, attributes = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (name.startsWith("on")) {
      element.addEventListener(name.slice(2), value);
    } else if (value !== undefined && value !== false) {
      element.setAttribute(name, value === true ? "" : value);
    }
  }

  element.append(...children);
  return element;
}

export const byId = id => document.getElementById(id);

/** Says something to who listens to the page instead of looking at it. */
export function announce(text) {
  byId("announcement").textContent = text;
}

/**
 * Shows what went wrong for as long as it takes to read it; the same twice is shown once. That the server is away or
 * wants a key has a notice of its own.
 */
export function report(error) {
  if (error.name === "AbortError" || error.isUnavailable || error.status === 401) {
    return;
  }

  const problems = byId("problems");
  if ([...problems.children].some(problem => problem.firstChild.textContent === error.message)) {
    return;
  }

  const problem = el("p", { class: "problem" }, el("span", {}, error.message),
    el("button", { "aria-label": "Dismiss", onclick: () => problem.remove() }, "✕"));
  problems.append(problem);
  setTimeout(() => problem.remove(), 10_000);
}

/** Runs a task that a person asked for; what it throws is shown. */
export const attempt = task => Promise.resolve().then(task).catch(report);

/** Runs a task, never twice at once: asked for while it runs, it runs once more afterwards. */
export function coalesced(task) {
  let running;
  let again;
  async function run() {
    do {
      again = false;
      try {
        await task();
      } catch (error) {
        if (!again) {
          throw error;
        }
      }
    } while (again);
  }

  return () => {
    again = true;
    return running ??= run().finally(() => running = undefined);
  };
}

export const number = (value, digits = 0) =>
  Number(value).toLocaleString("en", { minimumFractionDigits: digits, maximumFractionDigits: digits });

/** A length of time in its largest fitting unit. */
export function duration(seconds, digits = 0) {
  const [size, unit] = [[86_400, "d"], [3600, "h"], [60, "min"]].find(([size]) => seconds >= size) ?? [1, "s"];
  return `${number(seconds / size, size === 1 ? digits : 0)} ${unit}`;
}

export const ago = time => `${duration(Math.max(0, (Date.now() - Date.parse(time)) / 1000))} ago`;

/** 1 movie, 2 movies. */
export const many = (count, noun) => `${number(count)} ${noun}${Number(count) === 1 ? "" : "s"}`;
