import { AppError } from '#base/errors.js';
import type { Command, CommandIo } from '../command.js';
import { runCommandLine } from './command-line.js';

function command(run: Command['run']): () => Promise<Command> {
  return () => Promise.resolve({ name: 'work', summary: 'does the work', usage: 'posewatch work FILE', run });
}

async function outcome(args: readonly string[], run: Command['run'] = () => Promise.resolve()) {
  const out: string[] = [];
  const progress: string[] = [];
  const io: CommandIo = {
    out: (line) => out.push(line),
    progress: (line) => progress.push(line),
    environment: {},
    signal: new AbortController().signal,
  };
  const code = await runCommandLine(args, { work: command(run) }, io);
  return { code, out: out.join('\n'), progress: progress.join('\n') };
}

const failing = (problem: Error) => () => Promise.reject(problem);

describe('the command line', () => {
  it.each([
    ['help', ['--help'], 0, 'does the work', ''],
    ['no command', [], 2, '', 'does the work'],
    ['an unknown command', ['wrok'], 2, '', 'there is no command "wrok"; there is work.'],
    ['a name of every object', ['constructor'], 2, '', 'there is no command "constructor"'],
    ['help of a command', ['work', 'x', '--help'], 0, 'posewatch work FILE', ''],
    ['a flag-like operand', ['work', '--', '--help'], 0, '', ''],
  ])('answers %s', async (_, args, code, out, progress) => {
    const result = await outcome(args);
    expect(result.code).toBe(code);
    expect(result.out).toContain(out);
    expect(result.progress).toContain(progress);
  });

  it('ends wrong usage with 2, one clear line and the usage', async () => {
    const result = await outcome(['work'], failing(new AppError('invalid-input', 'FILE is missing.')));
    expect(result).toEqual({
      code: 2,
      out: '',
      progress: 'posewatch work: FILE is missing.\nusage: posewatch work FILE',
    });
  });

  it('ends a failure with 1 and one clear line', async () => {
    const result = await outcome(['work'], failing(new AppError('unavailable', 'Redis at x:1 is away.')));
    expect(result).toEqual({ code: 1, out: '', progress: 'posewatch work: Redis at x:1 is away.' });
  });

  it('shows where an unforeseen failure came from', async () => {
    const result = await outcome(['work'], failing(new TypeError('x is not a function')));
    expect(result.code).toBe(1);
    expect(result.progress).toMatch(/posewatch work: x is not a function\nTypeError: [^]*at /);
  });

  it('adds nothing to a failure that the command has reported itself', async () => {
    const reported = new AppError('internal', 'tests failed', { details: { reported: true } });
    expect(await outcome(['work'], failing(reported))).toEqual({ code: 1, out: '', progress: '' });
  });

  it('hands the rest of the line to the command', async () => {
    let given: readonly string[] = [];
    const result = await outcome(['work', 'a', '-b'], (args, io) => {
      given = args;
      io.out('done');
      return Promise.resolve();
    });
    expect(given).toEqual(['a', '-b']);
    expect(result).toEqual({ code: 0, out: 'done', progress: '' });
  });
});
