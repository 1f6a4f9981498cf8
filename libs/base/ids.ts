import type { Random } from './random.js';

const ALPHABET = '0123456789abcdefghjkmnpqrstvwxyz';

/** A new id such as `cam_4k2m9x0c1d7q` (60 random bits). Ids with a natural key are built from it instead; see `frameId`. */
export function newId(prefix: 'cam' | 'vid' | 'zon' | 'rul' | 'usr' | 'mdl', random: Random): string {
  let text = '';
  for (let i = 0; i < 12; i++) text += ALPHABET[Math.floor(random() * ALPHABET.length)] ?? '0';
  return `${prefix}_${text}`;
}

/** The natural key of one frame. */
export interface FrameKey {
  readonly cameraId: string;
  /** Grows by one at each reconnect of a camera; 0 for a file. */
  readonly epoch: number;
  /** Dense in an epoch, from 0. */
  readonly seq: number;
}

/** `cameraId-epoch-seq`: the id of a frame in queues, stores and logs. */
export function frameId(key: FrameKey): string {
  return `${key.cameraId}-${key.epoch}-${key.seq}`;
}
