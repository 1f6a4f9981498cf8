import { BytePool, type PooledBytes } from './byte-pool.js';
import { seededRandom } from './random.js';

describe('BytePool', () => {
  it('never gives out bytes that somebody still holds, whatever the order of holding and releasing', () => {
    const random = seededRandom(7);
    const pool = new BytePool(3);
    const held = new Map<PooledBytes, { mark: number; holders: number }>();
    for (let step = 0; step < 3000; step++) {
      const some = [...held][Math.floor(random() * held.size)];
      if (held.size === 0 || (held.size < 9 && random() < 0.4)) {
        const taken = pool.take(random() < 0.5 ? 16 : 24);
        taken.bytes.fill(step % 251);
        held.set(taken, { mark: step % 251, holders: 1 });
      } else if (random() < 0.3) {
        some[0].hold();
        some[1].holders++;
      } else {
        some[0].release();
        some[1].holders--;
        if (some[1].holders === 0) held.delete(some[0]);
      }
      const spoilt = [...held].filter(([{ bytes }, { mark }]) => bytes.some((byte) => byte !== mark));
      expect(spoilt).toEqual([]);
    }
  });

  it('gives released bytes of the same length out again, and keeps no more than asked', () => {
    const pool = new BytePool(1);
    const [a, b, other] = [pool.take(8), pool.take(8), pool.take(9)];
    const own = b.bytes;
    for (const each of [other, a, b]) each.release(); // only the last one is kept
    expect(pool.take(8).bytes).toBe(own);
    expect(pool.take(8).bytes).not.toBe(own);
  });

  it('refuses to read, hold or release bytes that were released, also once others have them', () => {
    const pool = new BytePool(1);
    const gone = pool.take(8);
    gone.release();
    const next = pool.take(8);
    expect(() => gone.bytes).toThrow('8 pooled bytes were released before');
    expect(gone.hold.bind(gone)).toThrow(/released before/);
    expect(gone.release.bind(gone)).toThrow(/released before/);
    expect(next.bytes).toHaveLength(8);
  });
});
