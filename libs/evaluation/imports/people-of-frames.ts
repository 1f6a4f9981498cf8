import { AppError } from '#base/errors.js';
import type { JsonValue } from '../json-value.js';
import type { ImportedFrame, ImportedPose } from './imported-sequence.js';

/** Counts of people that are not taken over, by reason. */
export class LeftOut {
  readonly counts: Record<string, number> = {};

  add(reason: string): void {
    this.counts[reason] = (this.counts[reason] ?? 0) + 1;
  }
}

/** People of a file by frame, in whatever order the file lists them. */
export class PeopleOfFrames {
  private readonly frames = new Map<number, ImportedPose[]>();
  private readonly taken = new Map<number, Set<number>>();
  private isLinked: boolean | null = null;

  /**
   * @param entry where the person stands in the file, for what is said of it.
   * @throws AppError `invalid-input` when the id is there already in that frame, or only some people of the file have one.
   */
  add(frame: number, pose: ImportedPose, entry: JsonValue): void {
    this.isLinked ??= pose.trackNo !== null;
    if (pose.trackNo === null && this.isLinked) entry.field('track_id');
    if (pose.trackNo !== null) {
      const taken = this.taken.get(frame) ?? new Set();
      if (!this.isLinked)
        entry.field('track_id').refuse('absent, since the people before it have none, or there in all');
      if (taken.has(pose.trackNo)) entry.field('track_id').refuse('there once in a frame');
      this.taken.set(frame, taken.add(pose.trackNo));
    }
    const people = this.frames.get(frame);
    if (people === undefined) this.frames.set(frame, [pose]);
    else people.push(pose);
  }

  /** Frames that have people, ascending. */
  inOrder(): ImportedFrame[] {
    return [...this.frames].sort(([a], [b]) => a - b).map(([frame, poses]) => ({ frame, poses }));
  }
}

/** Refuses a file in which nobody is. */
export function refuseEmpty(frames: readonly ImportedFrame[], fileName: string): void {
  if (frames.length === 0) throw new AppError('invalid-input', `${fileName} holds nobody: there is nothing to import.`);
}
