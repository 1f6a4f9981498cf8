import { systemClock } from '#base/clock.js';
import { AppError, asAppError } from '#base/errors.js';
import type { Command, CommandIo } from '../command.js';
import { parseFlags } from '../internal/arguments.js';
import { nothing, runChecks, sum, type Tally, type TestContext } from '../internal/checks.js';
import { runJest, testKinds, type TestKind } from '../internal/jest-run.js';
import { ensureModel } from '../internal/models.js';
import { defaultModelsFolder } from '../internal/places.js';
import { seconds } from '../internal/steps.js';
import { systemSettings } from '../internal/system-settings.js';

const usage = `posewatch test [unit|integration|e2e|all]

  unit         pure code, no process and no port
  integration  real Redis, PostgreSQL, FFmpeg, RTSP cameras and models
  e2e          the whole system in Chromium
  all          the checks of "npm run check", then all three (default)

  The last line says how many passed, failed and were skipped. Tests with measurement files look for them in ../shared/data,
  or in POSEWATCH_TEST_DATA, and are skipped where there are none.`;

function isKind(name: string): name is TestKind {
  return testKinds.some((kind) => kind === name);
}

function chosenKinds(name: string): readonly TestKind[] {
  if (name === 'all') return testKinds;
  if (isKind(name)) return [name];
  throw new AppError('invalid-input', `There are no "${name}" tests; there is ${testKinds.join(', ')} and all.`);
}

function printTally(tally: Tally, io: CommandIo): void {
  for (const name of tally.skipped) io.progress(`  skipped: ${name}`);
  for (const name of tally.failed) io.progress(`  FAILED: ${name}`);
}

/** Tests of the model need it; where it cannot be had they are skipped, visibly. */
async function pullModel(context: TestContext): Promise<void> {
  const onProgress = context.progress;
  try {
    const { POSEWATCH_MODEL: id, POSEWATCH_MODELS_DIR: modelsDir } = systemSettings(context.environment, {}).settings;
    await ensureModel({ id, modelsDir, from: null, onProgress, signal: context.signal });
  } catch (problem) {
    context.progress(`  tests with the model will be skipped: ${asAppError(problem).message}`);
  }
}

async function run(args: readonly string[], io: CommandIo): Promise<void> {
  const { positionals } = parseFlags(args, {}, { atMost: 1 });
  const which = positionals.at(0) ?? 'all';
  const kinds = chosenKinds(which);
  const startMs = systemClock.monotonicMs();
  const environment = { ...io.environment, POSEWATCH_MODELS_DIR: defaultModelsFolder(io.environment) };
  const context: TestContext = { ...io, environment, clock: systemClock };
  if (which !== 'unit') await pullModel(context);
  let tally = which === 'all' ? await runChecks(context) : nothing;
  for (const kind of kinds) {
    if (io.signal.aborted) break;
    const kindStartMs = systemClock.monotonicMs();
    const part = await runJest(kind, context);
    io.progress(`  ${kind} tests ended (${seconds(systemClock.monotonicMs() - kindStartMs)})`);
    tally = sum(tally, part);
  }
  printTally(tally, io);
  io.progress(`  all took ${seconds(systemClock.monotonicMs() - startMs)}`);
  const { passed, failed, skipped } = tally;
  if (io.signal.aborted) throw new AppError('cancelled', 'The tests were stopped.');
  io.out(`${passed} passed, ${failed.length} failed, ${skipped.length} skipped`);
  if (failed.length > 0 || passed === 0)
    throw new AppError('internal', 'tests failed', { details: { reported: true } });
}

export const test: Command = {
  name: 'test',
  summary: 'run the checks and all tests, or one kind of them',
  usage,
  run,
};
