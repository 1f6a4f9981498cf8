/** A frame that waits for a session. */
export interface WaitingFrame {
  readonly cameraId: string;
  /** Frames of one group may share a batch. */
  readonly batchGroup: string;
  /** Order of arrival: grows. */
  readonly arrival: number;
}

export interface BatchLimits {
  readonly maxBatch: number;
  /** Sessions that are free now: waiting frames are shared out among them before any session gets a second one. */
  readonly freeSessions: number;
}

/**
 * The frames that go to the next free session, all of one group. Cameras take turns: the one whose last turn is longest ago comes
 * first, and no camera has a second frame in the batch before each other one of that group has its first. Within a camera the
 * oldest goes first. Empty when nothing waits.
 * @param lastTurn when each camera had its last turn (any growing number); a camera that is not in it never had one.
 */
export function chooseBatch<T extends WaitingFrame>(
  waiting: readonly T[],
  lastTurn: ReadonlyMap<string, number>,
  limits: BatchLimits,
): readonly T[] {
  const order = inTurn(waiting, lastTurn);
  const first = order.at(0);
  if (first === undefined) return [];
  const alike = order.filter(({ batchGroup }) => batchGroup === first.batchGroup);
  const share = Math.ceil(waiting.length / Math.max(1, limits.freeSessions));
  return alike.slice(0, Math.min(limits.maxBatch, share));
}

function inTurn<T extends WaitingFrame>(waiting: readonly T[], lastTurn: ReadonlyMap<string, number>): T[] {
  const seen = new Map<string, number>();
  const ranked = [...waiting]
    .sort((a, b) => a.arrival - b.arrival)
    .map((frame) => {
      const nth = seen.get(frame.cameraId) ?? 0;
      seen.set(frame.cameraId, nth + 1);
      return { frame, nth, turn: lastTurn.get(frame.cameraId) ?? -1 };
    });
  ranked.sort((a, b) => a.nth - b.nth || a.turn - b.turn || a.frame.arrival - b.frame.arrival);
  return ranked.map(({ frame }) => frame);
}
