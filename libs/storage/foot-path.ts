/**
 * Where the feet of a segment's poses were, as bytes: what zones and lines are tested on without unpacking poses.
 * Layout: varints of the count, the times (µs), then all x and all y in tenths of a pixel, each the change since the one before. The feet
 * of `measureStep` are such tenths, so nothing is lost.
 */
import type { PathPoint } from '#behavior/path-events.js';
import { measureStep } from '#tracking/measures.js';
import type { SegmentPose } from './segment-codec.js';
import { putSigned, putTimes, putVarint, takeSigned, takeTimes, takeVarint, type VarintReader } from './varint.js';

const PER_PX = 10;

/** Stored boxes are filtered already, and the foot is measured as it is live. `jointScore`: ankles below it are not seen. */
export function footPathOf(poses: readonly SegmentPose[], jointScore: number): PathPoint[] {
  return poses.map(({ ptsUs, box, keypoints }) => {
    const step = measureStep({ history: [], sinceUs: 0, box, filteredBox: box, keypoints, jointScore });
    return { ptsUs, foot: step.measures.foot };
  });
}

/** About six bytes a point. `path`: in order of time. */
export function packFootPath(path: readonly PathPoint[]): Uint8Array<ArrayBuffer> {
  const bytes: number[] = [];
  putVarint(bytes, path.length);
  putTimes(
    bytes,
    path.map(({ ptsUs }) => ptsUs),
  );
  for (const axis of ['x', 'y'] as const) {
    let before = 0;
    for (const { foot } of path) {
      const tenths = Math.round(foot[axis] * PER_PX);
      putSigned(bytes, tenths - before);
      before = tenths;
    }
  }
  return Uint8Array.from(bytes);
}

/** Undoes `packFootPath`, also for several paths behind each other. @throws AppError `data-loss` where the bytes end too early. */
export function unpackFootPath(bytes: Uint8Array): PathPoint[] {
  const reader = { bytes, at: 0 };
  const path: PathPoint[] = [];
  while (reader.at < bytes.length) {
    const times = takeTimes(reader, takeVarint(reader));
    const [xs, ys] = [takeAxis(reader, times.length), takeAxis(reader, times.length)];
    times.forEach((ptsUs, at) => path.push({ ptsUs, foot: { x: xs[at], y: ys[at] } }));
  }
  return path;
}

function takeAxis(reader: VarintReader, count: number): Float64Array {
  const values = new Float64Array(count);
  let tenths = 0;
  for (let at = 0; at < count; at++) values[at] = (tenths += takeSigned(reader)) / PER_PX;
  return values;
}
