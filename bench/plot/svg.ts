import { type Axis, logAxis, short } from './axis.ts';

export interface Series {
  name: string;
  /** A dashed line without dots: what is compared with. */
  isReference?: true;
  points: readonly { x: number; y: number }[];
}

export interface Panel {
  title: string;
  unit: string;
  series: readonly Series[];
}

const size = { width: 280, height: 190, left: 52, right: 14, top: 40, bottom: 44 };
const plot = { width: size.width - size.left - size.right, height: size.height - size.top - size.bottom };

// Legible on light and dark pages: pictures in pages do not inherit colours.
const style = `
  text { font: 11px system-ui, sans-serif; fill: #57606a }
  .title { font-weight: 600; font-size: 12px; fill: #24292f }
  .grid { stroke: #d0d7de; stroke-width: 1 }
  .line { stroke: #0969da; stroke-width: 2; fill: none }
  .dot { fill: #0969da }
  .reference { stroke: #8c959f; stroke-width: 1.5; stroke-dasharray: 4 3; fill: none }
  @media (prefers-color-scheme: dark) {
    text { fill: #9198a1 } .title { fill: #f0f6fc } .grid { stroke: #3d444d }
    .line { stroke: #4493f8 } .dot { fill: #4493f8 }
  }`;

/** Panels side by side over the same x, both axes logarithmic, as an SVG document. */
export function panelsSvg(description: string, xTitle: string, panels: readonly Panel[]): string {
  const width = size.width * panels.length;
  const drawn = panels.map(
    (panel, i) => `<g transform="translate(${i * size.width} 0)">\n${draw(panel, xTitle)}\n</g>`,
  );
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${size.height}" width="${width}" height="${size.height}" role="img">`,
    `<title>${escaped(description)}</title>`,
    `<style>${style}\n</style>`,
    ...drawn,
    '</svg>\n',
  ].join('\n');
}

function draw({ title, unit, series }: Panel, xTitle: string): string {
  const points = series.flatMap(one => one.points);
  const x = logAxis(points.map(point => point.x));
  const y = logAxis(points.map(point => point.y));
  const bottom = size.top + plot.height;
  const references = series.filter(({ isReference }) => isReference).map(({ name }) => name);
  return [
    text(size.left, 18, `${title}, ${unit}`, 'start', 'title'),
    ...(references.length === 0 ? [] : [text(size.left, 32, `dashed: ${references.join(', ')}`, 'start')]),
    ...y.lines.map(value => horizontal(value, y)),
    ...x.lines.map(value => text(toX(x, value), bottom + 16, short(value), 'middle')),
    text(size.left + plot.width / 2, bottom + 34, xTitle, 'middle'),
    ...series.map(one => curve(one, x, y)),
  ].join('\n');
}

function curve({ points, isReference }: Series, x: Axis, y: Axis): string {
  const places = points.map(point => ({ x: toX(x, point.x), y: toY(y, point.y), value: point.y }));
  const line = `<polyline class="${isReference ? 'reference' : 'line'}" points="${places.map(at => `${at.x},${at.y}`).join(' ')}"/>`;
  if (isReference) return line;
  const dots = places.map(at => `<circle class="dot" cx="${at.x}" cy="${at.y}" r="3"/>`);
  const labels = places.map(at => text(at.x, at.y - 7, short(at.value), 'middle'));
  return [line, ...dots, ...labels].join('\n');
}

function horizontal(value: number, axis: Axis): string {
  const y = toY(axis, value);
  const line = `<line class="grid" x1="${size.left}" x2="${size.left + plot.width}" y1="${y}" y2="${y}"/>`;
  return `${line}\n${text(size.left - 6, y + 4, short(value), 'end')}`;
}

function text(x: number, y: number, words: string, anchor: 'start' | 'middle' | 'end', className?: string): string {
  const kind = className === undefined ? '' : ` class="${className}"`;
  return `<text${kind} x="${x}" y="${y}" text-anchor="${anchor}">${escaped(words)}</text>`;
}

function toX(axis: Axis, value: number): number {
  return round(size.left + axis.at(value) * plot.width);
}

function toY(axis: Axis, value: number): number {
  return round(size.top + (1 - axis.at(value)) * plot.height);
}

function round(value: number): number {
  return Math.round(value * 10) / 10;
}

function escaped(words: string): string {
  return words.replaceAll('&', '&amp;').replaceAll('<', '&lt;');
}
