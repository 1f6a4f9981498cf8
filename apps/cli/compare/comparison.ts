import type { CocoScores } from '../evaluate/coco.js';

/** One profile or model on the annotated set; what `--json` and `compare.json` show. */
export interface ComparedRow {
  /** As it was asked for: a profile or the id of a model. */
  readonly name: string;
  /** Models that ran, the one that finds the joints last but for a crowd model. */
  readonly models: readonly string[];
  readonly licences: readonly string[];
  /** Of all files together. */
  readonly bytes: number;
  readonly provider: string;
  /** Median time of a picture in one session thread, milliseconds. */
  readonly msPerPicture: number;
  readonly scores: CocoScores;
}

/** Something that could not be run, and why. */
export interface FailedRow {
  readonly name: string;
  readonly problem: string;
}

export interface Comparison {
  /** ISO 8601, UTC. */
  readonly at: string;
  /** Processor of the machine. */
  readonly machine: string;
  readonly annotations: string;
  readonly images: number;
  readonly persons: number;
  readonly rows: readonly ComparedRow[];
  readonly failed: readonly FailedRow[];
}

/** Middle value; of two, their mean; NaN of nothing. */
export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  return sorted.length % 2 === 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}

/** A fraction with three digits; a dash where it is not defined. */
export function fraction(value: number): string {
  return Number.isFinite(value) ? value.toFixed(3) : '–';
}

/** The figures that stand side by side, in the order of the table. */
export const figures: readonly { readonly label: string; readonly text: (row: ComparedRow) => string }[] = [
  { label: 'mean OKS', text: ({ scores }) => fraction(scores.meanOks) },
  { label: 'AP', text: ({ scores }) => fraction(scores.ap) },
  { label: 'AP50', text: ({ scores }) => fraction(scores.ap50) },
  { label: 'AP medium', text: ({ scores }) => fraction(scores.apMedium) },
  { label: 'AP large', text: ({ scores }) => fraction(scores.apLarge) },
  { label: 'AR', text: ({ scores }) => fraction(scores.ar) },
  { label: 'PCK@0.2 of box', text: ({ scores }) => fraction(scores.pck02) },
  { label: 'PDJ@0.2 of torso', text: ({ scores }) => fraction(scores.pdj) },
  { label: 'ms a picture', text: ({ msPerPicture }) => msPerPicture.toFixed(0) },
  { label: 'size', text: ({ bytes }) => `${(bytes / 1e6).toFixed(1)} MB` },
  { label: 'provider', text: ({ provider }) => provider },
  { label: 'models', text: ({ models }) => models.join(', ') },
  { label: 'licence', text: ({ licences }) => licences.join(', ') },
];
