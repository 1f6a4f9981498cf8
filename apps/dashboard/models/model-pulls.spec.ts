import { AppError } from '#base/errors.js';
import type { PullSteps } from '../parts.js';
import { ModelPulls, type PullModel } from './model-pulls.js';

/** Pulls that end when the test says so. */
function stage() {
  const under = new Map<string, PullSteps & { readonly end: (problem?: Error) => void }>();
  const pull: PullModel = (id, how) =>
    new Promise<void>((resolve, reject) => {
      const end = (problem?: Error): void => {
        under.delete(id);
        if (problem === undefined) resolve();
        else reject(problem);
      };
      under.set(id, { ...how, end });
      how.signal.addEventListener('abort', () => {
        end(new AppError('cancelled', 'stopped'));
      });
    });
  return { under, pulls: new ModelPulls(pull) };
}

const starting = { kind: 'running', line: null, bytes: null, total: null };
const settled = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

describe('installing models', () => {
  it('goes one after another, and tells the newest step of each', async () => {
    const { under, pulls } = stage();
    pulls.start('a');
    pulls.start('b');
    pulls.start('a');
    expect([...under.keys()]).toEqual(['a']);
    expect([pulls.stateOf('a'), pulls.stateOf('b')]).toEqual([starting, { kind: 'waiting' }]);
    under.get('a')?.onBytes({ text: 'a.zip', bytes: 25, total: 100 });
    expect(pulls.stateOf('a')).toEqual({ kind: 'running', line: 'a.zip', bytes: 25, total: 100 });
    under.get('a')?.onProgress('converting');
    expect(pulls.stateOf('a')).toEqual({ ...starting, line: 'converting' });
    under.get('a')?.end();
    await settled();
    expect(pulls.stateOf('a')).toBeNull();
    expect([...under.keys()]).toEqual(['b']);
  });

  it('keeps the reason of a failure until it is tried again, and goes on with the next', async () => {
    const { under, pulls } = stage();
    pulls.start('a');
    pulls.start('b');
    under.get('a')?.end(new AppError('unavailable', 'no network'));
    await settled();
    expect(pulls.stateOf('a')).toEqual({ kind: 'failed', problem: 'no network' });
    expect(pulls.stateOf('b')).toEqual(starting);
    pulls.start('a');
    expect(pulls.stateOf('a')).toEqual({ kind: 'waiting' });
  });

  it('can be stopped while it runs and while it waits', async () => {
    const { under, pulls } = stage();
    for (const id of ['a', 'b', 'c']) pulls.start(id);
    await pulls.cancel('b');
    await pulls.cancel('a');
    await settled();
    expect([pulls.stateOf('a'), pulls.stateOf('b')]).toEqual([null, null]);
    expect([...under.keys()]).toEqual(['c']);
    await pulls.close();
    expect([...under.keys()]).toEqual([]);
  });
});
