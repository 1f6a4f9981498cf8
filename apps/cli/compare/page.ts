import { cocoJoints } from '#pose/skeleton.js';
import { chart } from './chart.js';
import { figures, fraction, type ComparedRow, type Comparison } from './comparison.js';
import { escaped } from './escaped.js';

const STYLE = `
:root { color-scheme: light dark; --ink: #1b1f24; --faint: #d5dae1; --paper: #ffffff; --best: #e3f1e7; }
@media (prefers-color-scheme: dark) { :root { --ink: #e6e9ee; --faint: #3a414b; --paper: #14171b; --best: #1f3a29; } }
body { margin: 2rem auto; max-width: 66rem; padding: 0 1rem; background: var(--paper); color: var(--ink);
  font: 1rem/1.5 system-ui, sans-serif; }
h1 { font-size: 1.5rem; } h2 { font-size: 1.15rem; margin-top: 2rem; }
.wide { overflow-x: auto; }
svg { max-width: 100%; height: auto; }
table { border-collapse: collapse; font-variant-numeric: tabular-nums; }
th, td { padding: 0.3rem 0.9rem 0.3rem 0; text-align: left; border-bottom: 1px solid var(--faint); }
td.best { background: var(--best); font-weight: 600; }`;

/** The comparison as one HTML file that asks for nothing else; follows the reader's light or dark setting. */
export function comparisonPage(comparison: Comparison): string {
  const { rows, failed, at, machine, annotations, images, persons } = comparison;
  const about = `${images} pictures, ${persons} people with five labelled joints or more (${annotations}); ${machine}; ${at.slice(0, 10)}.`;
  const problems = failed.map(
    ({ name, problem }) => `<p><strong>${escaped(name)}</strong> did not run: ${escaped(problem)}</p>`,
  );
  return [
    '<!doctype html><html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">',
    `<title>Models compared</title><style>${STYLE}</style></head><body>`,
    `<h1>Models compared</h1><p>${escaped(about)}</p>`,
    ...problems,
    `<div class="wide">${chart(rows, { ink: 'var(--ink)', faint: 'var(--faint)', paper: 'var(--paper)' })}</div>`,
    '<h2>Side by side</h2>',
    table(
      rows,
      figures.map(({ label, text }) => ({ label, cells: rows.map(text), best: -1 })),
    ),
    '<h2>OKS by joint</h2>',
    table(
      rows,
      cocoJoints.map((name) => jointLine(rows, name.replace('_', ' '), (row) => row.scores.joints[name].oks)),
    ),
    '<h2>PCK@0.2 by joint</h2>',
    '<p>Within a fifth of the longer side of the annotated box.</p>',
    table(
      rows,
      cocoJoints.map((name) => jointLine(rows, name.replace('_', ' '), (row) => row.scores.joints[name].pck02)),
    ),
    '<p>Milliseconds are those of one picture in one session thread, reading the file left out; the median over all pictures.</p>',
    '</body></html>',
  ].join('\n');
}

interface TableLine {
  readonly label: string;
  readonly cells: readonly string[];
  /** Column that is set off; −1 for none. */
  readonly best: number;
}

function jointLine(rows: readonly ComparedRow[], label: string, value: (row: ComparedRow) => number): TableLine {
  const values = rows.map(value);
  const most = Math.max(...values.filter(Number.isFinite));
  return { label, cells: values.map(fraction), best: rows.length > 1 ? values.indexOf(most) : -1 };
}

function table(rows: readonly ComparedRow[], lines: readonly TableLine[]): string {
  const head = rows.map(({ name }) => `<th scope="col">${escaped(name)}</th>`).join('');
  const body = lines.map(({ label, cells, best }) => {
    const columns = cells.map((cell, at) => `<td${at === best ? ' class="best"' : ''}>${escaped(cell)}</td>`);
    return `<tr><th scope="row">${escaped(label)}</th>${columns.join('')}</tr>`;
  });
  return `<div class="wide"><table><thead><tr><td></td>${head}</tr></thead><tbody>${body.join('')}</tbody></table></div>`;
}
