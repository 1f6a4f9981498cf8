import { ticksToUs, type TimeBase } from './media-time.js';

/**
 * Splits the fragmented MP4 that FFmpeg writes (one video track, one sample a fragment) into the pieces a player is fed
 * with, and reads their time. Source: ISO/IEC 14496-12, boxes moov/trak/mdia/mdhd, mvex/trex, moof/traf/{tfhd,tfdt,trun}.
 * Media time of a fragment = tfdt + composition offset, which equals the raw frame's PTS; see `ffmpeg-arguments.ts`.
 */
export interface InitSegment {
  readonly kind: 'init';
  /** `ftyp` and `moov`: what a player needs before any fragment. */
  readonly bytes: Buffer;
}

export interface Fragment {
  readonly kind: 'fragment';
  /** `moof` and `mdat` of one access unit. */
  readonly bytes: Buffer;
  readonly keyframe: boolean;
  readonly ptsUs: number;
  readonly durationUs: number;
}

const NOT_SYNC_SAMPLE = 0x10000;
const LARGEST_BOX_BYTES = 64 * 1024 * 1024;

/** A stateful splitter: push what the socket gave, get whole pieces. One for each stream. */
export class FragmentSplitter {
  private unread: Buffer = Buffer.alloc(0);
  private head: Buffer[] = [];
  private moof: Buffer | null = null;
  private timeBase: TimeBase = { num: 1, den: 1 };
  private defaultFlags = 0;

  /** The pieces that `chunk` completes. @throws Error when the bytes are no MP4. */
  push(chunk: Buffer): (InitSegment | Fragment)[] {
    this.unread = this.unread.length === 0 ? chunk : Buffer.concat([this.unread, chunk]);
    const pieces: (InitSegment | Fragment)[] = [];
    for (let box = this.takeBox(); box !== null; box = this.takeBox()) {
      const piece = this.accept(box);
      if (piece !== null) pieces.push(piece);
    }
    return pieces;
  }

  private takeBox(): Buffer | null {
    if (this.unread.length < 16) return null;
    const size32 = this.unread.readUInt32BE(0);
    const size = size32 === 1 ? Number(this.unread.readBigUInt64BE(8)) : size32;
    if (size < 8 || size > LARGEST_BOX_BYTES) throw new Error(`MP4 box of ${size} bytes`);
    if (this.unread.length < size) return null;
    const box = this.unread.subarray(0, size);
    this.unread = this.unread.subarray(size);
    return box;
  }

  private accept(box: Buffer): InitSegment | Fragment | null {
    switch (typeOf(box)) {
      case 'ftyp':
        this.head = [box];
        return null;
      case 'moov':
        this.readMoov(box);
        return { kind: 'init', bytes: Buffer.concat([...this.head, box]) };
      case 'moof':
        this.moof = box;
        return null;
      case 'mdat': {
        const moof = this.moof;
        this.moof = null;
        return moof === null ? null : this.fragment(moof, box);
      }
      default:
        return null;
    }
  }

  private readMoov(moov: Buffer): void {
    const header = needed(moov, ['trak', 'mdia', 'mdhd']);
    this.timeBase = { num: 1, den: header.readUInt32BE(header[0] === 1 ? 20 : 12) };
    const defaults = needed(moov, ['mvex', 'trex']);
    this.defaultFlags = defaults.readUInt32BE(20);
  }

  private fragment(moof: Buffer, mdat: Buffer): Fragment {
    const times = needed(moof, ['traf', 'tfdt']);
    const baseTicks = times[0] === 1 ? Number(times.readBigInt64BE(4)) : times.readUInt32BE(4);
    const track = readTfhd(needed(moof, ['traf', 'tfhd']));
    const sample = readTrun(needed(moof, ['traf', 'trun']));
    const flags = sample.flags ?? track.flags ?? this.defaultFlags;
    return {
      kind: 'fragment',
      bytes: Buffer.concat([moof, mdat]),
      keyframe: (flags & NOT_SYNC_SAMPLE) === 0,
      ptsUs: ticksToUs(baseTicks + sample.compositionTicks, this.timeBase),
      durationUs: ticksToUs(sample.durationTicks ?? track.durationTicks ?? 0, this.timeBase),
    };
  }
}

function typeOf(box: Buffer): string {
  return box.toString('latin1', 4, 8);
}

/** Payload of the box at `path`, in which each name is a child of the one before; null where it is missing. */
function child(parentPayload: Buffer, path: readonly string[]): Buffer | null {
  const [name, ...rest] = path;
  for (let at = 0; at + 8 <= parentPayload.length;) {
    const size = parentPayload.readUInt32BE(at);
    if (size < 8) return null;
    const payload = parentPayload.subarray(at + 8, at + size);
    if (parentPayload.toString('latin1', at + 4, at + 8) === name)
      return rest.length === 0 ? payload : child(payload, rest);
    at += size;
  }
  return null;
}

function needed(box: Buffer, path: readonly string[]): Buffer {
  const found = child(box.subarray(8), path);
  if (found === null) throw new Error(`MP4 ${typeOf(box)} without ${path.join('/')}`);
  return found;
}

/** Reads 32-bit words of a full box whose presence its flags announce, in the order of the specification. */
class FullBoxReader {
  private readonly announced: number;
  private readonly payload: Buffer;
  private at: number;

  constructor(payload: Buffer, firstField: number) {
    this.payload = payload;
    this.announced = payload.readUInt32BE(0) & 0xffffff;
    this.at = firstField;
  }

  next(flag: number, bytes = 4): number | null {
    if ((this.announced & flag) === 0) return null;
    const value = bytes === 8 ? Number(this.payload.readBigUInt64BE(this.at)) : this.payload.readUInt32BE(this.at);
    this.at += bytes;
    return value;
  }
}

function readTfhd(payload: Buffer): { readonly durationTicks: number | null; readonly flags: number | null } {
  const fields = new FullBoxReader(payload, 8);
  fields.next(0x1, 8);
  fields.next(0x2);
  const durationTicks = fields.next(0x8);
  fields.next(0x10);
  return { durationTicks, flags: fields.next(0x20) };
}

interface TrunSample {
  readonly durationTicks: number | null;
  readonly flags: number | null;
  readonly compositionTicks: number;
}

/** The first sample of a run; a version 1 box has signed composition offsets. */
function readTrun(payload: Buffer): TrunSample {
  const fields = new FullBoxReader(payload, 8);
  fields.next(0x1);
  const firstFlags = fields.next(0x4);
  const durationTicks = fields.next(0x100);
  fields.next(0x200);
  const flags = fields.next(0x400);
  const offset = fields.next(0x800) ?? 0;
  return { durationTicks, flags: firstFlags ?? flags, compositionTicks: payload[0] === 1 ? offset | 0 : offset };
}
