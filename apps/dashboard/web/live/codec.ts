/**
 * The codec string that Media Source Extensions want, read from the sample entry of an MP4 init segment.
 * Sources: RFC 6381 §3.3, ISO/IEC 14496-15 §5.3.3.1 (avcC) and §8.3.3.1 (hvcC) with Annex E for the hvc1 string.
 */

/** Codec string such as `avc1.64001f` or `hvc1.1.6.L93.B0`; null when the segment has neither H.264 nor H.265. */
export function codecOfInitSegment(bytes: Uint8Array): string | null {
  const avc = findBox(bytes, 'avcC');
  if (avc !== null) return `avc1.${hex(bytes[avc + 1])}${hex(bytes[avc + 2])}${hex(bytes[avc + 3])}`;
  const hevc = findBox(bytes, 'hvcC');
  return hevc === null ? null : hevcString(bytes.subarray(hevc));
}

/** Index of the first byte after the type of the first box called `type`; null when there is none. */
function findBox(bytes: Uint8Array, type: string): number | null {
  const [a, b, c, d] = Array.from(type, (letter) => letter.charCodeAt(0));
  // The payload must hold at least the 13 bytes that the strings are made from.
  for (let i = 4; i + 17 <= bytes.length; i++) {
    if (bytes[i] === a && bytes[i + 1] === b && bytes[i + 2] === c && bytes[i + 3] === d) return i + 4;
  }
  return null;
}

function hevcString(record: Uint8Array): string {
  const space = ['', 'A', 'B', 'C'][record[1] >> 6];
  const tier = (record[1] & 0x20) === 0 ? 'L' : 'H';
  const profile = record[1] & 0x1f;
  const view = new DataView(record.buffer, record.byteOffset, record.byteLength);
  const compatibility = reverseBits(view.getUint32(2)).toString(16).toUpperCase();
  const constraints = [...record.subarray(6, 12)];
  while (constraints.length > 0 && constraints.at(-1) === 0) constraints.pop();
  const flags = constraints.map((byte) => `.${byte.toString(16).toUpperCase()}`).join('');
  return `hvc1.${space}${profile}.${compatibility}.${tier}${record[12]}${flags}`;
}

function reverseBits(value: number): number {
  let reversed = 0;
  for (let bit = 0; bit < 32; bit++) reversed = (reversed << 1) | ((value >>> bit) & 1);
  return reversed >>> 0;
}

function hex(byte: number): string {
  return byte.toString(16).padStart(2, '0');
}
