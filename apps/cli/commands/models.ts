import { AppError } from '#base/errors.js';
import type { Command, CommandIo } from '../command.js';
import { addOneModel } from '../models/add.js';
import { listModels } from '../models/list.js';
import { pullModels } from '../models/pull.js';
import { removeOneModel } from '../models/remove.js';
import { verifyModels } from '../models/verify.js';

const usage = `posewatch models list [--json]
posewatch models pull [ID|PROFILE] [--from DIR] [--keep-sources] [--json]
posewatch models verify [ID] [--json]
posewatch models remove ID [--json]
posewatch models add FILE.onnx --manifest FILE.json [--replace] [--json]
posewatch models compare [PROFILE|ID …] --images DIR --annotations FILE --out DIR [--json]

  list         every known model: state, size, licence, the profiles that run it, and what its licence asks (*)
  pull         install ID, the models of a profile (fast, accurate, pose3d), or those of "fast": fetched and checked
  verify       compare ID, or all that is installed, with the manifest; fails when something is damaged
  remove       delete the file of ID; an own model is forgotten
  add          try a model of your own and install it; FILE.json says what it is (see docs/operations.md)
  compare      run profiles or models over annotated pictures (COCO keypoints): joints, speed and size side by side, in
               compare.html, compare.png and compare.json; without names, the three profiles
  --from DIR   take files from a folder instead of the network: the model, its sources, or their archive
  --keep-sources  leave what the model was made from in .downloads, for tests that compare with it
  --replace    put it in the place of an own model of the same id

  Models lie in POSEWATCH_MODELS_DIR, else ~/.cache/posewatch/models. Downloads go through HTTPS_PROXY.`;

type Action = (args: readonly string[], io: CommandIo) => Promise<void>;

const actions: Readonly<Record<string, Action>> = {
  list: listModels,
  pull: pullModels,
  verify: verifyModels,
  remove: removeOneModel,
  add: addOneModel,
  // Its libraries are loaded for it alone.
  compare: async (args, io) => (await import('../compare/compare.js')).compareModels(args, io),
};

async function run(args: readonly string[], io: CommandIo): Promise<void> {
  const [name = '', ...rest] = args;
  if (!Object.hasOwn(actions, name))
    throw new AppError('invalid-input', `"models ${name}" is not known; use ${Object.keys(actions).join(', ')}.`);
  await actions[name](rest, io);
}

export const models: Command = {
  name: 'models',
  summary: 'list, pull, verify, remove, add and compare models',
  usage,
  run,
};
