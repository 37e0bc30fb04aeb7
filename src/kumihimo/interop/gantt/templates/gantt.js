"use strict";
(() => {
  const chart = document.getElementById("chart");
  const plot = document.getElementById("plot");
  const about = document.getElementById("about");
  const rows = [...plot.querySelectorAll("g[role=group]")]
    .map((row) => [...row.querySelectorAll(".b")].sort((a, b) => left(a) - left(b)))
    .filter((row) => row.length);
  const titles = new Map();
  let at = null;
  function left(bar) { return bar.getBBox().x; }
  document.querySelectorAll(".chart .b, .chart .d").forEach((shape) => {
    const title = shape.querySelector("title");
    if (!title) return;
    titles.set(shape, title.textContent);
    shape.setAttribute("aria-label", title.textContent.replaceAll("\n", "、"));
  });
  function show(shape) { about.textContent = titles.get(shape) || ""; }
  function choose(bar) {
    if (at) { at.classList.remove("on"); at.setAttribute("tabindex", "-1"); }
    at = bar;
    bar.classList.add("on");
    bar.setAttribute("tabindex", "0");
    bar.focus({ preventScroll: true });
    const labels = document.querySelector(".labels").getBoundingClientRect().right;
    const head = document.querySelector(".head").getBoundingClientRect().bottom;
    const box = bar.getBoundingClientRect(), frame = chart.getBoundingClientRect();
    if (box.left < labels + 8) chart.scrollLeft += box.left - labels - 8;
    else if (box.left > frame.right - 60) chart.scrollLeft += box.left - frame.right + 200;
    if (box.top < head + 4) chart.scrollTop += box.top - head - 4;
    else if (box.bottom > frame.bottom - 20) chart.scrollTop += box.bottom - frame.bottom + 40;
    show(bar);
  }
  if (rows.length) rows[0][0].setAttribute("tabindex", "0");
  chart.addEventListener("click", (event) => {
    const shape = event.target.closest(".b, .d");
    if (!shape) return;
    if (shape.matches(".b")) choose(shape); else show(shape);
  });
  chart.addEventListener("focusin", (event) => {
    if (event.target.matches(".b") && event.target !== at) choose(event.target);
  });
  chart.addEventListener("keydown", (event) => {
    if (!event.target.matches(".b")) return;
    const y = rows.findIndex((row) => row.includes(event.target));
    const x = rows[y].indexOf(event.target);
    let next = null;
    if (event.key === "ArrowRight") next = rows[y][x + 1];
    else if (event.key === "ArrowLeft") next = rows[y][x - 1];
    else if (event.key === "Home") next = rows[y][0];
    else if (event.key === "End") next = rows[y][rows[y].length - 1];
    else if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      const row = rows[y + (event.key === "ArrowDown" ? 1 : -1)];
      if (row) next = row.reduce((a, b) => Math.abs(left(b) - left(event.target)) < Math.abs(left(a) - left(event.target)) ? b : a);
    } else return;
    event.preventDefault();
    if (next) choose(next);
  });
})();
