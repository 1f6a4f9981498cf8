import type { ComparedRow } from './comparison.js';
import { groupOks, jointGroups } from './joint-groups.js';
import { escaped } from './escaped.js';

/** Colours of a chart: values of CSS, so that a page can hand in its own variables. */
export interface ChartColours {
  readonly ink: string;
  readonly faint: string;
  readonly paper: string;
}

/** For a picture file: dark ink on white. */
export const paperColours: ChartColours = { ink: '#1b1f24', faint: '#c9ced6', paper: '#ffffff' };

/** Told apart by people with any colour vision (Okabe and Ito 2008), light enough for dark pages; shapes say it again. */
const series = ['#0072b2', '#e69f00', '#009e73', '#cc79a7', '#56b4e9', '#d55e00', '#8c8c8c'] as const;
const MARK = 6;

export const chartSize = { widthPx: 1040, heightPx: 490 };
const JOINTS = { left: 110, right: 560, top: 90, step: 42 };
const SPEED = { left: 660, right: 1000, top: 90, bottom: 426 };

export function colourOf(index: number): string {
  return series[index % series.length];
}

/** Two plots side by side: OKS by joint, and mean OKS against time, as a whole SVG document. */
export function chart(rows: readonly ComparedRow[], colours: ChartColours): string {
  const { widthPx, heightPx } = chartSize;
  const parts = [legend(rows, colours), jointPlot(rows, colours), speedPlot(rows, colours)];
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${widthPx} ${heightPx}" width="${widthPx}" height="${heightPx}" role="img"`,
    ` aria-label="OKS by joint, and mean OKS against time" font-family="sans-serif" font-size="14">`,
    `<rect width="${widthPx}" height="${heightPx}" fill="${colours.paper}"/>`,
    ...parts,
    '</svg>',
  ].join('\n');
}

interface Place {
  readonly x: number;
  readonly y: number;
}

function label({ x, y }: Place, text: string, style: string): string {
  return `<text x="${x.toFixed(1)}" y="${y.toFixed(1)}" ${style}>${escaped(text)}</text>`;
}

function line(from: Place, to: Place, colour: string): string {
  return `<line x1="${from.x}" y1="${from.y}" x2="${to.x}" y2="${to.y}" stroke="${colour}"/>`;
}

/** The mark of a row: circle, square, triangle or diamond, in its colour. */
function mark({ x, y }: Place, index: number): string {
  const fill = `fill="${colourOf(index)}"`;
  const points = (list: readonly Place[]): string =>
    `<polygon points="${list.map((at) => `${at.x.toFixed(1)},${at.y.toFixed(1)}`).join(' ')}" ${fill}/>`;
  const shapes = [
    `<circle cx="${x.toFixed(1)}" cy="${y.toFixed(1)}" r="${MARK}" ${fill}/>`,
    `<rect x="${(x - 5.5).toFixed(1)}" y="${(y - 5.5).toFixed(1)}" width="11" height="11" ${fill}/>`,
    points([
      { x, y: y - 7 },
      { x: x + 7, y: y + 5 },
      { x: x - 7, y: y + 5 },
    ]),
    points([
      { x, y: y - 8 },
      { x: x + 7, y },
      { x, y: y + 8 },
      { x: x - 7, y },
    ]),
  ];
  return shapes[index % shapes.length];
}

function legend(rows: readonly ComparedRow[], { ink }: ChartColours): string {
  const step = Math.min(200, 1000 / Math.max(1, rows.length));
  return rows
    .map(({ name }, index) => {
      const x = 24 + index * step;
      return mark({ x, y: 24 }, index) + label({ x: x + 14, y: 29 }, name, `fill="${ink}"`);
    })
    .join('\n');
}

function jointPlot(rows: readonly ComparedRow[], { ink, faint }: ChartColours): string {
  const { left, right, top, step } = JOINTS;
  const at = (oks: number): number => left + oks * (right - left);
  const bottom = top + (jointGroups.length - 1) * step;
  const ticks = [0, 0.25, 0.5, 0.75, 1].map(
    (tick) =>
      line({ x: at(tick), y: top - 16 }, { x: at(tick), y: bottom + 16 }, faint) +
      label({ x: at(tick), y: bottom + 36 }, String(tick), `fill="${ink}" text-anchor="middle"`),
  );
  const lines = jointGroups.map((group, nth) => {
    const y = top + nth * step;
    const marks = rows.map((row, index) => {
      const oks = groupOks(row, group);
      return oks === null ? '' : mark({ x: at(oks), y }, index);
    });
    return label({ x: left - 14, y: y + 5 }, group.name, `fill="${ink}" text-anchor="end"`) + marks.join('');
  });
  const title = label(
    { x: left, y: top - 30 },
    'OKS by joint, left and right together',
    `fill="${ink}" font-weight="bold"`,
  );
  return [title, ...ticks, ...lines].join('\n');
}

function speedPlot(rows: readonly ComparedRow[], { ink, faint }: ChartColours): string {
  const { left, right, top, bottom } = SPEED;
  const most = niceTop(Math.max(1, ...rows.map(({ msPerPicture }) => msPerPicture)));
  const x = (ms: number): number => left + (ms / most) * (right - left);
  const y = (oks: number): number => bottom - oks * (bottom - top);
  const ticks = [0, 0.25, 0.5, 0.75, 1].flatMap((tick) => [
    line({ x: left, y: y(tick) }, { x: right, y: y(tick) }, faint),
    label({ x: left - 10, y: y(tick) + 5 }, String(tick), `fill="${ink}" text-anchor="end"`),
    label({ x: x(tick * most), y: bottom + 20 }, String(tick * most), `fill="${ink}" text-anchor="middle"`),
  ]);
  const marks = rows.map(({ name, msPerPicture, scores }, index) => {
    const place = { x: x(msPerPicture), y: y(Number.isFinite(scores.meanOks) ? scores.meanOks : 0) };
    const isRight = place.x > (left + right) / 2;
    const beside = { x: place.x + (isRight ? -12 : 12), y: place.y + 5 };
    return mark(place, index) + label(beside, name, `fill="${ink}" text-anchor="${isRight ? 'end' : 'start'}"`);
  });
  return [
    label({ x: left, y: top - 30 }, 'mean OKS against milliseconds a picture', `fill="${ink}" font-weight="bold"`),
    ...ticks,
    ...marks,
  ].join('\n');
}

/** The least of 1, 2, 4, 6 and 8 times a power of ten that is not below a value: quarters of it are short numbers. */
function niceTop(value: number): number {
  const power = 10 ** Math.floor(Math.log10(value));
  return [1, 2, 4, 6, 8, 10].map((factor) => factor * power).find((top) => top >= value) ?? value;
}
