import { FrameFitter } from '../frame-fitter.js';
import type { PictureTarget } from '../normalisation.js';
import { Sampler } from '../sampler.js';
import { ModelSession } from './model-session.js';
import type { PlannedModel } from './plan.js';

/** Sessions that a thread keeps open: two full profiles. Past it the one that is unused for longest is closed. */
const MAX_MODELS = 6;
const MAX_SAMPLERS = 6;

/** The open sessions of one thread, opened at first use. */
export class SessionShelf {
  private readonly providers: readonly string[];
  private readonly models = new Kept<ModelSession>(MAX_MODELS, ({ graph }) => graph.close());
  private readonly samplers = new Kept<Sampler>(MAX_SAMPLERS, (sampler) => sampler.close());
  private readonly fitters = new Kept<FrameFitter>(MAX_SAMPLERS, (fitter) => fitter.close());

  constructor(providers: readonly string[]) {
    this.providers = providers;
  }

  /** @throws AppError as `ModelSession.open`. */
  model(model: PlannedModel): Promise<ModelSession> {
    return this.models.get(JSON.stringify(model), () => ModelSession.open(model, this.providers));
  }

  sampler(input: PictureTarget): Promise<Sampler> {
    const target = targetOf(input);
    return this.samplers.get(JSON.stringify(target), () => Sampler.open(target));
  }

  fitter(input: PictureTarget): Promise<FrameFitter> {
    const target = targetOf(input);
    return this.fitters.get(JSON.stringify(target), () => FrameFitter.open(target));
  }
}

/** What a picture is made for, without what else a model's input says. */
function targetOf({ type, layout, colour, mean, std, pad }: PictureTarget): PictureTarget {
  return { type, layout, colour, mean, std, pad };
}

/** Things by key, at most `limit` of them; the one that was not asked for longest goes first. */
class Kept<T> {
  private readonly limit: number;
  private readonly discard: (thing: T) => Promise<void>;
  /** In the order of the last use. */
  private readonly things = new Map<string, T>();

  constructor(limit: number, discard: (thing: T) => Promise<void>) {
    this.limit = limit;
    this.discard = discard;
  }

  async get(key: string, open: () => Promise<T>): Promise<T> {
    const known = this.things.get(key);
    const thing = known ?? (await open());
    this.things.delete(key);
    this.things.set(key, thing);
    if (known === undefined) await this.makeRoom();
    return thing;
  }

  private async makeRoom(): Promise<void> {
    for (const [key, thing] of this.things) {
      if (this.things.size <= this.limit) return;
      this.things.delete(key);
      await this.discard(thing);
    }
  }
}
