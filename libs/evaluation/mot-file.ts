import { AppError } from '#base/errors.js';
import type { Box } from '#geometry/box.js';

/**
 * The text format of MOTChallenge: one line per box, `frame,id,left,top,width,height,confidence,x,y,z`, frames from 1.
 * In ground truth the seventh field says whether the box counts (0: it does not).
 * Source: https://motchallenge.net/instructions (2D MOT 2015).
 */

/** One box of one frame. */
export interface MotRow {
  /** From 1. */
  readonly frame: number;
  readonly id: number;
  /** Pixels of the source picture. */
  readonly box: Box;
  /** Confidence of a prediction; in ground truth 0 means "does not count"; −1 where nothing is known. */
  readonly confidence: number;
}

const FIELDS = ['frame', 'id', 'left', 'top', 'width', 'height', 'confidence'] as const;
const FIRST_OPTIONAL = FIELDS.indexOf('confidence');

function field(text: string | undefined, at: number, line: string): number {
  const value = text === undefined || text.trim() === '' ? Number.NaN : Number(text);
  if (Number.isFinite(value)) return value;
  if (text === undefined && at >= FIRST_OPTIONAL) return -1;
  const found = text === undefined ? 'is missing' : `is "${text.trim()}"; it must be a number`;
  throw new AppError('invalid-input', `${line}: field ${at + 1} (${FIELDS[at]}) ${found}`);
}

function parseLine(text: string, line: string): MotRow {
  const parts = text.split(/[,;]|\s+/).filter((part, index, all) => part !== '' || index < all.length - 1);
  const frame = field(parts[0], 0, line);
  if (!Number.isInteger(frame) || frame < 1) {
    throw new AppError('invalid-input', `${line}: field 1 (frame) is ${frame}; frames are whole numbers from 1`);
  }
  const place = `${line}, frame ${frame}`;
  const [id, left, top, width, height, confidence] = FIELDS.slice(1).map((_, at) =>
    field(parts[at + 1], at + 1, place),
  );
  if (!Number.isInteger(id))
    throw new AppError('invalid-input', `${place}: field 2 (id) is ${id}; ids are whole numbers`);
  if (width <= 0 || height <= 0) {
    throw new AppError('invalid-input', `${place}: the box is ${width} × ${height}; both must be above 0`);
  }
  return { frame, id, box: [left, top, left + width, top + height], confidence };
}

/**
 * Rows of a MOT file, in the order of the file. Empty lines are passed over.
 * @param fileName named in errors.
 * @param options.unlinkedId an id that stands for "none", and may come several times in a frame.
 * @throws AppError `invalid-input` naming file, line and field; also when an id occurs twice in a frame.
 */
export function parseMot(
  text: string,
  fileName: string,
  options: { readonly unlinkedId?: number } = {},
): readonly MotRow[] {
  const rows: MotRow[] = [];
  const seen = new Map<string, number>();
  text.split(/\r?\n/).forEach((content, index) => {
    if (content.trim() === '') return;
    const line = `${fileName}, line ${index + 1}`;
    const row = parseLine(content.trim(), line);
    const key = `${row.frame} ${row.id}`;
    const earlier = seen.get(key);
    if (earlier !== undefined && row.id !== options.unlinkedId) {
      throw new AppError('invalid-input', `${line}: id ${row.id} is already in frame ${row.frame} (line ${earlier})`);
    }
    seen.set(key, index + 1);
    rows.push(row);
  });
  return rows;
}

function number(value: number): string {
  return String(Math.round(value * 100) / 100);
}

/** One row with its line break: hundredths of a pixel, confidence in ten-thousandths. */
export function motLine({ frame, id, box, confidence }: MotRow): string {
  const [x1, y1, x2, y2] = box;
  const place = [x1, y1, x2 - x1, y2 - y1].map(number).join(',');
  return `${frame},${id},${place},${String(Math.round(confidence * 10_000) / 10_000)},-1,-1,-1\n`;
}

/** A MOT file: one line per row, ordered by frame and id. */
export function formatMot(rows: readonly MotRow[]): string {
  return [...rows]
    .sort((a, b) => a.frame - b.frame || a.id - b.id)
    .map(motLine)
    .join('');
}
