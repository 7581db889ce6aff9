// Draws the charts of the usage page. Each canvas carries its numbers; the table beside it has
// all of them, so that without this script nothing is missing.
"use strict";
(() => {
  const style = getComputedStyle(document.documentElement);
  const colour = (name) => style.getPropertyValue(name).trim();
  const INK = colour("--ink");
  const LINE = colour("--line");
  const COLOURS = [colour("--lotus"), colour("--gold"), colour("--alert"), colour("--ink-soft")];
  const FONT = { family: "Inter, system-ui, sans-serif", size: 14 };
  const ROW = 34;
  const STACK_ROW = 40;
  const LETTER = 7; // pixels that a letter takes
  const isStill = matchMedia("(prefers-reduced-motion: reduce)").matches;

  // Bars that lie on each other differ by their pattern too, not by colour alone.
  const pattern = (number) => {
    const tile = document.createElement("canvas");
    tile.width = tile.height = 10;
    const pen = tile.getContext("2d");
    pen.fillStyle = COLOURS[number % COLOURS.length];
    pen.fillRect(0, 0, 10, 10);
    pen.strokeStyle = pen.fillStyle = number === 1 ? INK : "#FFFFFF";
    pen.lineWidth = 2;
    pen.beginPath();
    if (number === 1) { pen.moveTo(-2, 12); pen.lineTo(12, -2); pen.moveTo(-2, 2); pen.lineTo(2, -2); pen.moveTo(8, 12); pen.lineTo(12, 8); }
    if (number === 2) { pen.moveTo(0, 5); pen.lineTo(10, 5); }
    if (number === 3) { pen.arc(5, 5, 2, 0, 7); pen.fill(); }
    if (number > 0) pen.stroke();
    return pen.createPattern(tile, "repeat");
  };

  const lines = (text, most) => {
    const made = [""];
    for (const word of text.split(" ")) {
      const last = made[made.length - 1];
      if (last && last.length + word.length >= most) made.push(word);
      else made[made.length - 1] = last ? `${last} ${word}` : word;
    }
    if (made.length > 2) { made.length = 2; made[1] += " …"; }
    return made;
  };

  // The number at the end of each bar; in place of a hidden one what is said of it.
  const numbers = (told, isUpright) => ({
    id: "numbers",
    afterDatasetsDraw(chart) {
      const pen = chart.ctx;
      const scale = isUpright ? chart.scales.x : chart.scales.y;
      const room = scale.getPixelForTick(1) - scale.getPixelForTick(0);
      pen.save();
      pen.font = `${FONT.size - 1}px ${FONT.family}`;
      pen.fillStyle = INK;
      pen.textAlign = isUpright ? "center" : "left";
      pen.textBaseline = isUpright ? "bottom" : "middle";
      chart.getDatasetMeta(0).data.forEach((bar, at) => {
        const text = told.series[0].texts[at];
        if (isUpright && (text === "0" || (room && pen.measureText(text).width > Math.abs(room)))) return;
        const start = isUpright ? chart.scales.y.getPixelForValue(0) : chart.scales.x.getPixelForValue(0);
        const isHidden = told.series[0].values[at] === null;
        if (isUpright) pen.fillText(text, bar.x, (isHidden ? start : bar.y) - 3);
        else pen.fillText(text, (isHidden ? start : bar.x) + 6, bar.y);
      });
      pen.restore();
    },
  });

  const draw = (canvas) => {
    const told = JSON.parse(canvas.dataset.chart);
    const isUpright = told.kind === "columns";
    const isStacked = told.kind === "stacked";
    canvas.closest("figure").hidden = false;
    const most = Math.min(34, Math.floor((canvas.parentElement.clientWidth * 0.48) / LETTER));
    const row = isStacked ? STACK_ROW : ROW;
    canvas.parentElement.style.height = isUpright ? "18rem" : `${told.labels.length * row + (isStacked ? 130 : 60)}px`;
    const count = { beginAtZero: true, stacked: isStacked, grace: isStacked ? 0 : "12%", ticks: { precision: 0, color: INK, font: FONT }, grid: { color: LINE } };
    const name = {
      stacked: isStacked,
      grid: { display: false },
      ticks: {
        color: INK, font: { ...FONT, size: 13 }, autoSkip: isUpright, maxRotation: isUpright ? 60 : 0,
        callback(value) { const text = this.getLabelForValue(value); return isUpright ? text : lines(text, most); },
      },
      afterFit(scale) { if (!isUpright) scale.width = Math.min(scale.width, scale.chart.width * 0.5); },
    };
    const chart = new Chart(canvas, {
      type: "bar",
      data: {
        labels: told.labels,
        datasets: told.series.map((one, at) => ({
          label: one.label, data: one.values, backgroundColor: isStacked ? pattern(at) : COLOURS[0],
          borderColor: INK, borderWidth: isStacked ? 1 : 0, maxBarThickness: 28,
        })),
      },
      options: {
        indexAxis: isUpright ? "x" : "y",
        responsive: true, maintainAspectRatio: false,
        animation: isStill ? false : { duration: 300 },
        scales: isUpright ? { x: name, y: count } : { x: count, y: name },
        plugins: {
          legend: { display: isStacked, position: "top", labels: { color: INK, font: FONT, boxWidth: 24 } },
          tooltip: { callbacks: { label: (item) => `${item.dataset.label}: ${told.series[item.datasetIndex].texts[item.dataIndex]}` } },
        },
      },
      plugins: isStacked ? [] : [numbers(told, isUpright)],
    });
    canvas.dataset.drawn = String(told.labels.length);
    addEventListener("beforeprint", () => chart.resize());
    addEventListener("afterprint", () => chart.resize());
  };

  // Own dates are asked for only where they count.
  const span = document.getElementById("span");
  const ownDates = () => { for (const one of document.querySelectorAll(".own")) one.hidden = span.value !== "own"; };
  span.addEventListener("change", ownDates);
  ownDates();
  document.fonts.ready.then(() => document.querySelectorAll("canvas[data-chart]").forEach(draw));
})();
