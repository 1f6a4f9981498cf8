/** MOTChallenge text files as people without joints. Ids of −1 throughout mean that nobody is linked (detections). */
import { AppError } from '#base/errors.js';
import { parseMot, type MotRow } from '../mot-file.js';
import {
  FARTHEST_PX,
  LARGEST_ID,
  MOST_FRAMES,
  noJoints,
  type ImportedFrame,
  type ImportedPose,
  type ImportedSequence,
} from './imported-sequence.js';
import { LeftOut } from './people-of-frames.js';

const NO_ID = -1;

/** @throws AppError `invalid-input` that names file, line, frame and field. */
export function readMot(text: string, fileName: string): ImportedSequence {
  const rows = parseMot(text, fileName, { unlinkedId: NO_ID });
  const isLinked = rows.some(({ id }) => id !== NO_ID);
  const frames = new Map<number, ImportedPose[]>();
  const leftOut = new LeftOut();
  let frameCount = 0;
  for (const row of rows) {
    check(row, fileName, isLinked);
    frameCount = Math.max(frameCount, row.frame);
    if (row.confidence === 0) {
      leftOut.add('with confidence 0: boxes that do not count');
      continue;
    }
    const people = frames.get(row.frame - 1);
    if (people === undefined) frames.set(row.frame - 1, [poseOf(row)]);
    else people.push(poseOf(row));
  }
  return {
    format: 'mot',
    frames: [...frames].sort(([a], [b]) => a - b).map(([frame, poses]): ImportedFrame => ({ frame, poses })),
    frameCount,
    imageIds: null,
    size: null,
    isOneView: true,
    leftOut: leftOut.counts,
  };
}

/** A confidence below 0 says that nothing is known of it; some detectors count beyond 1. */
function poseOf({ id, box, confidence }: MotRow): ImportedPose {
  const score = confidence < 0 ? 1 : Math.min(1, confidence);
  return { box, score, keypoints: noJoints, trackNo: id === NO_ID ? null : id };
}

function check({ frame, id, box }: MotRow, fileName: string, isLinked: boolean): void {
  const place = `${fileName}, frame ${frame}, id ${id}`;
  if (frame > MOST_FRAMES)
    throw new AppError('invalid-input', `${place}: field 1 (frame) must be ${MOST_FRAMES} at most`);
  if ((isLinked && id < 0) || id > LARGEST_ID)
    throw new AppError('invalid-input', `${place}: field 2 (id) must be from 0 to ${LARGEST_ID}, or −1 in every line`);
  if (box.some((value) => Math.abs(value) > FARTHEST_PX))
    throw new AppError(
      'invalid-input',
      `${place}: the box must lie within ${FARTHEST_PX} pixels of the picture's corner`,
    );
}
