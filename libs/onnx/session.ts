import { env, InferenceSession, Tensor } from 'onnxruntime-node';
import { AppError, asAppError } from '#base/errors.js';
import { providerProblem } from './provider-advice.js';
import type { ProviderProblem } from './worker-protocol.js';

/** Values by the name of an input or output of the graph. */
export type Tensors = Readonly<Record<string, Tensor>>;

/** A graph on the provider that runs it. */
export interface GraphSession {
  readonly provider: string;
  /** Providers that were tried before and do not run it. */
  readonly problems: readonly ProviderProblem[];
  /** Blocks the event loop of this thread while it runs. Outputs named in `into` are written where their tensor lies. */
  readonly run: (feeds: Tensors, into?: Tensors) => Promise<Tensors>;
  readonly close: () => Promise<void>;
}

/** What to open. `file` is for messages where `graph` holds bytes. */
export interface GraphSource {
  readonly graph: string | Uint8Array;
  readonly file: string;
  /** Execution providers to try, in order. */
  readonly providers: readonly string[];
  /** Runs the graph once; what it throws counts against the provider. */
  readonly warmUp: (run: GraphSession['run']) => Promise<void>;
}

/**
 * Opens a graph on the first provider that really runs it. Each is tried alone: a list such as ['cuda', 'cpu'] throws instead of
 * falling back (onnxruntime-node 1.30).
 * @throws AppError `unavailable` with the reason of every provider.
 */
export async function openGraph(source: GraphSource): Promise<GraphSession> {
  env.logLevel = 'fatal'; // a provider that is not there is an expected outcome, and is reported below
  const problems: ProviderProblem[] = [];
  for (const provider of source.providers) {
    try {
      return { ...(await openOn(provider, source)), provider, problems };
    } catch (thrown) {
      problems.push({ provider, problem: providerProblem(provider, asAppError(thrown).message) });
    }
  }
  const tried = problems.map(({ provider, problem }) => `${provider}: ${problem}`).join('; ');
  throw new AppError('unavailable', `No execution provider runs ${source.file}: ${tried}`);
}

async function openOn(provider: string, { graph, warmUp }: GraphSource): Promise<Pick<GraphSession, 'run' | 'close'>> {
  const options: InferenceSession.SessionOptions = {
    executionProviders: [provider],
    intraOpNumThreads: 1,
    interOpNumThreads: 1,
    enableMemPattern: false, // it keeps memory per input size: 40 MB a session less at 384 × 512, and not slower
    logSeverityLevel: 4,
  };
  const session = await (typeof graph === 'string'
    ? InferenceSession.create(graph, options)
    : InferenceSession.create(graph, options));
  const run: GraphSession['run'] = (feeds, into) =>
    into === undefined ? session.run(feeds) : session.run(feeds, into);
  try {
    await warmUp(run);
  } catch (problem) {
    await session.release();
    throw problem;
  }
  return { run, close: () => session.release() };
}
