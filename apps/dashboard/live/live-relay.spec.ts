import type { LiveEntry, StoredLiveEntry } from '#messaging/live-stream.js';
import { LiveRelay, type Viewer } from './live-relay.js';

const entry = (name: string): LiveEntry => ({
  kind: name.startsWith('I') ? 'init' : 'fragment',
  keyframe: name.startsWith('K'),
  epoch: 1,
  ptsUs: Number(name.slice(1)),
  bytes: Buffer.alloc(86),
});

/** A viewer whose network takes nothing while `stuck`. */
function viewer(): Viewer & { seen: string[]; stuck: boolean } {
  let buffered = 0;
  const self = {
    seen: [] as string[],
    stuck: false,
    send: (message: Buffer) => {
      const kind = message[0] === 1 ? 'I' : message[1] === 1 ? 'K' : 'P';
      self.seen.push(`${kind}${Number(message.readBigInt64BE(6))}`);
      buffered = self.stuck ? buffered + message.length : 0;
    },
    bufferedBytes: () => (self.stuck ? buffered : 0),
  };
  return self;
}

function relay(limits = { viewerBytes: 250, groupBytes: 350 }): { relay: LiveRelay; skipped: () => number } {
  let skipped = 0;
  return { relay: new LiveRelay(limits, () => skipped++), skipped: () => skipped };
}

const push = (to: LiveRelay, names: string): void => {
  for (const name of names.split(' ')) to.push(entry(name));
};

describe('the relay of one camera', () => {
  it('starts a viewer with the init and the newest key frame on', () => {
    const { relay: live } = relay();
    push(live, 'I0 K1 P2 K3 P4');
    const late = viewer();
    live.join(late);
    push(live, 'P5');
    expect(late.seen).toEqual(['I0', 'K3', 'P4', 'P5']);
  });

  it('lets a viewer wait for a key frame when it does not keep the group', () => {
    const { relay: live } = relay();
    push(live, 'I0 K1 P2 P3 P4 P5');
    const late = viewer();
    live.join(late);
    push(live, 'P6 K7 P8');
    expect(late.seen).toEqual(['I0', 'K7', 'P8']);
  });

  it('skips a slow viewer to the next key frame that fits, and no other', () => {
    const { relay: live, skipped } = relay();
    const [slow, quick] = [viewer(), viewer()];
    live.join(slow);
    live.join(quick);
    slow.stuck = true;
    push(live, 'I0 K1 P2 P3 K4 P5');
    slow.stuck = false;
    push(live, 'P6 K7 P8');
    expect(slow.seen).toEqual(['I0', 'K1', 'K7', 'P8']);
    expect(quick.seen).toEqual('I0 K1 P2 P3 K4 P5 P6 K7 P8'.split(' '));
    expect(skipped()).toBeGreaterThan(0);
  });

  it('waits for a key frame after a new init', () => {
    const { relay: live } = relay();
    const one = viewer();
    live.join(one);
    push(live, 'I0 K1 I2 P3 K4');
    expect(one.seen).toEqual(['I0', 'K1', 'I0', 'K4'].map((name, i) => (i === 2 ? 'I2' : name)));
  });

  it('waits, without asking over and over, until there is a key frame to start at', async () => {
    const { relay: live } = relay();
    const one = viewer();
    live.join(one);
    const stored = (names: string): StoredLiveEntry[] => names.split(' ').map((name) => ({ ...entry(name), id: name }));
    const ending = new AbortController();
    const starts = [[], [], stored('I0 K5 P6')];
    const asked: string[] = [];
    const nexts = [stored('P3'), stored('P4'), stored('P7')];
    const source = {
      start: () => Promise.resolve(starts.shift() ?? []),
      next: (fromId: string) => {
        asked.push(fromId);
        const entries = nexts.shift();
        if (entries === undefined) ending.abort();
        return Promise.resolve(entries ?? []);
      },
    };
    await live.run(source, ending.signal);
    expect(one.seen).toEqual(['I0', 'K5', 'P6', 'P7']);
    expect(asked).toEqual(['0-0', 'P3', 'P6', 'P7']);
  });
});
