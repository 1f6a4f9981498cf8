import { z } from 'zod';

/** Text that a person typed: no control characters, which neither a database nor a page can show. */
export const plainText = z.string().regex(/^\P{Cc}*$/u, 'must not contain control characters');

/** Largest page of a list. */
export const MAX_PAGE = 200;

/** The body of every answer with a status of 400 or above. */
export const errorAnswer = z
  .object({
    error: z.object({
      /** One of the kinds of `libs/base/errors.ts`. */
      kind: z.string(),
      /** One sentence for a person: the thing, its value and what to do. */
      message: z.string(),
      /** Field, value and range where they are known. */
      details: z.record(z.string(), z.unknown()),
    }),
  })
  .meta({ id: 'ErrorAnswer' });

export type ErrorAnswer = z.infer<typeof errorAnswer>;

/** An answer that only says that it was done. */
export const done = z.object({ done: z.literal(true) }).meta({ id: 'Done' });

export type Done = z.infer<typeof done>;

/** An id in a path, such as `cam_4k2m9x0c1d7q`. */
export const idParam = z.string().regex(/^[\w.-]{1,200}$/, 'must be an id of letters, digits, dots, dashes');

/** A box in source pixels: x1, y1, x2, y2. */
export const box = z.tuple([z.number(), z.number(), z.number(), z.number()]);

/** Source picture size in pixels; null while nothing has been decoded. */
export const sourceSize = z
  .object({ widthPx: z.int().positive(), heightPx: z.int().positive() })
  .meta({ id: 'SourceSize' });

/** Query fields that every paged list takes. */
export const paging = {
  cursor: z.string().max(400).optional().describe('`nextCursor` of the page before; left out for the first page.'),
  limit: z.coerce.number().int().min(1).max(MAX_PAGE).default(50).describe('Entries in one page.'),
};

/** Query fields that limit a list to a span of wall clock time, in milliseconds since 1970. */
export const timeRange = {
  fromMs: z.coerce.number().min(0).optional().describe('Only what lasted until this wall clock time or later (ms).'),
  toMs: z.coerce.number().min(0).optional().describe('Only what started before this wall clock time (ms).'),
};

/** Refuses a span that ends before it starts; names the field. */
export function runsForward(range: {
  readonly fromMs?: number | undefined;
  readonly toMs?: number | undefined;
}): boolean {
  return range.fromMs === undefined || range.toMs === undefined || range.fromMs <= range.toMs;
}

/** The error of `runsForward`. */
export const reversedRange = { path: ['fromMs'], error: 'must not be later than toMs' };
