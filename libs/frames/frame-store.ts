import type { FrameKey } from '#base/ids.js';
import { frameStoreKey } from '#contracts/channels.js';

/** The part of a key-value store that frames need. */
export interface BytesByKey {
  readonly setBytes: (key: string, bytes: Uint8Array, ttlMs: number) => Promise<void>;
  readonly getBytes: (key: string) => Promise<Buffer | null>;
  readonly delete: (keys: readonly string[]) => Promise<void>;
}

/** Pixels on their way: written by ingest, read by inference and tracker, discarded by the tracker once the frame is done. */
export interface FrameStore {
  /**
   * `pixels`: raw RGB, widthPx × heightPx × 3 bytes of the frame's analysis size; read until it resolves or rejects, and not to be changed
   * before.
   */
  readonly put: (key: FrameKey, pixels: Uint8Array) => Promise<void>;
  /** Null when the frame was discarded or its time ran out. */
  readonly get: (key: FrameKey) => Promise<Buffer | null>;
  readonly discard: (keys: readonly FrameKey[]) => Promise<void>;
}

/** A frame store whose frames vanish after `ttlMs`, so that what nobody discards is bounded too. */
export function frameStore(keyValues: BytesByKey, ttlMs: number): FrameStore {
  return {
    put: (key, pixels) => keyValues.setBytes(frameStoreKey(key), pixels, ttlMs),
    get: (key) => keyValues.getBytes(frameStoreKey(key)),
    discard: (keys) => keyValues.delete(keys.map(frameStoreKey)),
  };
}
