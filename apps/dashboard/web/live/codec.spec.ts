import { codecOfInitSegment } from './codec.js';

function box(type: string, payload: readonly number[]): Uint8Array {
  const size = payload.length + 8;
  return Uint8Array.from([
    0,
    0,
    0,
    size,
    ...Array.from(type, (letter) => letter.charCodeAt(0)),
    ...payload,
    0,
    0,
    0,
    0,
  ]);
}

describe('codecOfInitSegment', () => {
  it('names H.264 by profile, constraints and level', () => {
    const avcC = box('avcC', [1, 0x64, 0x00, 0x1f, 0xff, 0xe1, 0, 4, 1, 2, 3, 4, 1, 0]);
    expect(codecOfInitSegment(avcC)).toBe('avc1.64001f');
  });

  it('names H.265 Main at level 3.1 as Annex E of ISO/IEC 14496-15 does', () => {
    const hvcC = box('hvcC', [1, 0x01, 0x60, 0, 0, 0, 0xb0, 0, 0, 0, 0, 0, 93, 0xf0, 0]);
    expect(codecOfInitSegment(hvcC)).toBe('hvc1.1.6.L93.B0');
  });

  it('says null for another codec and for a cut box', () => {
    expect(codecOfInitSegment(box('vp09', Array<number>(16).fill(0)))).toBeNull();
    expect(codecOfInitSegment(box('avcC', [1]).subarray(0, 9))).toBeNull();
  });
});
