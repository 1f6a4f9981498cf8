import type { LiveEntry } from '#messaging/live-stream.js';

const HEADER_BYTES = 14;
const KIND = { init: 1, fragment: 2 } as const;

/**
 * One message of `/ws/live/:cameraId`: kind (1 byte: 1 init, 2 fragment), key frame (1 byte: 0 or 1), epoch (uint32, big
 * endian), ptsUs (int64, big endian), then the MP4 bytes. Built once for all viewers.
 */
export function encodeLive(entry: LiveEntry): Buffer {
  const header = Buffer.alloc(HEADER_BYTES);
  header.writeUInt8(KIND[entry.kind], 0);
  header.writeUInt8(entry.keyframe ? 1 : 0, 1);
  header.writeUInt32BE(entry.epoch, 2);
  header.writeBigInt64BE(BigInt(entry.ptsUs), 6);
  return Buffer.concat([header, entry.bytes]);
}
