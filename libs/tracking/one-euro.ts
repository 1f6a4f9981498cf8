/**
 * One Euro filter: a low-pass filter whose cut-off rises with speed, so that a still joint does not jitter and a fast one does
 * not lag. Source: Casiez, Roussel and Vogel, CHI 2012; https://gery.casiez.net/1euro.
 */
export interface OneEuro {
  readonly value: number;
  /** Filtered derivative, units a second. */
  readonly rate: number;
}

export interface OneEuroSettings {
  /** Cut-off at rest, hertz: lower is smoother. */
  readonly minCutoffHz: number;
  /** Growth of the cut-off, hertz for each unit a second: higher follows faster. */
  readonly beta: number;
  readonly rateCutoffHz: number;
}

/** One observation further; `dtSec` > 0 since the one before. */
export function oneEuroStep(
  state: OneEuro,
  observed: { readonly value: number; readonly dtSec: number },
  settings: OneEuroSettings,
): OneEuro {
  const { value, dtSec } = observed;
  const rate = mix(state.rate, (value - state.value) / dtSec, share(settings.rateCutoffHz, dtSec));
  const cutoffHz = settings.minCutoffHz + settings.beta * Math.abs(rate);
  return { value: mix(state.value, value, share(cutoffHz, dtSec)), rate };
}

const mix = (before: number, now: number, shareOfNow: number) => before + shareOfNow * (now - before);

/** Weight of a new value: 1 / (1 + τ/T) with τ = 1 / (2π f). */
function share(cutoffHz: number, dtSec: number): number {
  return 1 / (1 + 1 / (2 * Math.PI * cutoffHz * dtSec));
}
