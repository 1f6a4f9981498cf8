/** The tracks that come nearest to some poses: one scan over the key poses of all segments of a search. */
import { KEY_POSE_BYTES } from '#pose/key-poses.js';
import { poseScanner, type PoseScanner } from '#pose/pose-embedding.js';
import type { Database } from './database.js';
import { keyPosePieces, type KeyPosePiece } from './key-pose-scan.js';
import { byRank } from './ranked-page.js';
import type { PreparedSearch } from './track-conditions.js';
import { trackId, waysOf } from './track-paths.js';
import type { TrackKey } from './track-writes.js';

/** The segment of a track that comes nearest. */
export interface Candidate extends TrackKey {
  readonly segmentNo: number;
  /** Of its nearest key pose, see `vectorDistance`. */
  readonly distance: number;
}

/** The nearest of each example. `isCut`: there may be more that are near, but no more are kept. */
export interface Candidates {
  readonly byExample: readonly (readonly Candidate[])[];
  readonly isCut: boolean;
}

/**
 * For each example, the tracks whose key poses come nearest to it: at most `most` no farther than `worst`, nearest first.
 * Tracks that do not fulfil what the search asks of zone or line are left out.
 */
export async function nearestTracks(
  database: Database,
  prepared: PreparedSearch,
  wanted: { readonly examples: readonly Int8Array[]; readonly most: number; readonly worst: number },
): Promise<Candidates> {
  const all = wanted.examples.map((example) => new NearestTracks(poseScanner(example), wanted));
  for await (const piece of keyPosePieces(database, prepared)) for (const each of all) each.scan(piece);
  const best = all.map((each) => each.best());
  const isCut = best.some((each) => each.length === wanted.most);
  const { place, search } = prepared;
  if (place === null) return { byExample: best, isCut };
  const ways = await waysOf(database, best.flat(), { search, place });
  return { byExample: best.map((each) => each.filter((key) => ways.has(trackId(key)))), isCut };
}

/** The best segment of each of the nearest tracks so far. */
class NearestTracks {
  private readonly byTrack = new Map<string, Candidate>();
  private readonly most: number;
  private worst: number;

  constructor(
    private readonly scanner: PoseScanner,
    bounds: { readonly most: number; readonly worst: number },
  ) {
    this.most = bounds.most;
    this.worst = bounds.worst;
  }

  scan(piece: KeyPosePiece): void {
    const { cameraId, count, records } = piece;
    for (let segment = 0, at = 0; segment < count; segment++) {
      let distance = Infinity;
      for (const end = at + piece.bytes(segment); at < end; at += KEY_POSE_BYTES)
        distance = Math.min(distance, this.scanner.distanceAt(records, at, this.worst));
      if (distance <= this.worst) this.take({ cameraId, ...piece.place(segment), distance });
    }
  }

  best(): Candidate[] {
    return [...this.byTrack.values()].sort(byRank).slice(0, this.most);
  }

  private take(candidate: Candidate): void {
    const id = trackId(candidate);
    const known = this.byTrack.get(id);
    if (known !== undefined && known.distance <= candidate.distance) return;
    this.byTrack.set(id, candidate);
    if (this.byTrack.size < 2 * this.most) return;
    const kept = this.best();
    this.byTrack.clear();
    for (const each of kept) this.byTrack.set(trackId(each), each);
    this.worst = kept[kept.length - 1].distance;
  }
}
