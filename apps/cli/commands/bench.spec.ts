import { failure, outputLines } from '../test-run.js';
import { bench } from './bench.js';

const run = (args: readonly string[]) => outputLines(bench, args);

describe('posewatch bench', () => {
  it.each([
    ['nothing', [], 'Say what to measure: one of decode, transport,'],
    ['an unknown measurement', ['speed'], 'not "speed"'],
    ['a name of every object', ['toString'], 'not "toString"'],
    ['an unknown flag', ['decode', '--fast'], "Unknown option '--fast'"],
    ['an operand', ['tracker', 'file.mp4'], '"file.mp4" is one operand too many'],
    ['no camera', ['pipeline', '--cameras', '0'], '--cameras is "0"; it must be a whole number from 1 to 16'],
    ['half a frame', ['soak', '--frames', '1.5'], '--frames is "1.5"'],
    ['no time', ['transport', '--seconds', '0'], '--seconds is "0"; it must be a number above 0'],
    ['empty time', ['inference', '--seconds', ''], '--seconds is ""'],
    ['a batch of none', ['inference', '--batches', '1,0'], '--batches is "0"'],
    ['a gap in a list', ['inference', '--providers', 'cpu,,cuda'], '--providers is "cpu,,cuda"'],
    ['a crowd of none', ['tracker', '--people', '5,-1'], '--people is "-1"'],
    ['an unknown profile', ['pipeline', '--profile', 'best'], '--profile is "best"; it must be one of fast, accurate'],
  ])('calls %s wrong usage', async (_, args, message) => {
    const problem = await failure(bench, args);
    expect(problem.kind).toBe('invalid-input');
    expect(problem.message).toContain(message);
  });

  it.each(['decode', 'inference', 'pipeline', 'soak'])('names an input of %s that is not there', async (what) => {
    expect(await failure(bench, [what, '--input', 'none.mp4'])).toMatchObject({ kind: 'not-found' });
  });

  it('measures the tracker by number of people, as one JSON object', async () => {
    const [line, ...more] = await run(['tracker', '--people', '1,3', '--frames', '10', '--json']);
    expect(more).toEqual([]);
    const row = (people: number) => ({
      people,
      p50Ms: expect.any(Number) as number,
      p99Ms: expect.any(Number) as number,
      meanCpuMs: expect.any(Number) as number,
      stateBytesPerTrack: expect.any(Number) as number,
    });
    expect(JSON.parse(line)).toEqual({ tracker: [row(1), row(3)] });
  });
});
