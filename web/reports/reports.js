// The charts of a report, in the colours of the page. The table has the same numbers, so nobody needs to see them.
// biome-ignore lint/correctness/noUnresolvedImports: lies in static/vendor, which browsers know as /static/vendor
import init from "../vendor/echarts.esm.js";

const charts = JSON.parse(document.getElementById("charts")?.textContent ?? "[]");
const still = matchMedia("(prefers-reduced-motion: reduce)").matches;
const narrow = matchMedia("(max-width: 40rem)");
const dark = matchMedia("(prefers-color-scheme: dark)");
const colour = (name) => getComputedStyle(document.documentElement).getPropertyValue(`--${name}`).trim();
const font = () => getComputedStyle(document.body).fontFamily;

function options(chart) {
  const text = { color: colour("soft"), fontFamily: font() };
  return {
    animation: !still,
    grid: { left: 8, right: 12, top: narrow.matches ? 64 : 40, bottom: 4, containLabel: true },
    legend: { top: 4, left: 0, itemWidth: 14, itemHeight: 10, textStyle: text },
    tooltip: {
      trigger: "axis", renderMode: "richText", confine: true, backgroundColor: colour("sheet"),
      borderColor: colour("edge"), textStyle: { ...text, color: colour("ink") },
      valueFormatter: (value) => (value === null || value === undefined ? "—" : `${value} ${chart.unit}`.trim()),
    },
    xAxis: { type: "category", data: chart.rows, axisLabel: text, axisLine: { lineStyle: { color: colour("edge") } } },
    yAxis: {
      type: "value", min: 0, max: chart.unit === "%" ? 100 : null, minInterval: chart.unit ? 0 : 1,
      axisLabel: { ...text, formatter: `{value}${chart.unit && ` ${chart.unit}`}` },
      splitLine: { lineStyle: { color: colour("line") } },
    },
    series: chart.series.map((each) => ({
      name: each.name, type: each.kind, data: each.values, color: colour(each.colour), barMaxWidth: 36,
      stack: each.kind === "bar" ? "all" : undefined, symbolSize: 7,
    })),
  };
}

const drawn = [...document.querySelectorAll(".chart")].map((box, index) => {
  const chart = init(box);
  chart.setOption(options(charts[index]));
  new ResizeObserver(() => chart.resize()).observe(box);
  return chart;
});
dark.addEventListener("change", () => drawn.forEach((chart, index) => chart.setOption(options(charts[index]))));
addEventListener("beforeprint", () => drawn.forEach((chart) => chart.resize()));
document.getElementById("print")?.addEventListener("click", () => print());
