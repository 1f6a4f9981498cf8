import { pino } from 'pino';
import { z } from 'zod';
import { AppError } from '#base/errors.js';
import { startRedis, waitUntil, type TestServer } from '#testing/servers.js';
import { listBad } from './bad-messages.js';
import { openReceiver, openSender, type Receiver, type Sender } from './queues.js';
import { closeRedis, openRedis } from './redis.js';

const log = pino({ level: 'silent' });
const schema = z.object({ n: z.number() });
type Message = z.infer<typeof schema>;

let server: TestServer;
let queueNo = 0;
const open: { close: () => Promise<void> }[] = [];

beforeAll(async () => {
  server = await startRedis();
}, 30_000);

afterEach(async () => {
  await Promise.all(open.splice(0).map((end) => end.close()));
});

afterAll(async () => {
  await server.stop();
});

function sender(queue: string, bound?: number): Sender<Message> {
  const made = openSender<Message>({ redisUrl: server.url, queue, log, ...(bound === undefined ? {} : { bound }) });
  open.push(made);
  return made;
}

function receiver(
  queue: string,
  handle: (message: Message) => Promise<void>,
  options: { concurrency?: number; exclusive?: boolean } = {},
): Receiver {
  const { concurrency = 1, exclusive = false } = options;
  const made = openReceiver({ redisUrl: server.url, queue, schema, handle, log, concurrency, exclusive, lockMs: 2000 });
  open.push(made);
  return made;
}

function expectThat(statement: () => void): Promise<void> {
  return waitUntil(() => Promise.resolve().then(statement), 15_000);
}

const freshQueue = (): string => `q${queueNo++}`;

it('hands over every message, in the order they were sent when exclusive, and leaves nothing behind', async () => {
  const queue = freshQueue();
  const seen: number[] = [];
  const send = sender(queue);
  await Promise.all(Array.from({ length: 150 }, (_, n) => send.send(`id-${n}`, { n })));
  receiver(queue, (message) => Promise.resolve(void seen.push(message.n)), { exclusive: true });
  await expectThat(() => {
    expect(seen).toEqual(Array.from({ length: 150 }, (_, n) => n));
  });
  await waitUntil(async () => {
    expect(await send.counts()).toEqual({ waiting: 0, active: 0, delayed: 0, failed: 0 });
  });
});

it('ignores a message whose id is still waiting, and takes it again once it is finished', async () => {
  const queue = freshQueue();
  const seen: number[] = [];
  const send = sender(queue);
  await send.send('same', { n: 1 });
  await send.send('same', { n: 2 });
  receiver(queue, (message) => Promise.resolve(void seen.push(message.n)));
  await expectThat(() => {
    expect(seen).toEqual([1]);
  });
  await waitUntil(async () => {
    expect((await send.counts()).active).toBe(0);
  });
  await send.send('same', { n: 3 });
  await expectThat(() => {
    expect(seen).toEqual([1, 3]);
  });
});

it('never runs two messages of an exclusive queue at once, over two processes worth of receivers', async () => {
  const queue = freshQueue();
  let running = 0;
  let most = 0;
  let done = 0;
  const work = async (): Promise<void> => {
    most = Math.max(most, ++running);
    await new Promise((resolve) => setTimeout(resolve, 5));
    running--;
    done++;
  };
  receiver(queue, work, { exclusive: true });
  receiver(queue, work, { exclusive: true });
  const send = sender(queue);
  await Promise.all(Array.from({ length: 60 }, (_, n) => send.send(`id-${n}`, { n })));
  await expectThat(() => {
    expect(done).toBe(60);
  });
  expect(most).toBe(1);
}, 30_000);

it('keeps and counts a message that breaks the schema, and one whose handler says no, without trying again', async () => {
  const queue = freshQueue();
  let calls = 0;
  receiver(queue, (message) => {
    calls++;
    return message.n === 7 ? Promise.reject(new AppError('invalid-input', 'seven')) : Promise.resolve();
  });
  const send = sender(queue);
  await send.send('bad', { n: 'x' } as unknown as Message);
  await send.send('seven', { n: 7 });
  await waitUntil(async () => {
    expect((await send.counts()).failed).toBe(2);
  });
  expect(calls).toBe(1);
  const redis = openRedis(server.url, log);
  expect((await listBad(redis, queue)).map((bad) => bad.id)).toEqual(['seven', 'bad']);
  await closeRedis(redis);
});

it('tries a message for as long as something is unavailable, and once when it is a defect', async () => {
  const queue = freshQueue();
  const calls = { away: 0, defect: 0 };
  receiver(
    queue,
    (message) => {
      if (message.n === 0)
        return ++calls.away < 5 ? Promise.reject(new AppError('unavailable', 'away')) : Promise.resolve();
      calls.defect++;
      return Promise.reject(new Error('defect'));
    },
    { concurrency: 2 },
  );
  const send = sender(queue);
  await send.send('away', { n: 0 });
  await send.send('defect', { n: 1 });
  await waitUntil(async () => {
    expect((await send.counts()).failed).toBe(1);
    expect(calls).toEqual({ away: 5, defect: 1 });
  });
}, 30_000);

it('gives a message back to the queue when the receiver is closed while it waits to try again', async () => {
  const queue = freshQueue();
  const first = receiver(queue, () => Promise.reject(new AppError('unavailable', 'away')));
  const send = sender(queue);
  await send.send('a', { n: 1 });
  await waitUntil(async () => {
    expect((await send.counts()).active).toBe(1);
  });
  await first.close();
  const seen: number[] = [];
  receiver(queue, (message) => Promise.resolve(void seen.push(message.n)));
  await expectThat(() => {
    expect(seen).toEqual([1]);
  });
});

it('makes the sender wait when the queue is full', async () => {
  const queue = freshQueue();
  const send = sender(queue, 10);
  let sent = 0;
  const all = (async () => {
    for (let n = 0; n < 200; n++) {
      await send.send(`id-${n}`, { n });
      sent++;
    }
  })();
  await waitUntil(async () => {
    expect((await send.counts()).waiting).toBe(64);
  });
  expect(sent).toBe(64);
  receiver(queue, () => Promise.resolve());
  await all;
  expect(sent).toBe(200);
}, 30_000);

it('goes on after Redis was killed and started again: every message is handled, none is refused', async () => {
  const queue = freshQueue();
  const seen = new Set<number>();
  receiver(queue, (message) => Promise.resolve(void seen.add(message.n)), { exclusive: true });
  const send = sender(queue);
  for (let n = 0; n < 20; n++) await send.send(`id-${n}`, { n });
  await server.kill();
  const during = Promise.all(Array.from({ length: 20 }, (_, n) => send.send(`id-${20 + n}`, { n: 20 + n })));
  await server.restart();
  await during;
  await expectThat(() => {
    expect([...seen].sort((a, b) => a - b)).toEqual(Array.from({ length: 40 }, (_, n) => n));
  });
}, 40_000);
