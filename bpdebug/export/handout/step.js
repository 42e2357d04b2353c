(() => {
  "use strict";
  const byId = (id) => document.getElementById(id);
  const steps = [...document.querySelectorAll(".step")];
  const [bar, back, next, place, cover] = ["bar", "back", "next", "place", "cover"].map(byId);
  const [ask, asked, answer, hint, uncover, said, where, score] =
    ["ask", "asked", "answer", "hint", "uncover", "said", "where", "score"].map(byId);

  // What the drawing shows after the first operation; each later one changes some of it.
  const texts = new Map(), lines = new Map();
  for (const each of document.querySelectorAll("[data-value]")) {
    texts.set(each.dataset.value, [...(texts.get(each.dataset.value) || []), each]);
  }
  for (const each of document.querySelectorAll("[data-weight]")) {
    lines.set(each.dataset.weight, [...(lines.get(each.dataset.weight) || []), each]);
  }
  const changes = steps.map((each) => JSON.parse(each.dataset.changes));
  const base = {};
  for (const [slot, [first]] of texts) {
    const line = (lines.get(slot) || [])[0];
    base[slot] = [first.textContent];
    if (line) base[slot].push(line.getAttribute("stroke"), line.getAttribute("stroke-width"));
  }

  const opened = new Set();
  let here = 0, tried = 0, right = 0;
  const missed = new Set();

  const asks = (number) => cover.checked && steps[number].dataset.result !== undefined && !opened.has(number);
  const words = (number) => steps[number].dataset[asks(number) ? "asked" : "words"];

  function draw() {
    const shown = Object.assign({}, base, ...changes.slice(1, here + 1));
    const slot = steps[here].dataset.slot;
    for (const [each, elements] of texts) {
      const text = each === slot && asks(here) ? "?" : shown[each][0];
      for (const element of elements) element.textContent = text;
    }
    for (const [each, elements] of lines) {
      const [, colour, width] = each === slot && asks(here) ? base[each] : shown[each];
      for (const element of elements) {
        element.setAttribute("stroke", colour);
        element.setAttribute("stroke-width", width);
      }
    }
    for (const element of document.querySelectorAll("[data-unit]")) {
      element.classList.toggle("here", element.dataset.unit === slot);
    }
  }

  function show() {
    steps.forEach((each, number) => {
      each.classList.toggle("away", number !== here);
      each.classList.toggle("covered", asks(number));
      each.querySelector(".words").textContent = words(number);
    });
    const step = steps[here];
    place.value = here + 1;
    place.setAttribute("aria-valuetext", step.dataset.heading);
    where.textContent = `${here + 1} of ${steps.length}`;
    back.disabled = here === 0;
    next.disabled = here === steps.length - 1;
    ask.hidden = !asks(here);
    asked.textContent = `What is ${step.dataset.name}?`;
    hint.disabled = step.classList.contains("hinted");
    score.textContent = tried ? `${right} of ${tried} right` : "";
    draw();
  }

  function say(text, look) {
    said.className = `said ${look || ""}`;
    // Said again even if it is the same as before.
    said.textContent = "";
    said.textContent = text;
  }

  function go(number) {
    here = Math.min(steps.length - 1, Math.max(0, number));
    answer.value = "";
    show();
    const step = steps[here];
    const result = asks(here) ? "The result is covered." : step.dataset.said;
    say(`${step.dataset.heading}. ${words(here)} ${result}`, "unseen");
  }

  function open(number) {
    opened.add(number);
    show();
  }

  // A button that is no longer there would take the focus with it.
  const leave = () => (next.disabled ? back : next).focus();

  back.addEventListener("click", () => go(here - 1));
  next.addEventListener("click", () => go(here + 1));
  place.addEventListener("input", () => go(Number(place.value) - 1));
  cover.addEventListener("change", () => {
    opened.clear();
    missed.clear();
    tried = right = 0;
    for (const each of steps) each.classList.remove("hinted");
    go(here);
  });
  hint.addEventListener("click", () => {
    steps[here].classList.add("hinted");
    show();
    say("The numbers are shown; the result is covered.");
    answer.focus();
  });
  uncover.addEventListener("click", () => {
    if (!missed.has(here)) tried += 1;
    open(here);
    say(steps[here].dataset.said);
    leave();
  });
  ask.addEventListener("submit", (event) => {
    event.preventDefault();
    if (!asks(here)) return;
    const typed = answer.value.trim();
    const plain = typed.replace(/\u2212/g, "-").replace(/^=\s*/, "").replace(/^([+-]?\d*),(\d+)/, "$1.$2");
    if (!/^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d{1,3})?$/i.test(plain)) {
      say("An answer is a number, such as 0.5.", "wrong");
      return;
    }
    const step = steps[here];
    const isRight = Math.abs(Number(plain) - Number(step.dataset.result)) <= Number(step.dataset.within);
    if (!missed.has(here)) tried += 1;
    if (isRight) {
      right += 1;
      missed.delete(here);
      open(here);
      say(`Right: ${step.dataset.said}`, "right");
      leave();
    } else {
      missed.add(here);
      show();
      say(`Not ${typed}. Try again, or uncover it.`, "wrong");
      answer.select();
    }
  });
  document.addEventListener("keydown", (event) => {
    if (event.target instanceof HTMLInputElement || event.altKey || event.ctrlKey || event.metaKey) return;
    if (event.key === "ArrowRight") go(here + 1);
    else if (event.key === "ArrowLeft") go(here - 1);
    else return;
    event.preventDefault();
  });

  document.documentElement.classList.add("js");
  bar.hidden = false;
  show();
})();
