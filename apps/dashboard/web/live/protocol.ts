/**
 * One binary message of `/ws/live/:cameraId`: byte 0 kind (1 init, 2 fragment), byte 1 key-frame flag, bytes 2–5 epoch
 * (uint32, big endian), bytes 6–13 PTS in µs (int64, big endian), then MP4 bytes.
 */
export interface LiveMessage {
  readonly kind: 'init' | 'fragment';
  readonly isKeyFrame: boolean;
  readonly epoch: number;
  readonly ptsUs: number;
  /** A view into the received message, not a copy. */
  readonly bytes: Uint8Array<ArrayBuffer>;
}

const HEADER_BYTES = 14;

/** Reads a live message; null when it is too short or of a kind that this page does not know. */
export function parseLiveMessage(message: ArrayBuffer): LiveMessage | null {
  if (message.byteLength < HEADER_BYTES) return null;
  const view = new DataView(message);
  const kind = view.getUint8(0);
  if (kind !== 1 && kind !== 2) return null;
  return {
    kind: kind === 1 ? 'init' : 'fragment',
    isKeyFrame: view.getUint8(1) === 1,
    epoch: view.getUint32(2),
    ptsUs: Number(view.getBigInt64(6)),
    bytes: new Uint8Array(message, HEADER_BYTES),
  };
}
