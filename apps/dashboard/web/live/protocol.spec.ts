import { parseLiveMessage } from './protocol.js';

function message(kind: number, ptsUs: bigint): ArrayBuffer {
  const bytes = new ArrayBuffer(16);
  const view = new DataView(bytes);
  view.setUint8(0, kind);
  view.setUint8(1, 1);
  view.setUint32(2, 7);
  view.setBigInt64(6, ptsUs);
  view.setUint16(14, 0xabcd);
  return bytes;
}

describe('parseLiveMessage', () => {
  it('reads kind, key-frame flag, epoch, PTS and bytes', () => {
    const parsed = parseLiveMessage(message(2, -1_500_000n));
    expect(parsed).toMatchObject({ kind: 'fragment', isKeyFrame: true, epoch: 7, ptsUs: -1_500_000 });
    expect([...(parsed?.bytes ?? [])]).toEqual([0xab, 0xcd]);
  });

  it('knows an init segment', () => {
    expect(parseLiveMessage(message(1, 0n))?.kind).toBe('init');
  });

  it('refuses what it does not know', () => {
    expect(parseLiveMessage(message(9, 0n))).toBeNull();
    expect(parseLiveMessage(new ArrayBuffer(13))).toBeNull();
  });
});
