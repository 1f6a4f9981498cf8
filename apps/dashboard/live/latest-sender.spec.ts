import { LatestSender } from './latest-sender.js';

/** A network that takes what it is given when told to. */
function network(): {
  sent: string[];
  deliver: () => void;
  closed: string[];
  sender: (kept?: number) => LatestSender;
  lost: () => number;
} {
  const sent: string[] = [];
  const closed: string[] = [];
  let waiting: { bytes: number; done: () => void }[] = [];
  let lost = 0;
  const sink = {
    send: (text: string, done: () => void) => {
      sent.push(text);
      waiting.push({ bytes: text.length, done });
    },
    bufferedBytes: () => waiting.reduce((sum, { bytes }) => sum + bytes, 0),
    close: (reason: string) => closed.push(reason),
  };
  return {
    sent,
    closed,
    lost: () => lost,
    deliver: () => {
      const delivered = waiting;
      waiting = [];
      for (const { done } of delivered) done();
    },
    sender: (mostKept = 3) => new LatestSender(sink, { bufferBytes: 10, mostKept }, () => lost++),
  };
}

describe('a sender to one browser', () => {
  it('passes everything on while the browser reads', () => {
    const net = network();
    const sender = net.sender();
    for (const text of ['a1', 'a2', 'n1']) {
      sender.send(text, text.startsWith('a') ? 'a' : null);
      net.deliver();
    }
    expect(net.sent).toEqual(['a1', 'a2', 'n1']);
    expect(net.lost()).toBe(0);
  });

  it('keeps only the newest state of each key for a slow one, and all news in order, before states', () => {
    const net = network();
    const sender = net.sender();
    sender.send('x'.repeat(20), 'x');
    for (const [text, key] of [
      ['a1', 'a'],
      ['b1', 'b'],
      ['n1', null],
      ['a2', 'a'],
      ['a3', 'a'],
      ['n2', null],
    ] as const)
      sender.send(text, key);
    expect(net.sent).toHaveLength(1);
    net.deliver();
    expect(net.sent.slice(1)).toEqual(['n1', 'n2', 'a3', 'b1']);
    expect(net.lost()).toBe(2);
  });

  it('gives up a browser that cannot even take the news', () => {
    const net = network();
    const sender = net.sender(2);
    sender.send('x'.repeat(20), null);
    for (const text of ['n1', 'n2', 'n3']) sender.send(text, null);
    expect(net.closed).toEqual(['too slow']);
  });
});
