import { z } from 'zod';

/** Fields that every message about a frame carries. */
export const frameHeader = {
  cameraId: z.string().min(1),
  /** Grows by one at each reconnect of a camera; 0 for a file. */
  epoch: z.int().nonnegative(),
  /** Dense in an epoch, from 0. */
  seq: z.int().nonnegative(),
  /** Wall clock of capture, milliseconds since 1970. For a file: its start time plus the media time. */
  capturedAtMs: z.number(),
  /** Presentation time stamp of the frame in its stream, microseconds. */
  ptsUs: z.int(),
  traceId: z.string().min(1),
};

/** A picture size in pixels. */
export const size = z.object({ widthPx: z.int().positive(), heightPx: z.int().positive() });
