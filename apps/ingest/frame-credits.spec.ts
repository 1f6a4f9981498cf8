import { seededRandom } from '#base/random.js';
import { FrameCredits, LiveGate, fileCredits } from './frame-credits.js';

const frame = (seq: number): { seq: number } => ({ seq });

describe('FrameCredits', () => {
  it('gives credits back cumulatively, and none for what is done already', () => {
    const credits = new FrameCredits(() => 3);
    for (const seq of [0, 1, 5]) credits.take(seq);
    expect([credits.isFree, credits.inFlight]).toEqual([false, 3]);
    expect(credits.acknowledge(1)).toBe(true);
    expect(credits.acknowledge(4)).toBe(false);
    expect([credits.isFree, credits.inFlight]).toEqual([true, 1]);
  });
});

describe('fileCredits', () => {
  it.each([
    ['a file alone has all', 16, 1, 16],
    ['two files have as many each', 16, 2, 16],
    ['four files share twice as many', 16, 4, 8],
    ['parts are rounded up', 16, 5, 7],
    ['many files have enough each to keep going', 16, 100, 4],
    ['nobody has more than the limit', 2, 100, 2],
  ])('%s', (_, limit, files, each) => {
    expect(fileCredits(limit, files)).toBe(each);
  });
});

describe('LiveGate', () => {
  it('sends while there is credit, then keeps only the newest frame waiting', () => {
    const gate = new LiveGate(2);
    expect(gate.offer(frame(0))).toEqual({ send: frame(0), dropped: null });
    expect(gate.offer(frame(1))).toEqual({ send: frame(1), dropped: null });
    expect(gate.offer(frame(2))).toEqual({ send: null, dropped: null });
    expect(gate.offer(frame(3))).toEqual({ send: null, dropped: frame(2) });
    expect(gate.acknowledge(0)).toEqual(frame(3));
    expect(gate.acknowledge(0)).toBeNull();
    expect(gate.inFlight).toBe(2);
  });

  it('gives up what waits when the stream ends', () => {
    const gate = new LiveGate(1);
    gate.offer(frame(0));
    gate.offer(frame(1));
    expect(gate.close()).toEqual(frame(1));
    expect(gate.close()).toBeNull();
    expect(gate.acknowledge(0)).toBeNull();
  });

  it('sends or drops every frame exactly once, in order, and never exceeds its credits', () => {
    const random = seededRandom(5);
    for (let run = 0; run < 50; run++) {
      const limit = 1 + Math.floor(random() * 4);
      const gate = new LiveGate<{ seq: number }>(limit);
      const sent: number[] = [];
      const dropped: number[] = [];
      for (let seq = 0; seq < 200; seq++) {
        const decision = gate.offer(frame(seq));
        if (decision.send !== null) sent.push(decision.send.seq);
        if (decision.dropped !== null) dropped.push(decision.dropped.seq);
        if (random() < 0.4 && sent.length > 0) {
          const next = gate.acknowledge(sent[Math.floor(random() * sent.length)]);
          if (next !== null) sent.push(next.seq);
        }
        expect(gate.inFlight).toBeLessThanOrEqual(limit);
      }
      const left = gate.close();
      if (left !== null) dropped.push(left.seq);
      expect(sent).toEqual([...sent].sort((a, b) => a - b));
      expect([...sent, ...dropped].sort((a, b) => a - b)).toEqual(Array.from({ length: 200 }, (_, i) => i));
    }
  });
});
