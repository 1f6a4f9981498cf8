import { decoderNeeds } from './decoder-needs.js';
import type { ModelEntry } from './manifest.js';

/** What is said of a model, however it got here. */
export type ModelFacts = Pick<ModelEntry, 'task' | 'input' | 'outputs' | 'decoder' | 'skeleton'>;

/** What does not fit together in what is said of a model: one line for each wrong field; empty where all is well. */
export function factProblems(facts: ModelFacts): string[] {
  return [...taskProblems(facts), ...skeletonProblems(facts), ...outputProblems(facts), ...inputProblems(facts)];
}

function taskProblems({ task, decoder }: ModelFacts): string[] {
  const { tasks } = decoderNeeds[decoder];
  if (tasks.includes(task)) return [];
  return [`task: "${task}"; decoder ${decoder} is for ${tasks.join(', ')}`];
}

function skeletonProblems({ skeleton, decoder }: ModelFacts): string[] {
  const { skeletons } = decoderNeeds[decoder];
  if (skeletons.length === 0)
    return skeleton === null ? [] : [`skeleton: "${skeleton}"; decoder ${decoder} gives no joints, so leave it out`];
  if (skeleton !== null && skeletons.includes(skeleton)) return [];
  const given = skeleton === null ? 'missing' : `"${skeleton}"`;
  return [`skeleton: ${given}; with decoder ${decoder} it is one of ${skeletons.join(', ')}`];
}

function outputProblems({ outputs, decoder }: ModelFacts): string[] {
  const needs = decoderNeeds[decoder].outputs;
  const roles = Object.keys(needs);
  if (Object.keys(outputs).length === 0) return []; // the graph has outputs of these names
  const unknown = Object.keys(outputs).filter((role) => !roles.includes(role));
  const missing = roles.filter((role) => !Object.hasOwn(outputs, role) && !needs[role].optional);
  return [
    ...unknown.map((role) => `outputs.${role}: decoder ${decoder} reads ${roles.join(', ')}`),
    ...missing.map((role) => `outputs.${role}: missing; decoder ${decoder} reads ${needs[role].shape} there`),
  ];
}

function inputProblems({ input }: ModelFacts): string[] {
  const { type, mean, std } = input;
  if (std.includes(0)) return [`input.std: [${std.join(', ')}]; none of them is 0`];
  const isPlain = mean.every((value) => value === 0) && std.every((value) => value === 1);
  return type === 'uint8' && !isPlain ? ['input.mean, input.std: a uint8 input is given pixels as they are'] : [];
}
