import { stat } from 'node:fs/promises';
import { Inject, Injectable } from '@nestjs/common';
import type { Manifest, ModelEntry, ProfileModels } from '#onnx/manifest.js';
import { modelPath } from '#onnx/registry.js';
import { openRegistry, type Registry } from '#onnx/registry.js';
import { checkFile, type FileState } from '#onnx/verified-file.js';
import { profileNames } from '#pose/profile.js';
import type { ModelsAnswer, ModelView, ProfileView } from '../api/schemas/models.js';
import { PARTS, type Parts } from '../parts.js';
import { checkChoice, type AnalysisChoice } from './model-choice.js';

/** What is at the place of a model's file; `bytes` null: nothing. */
interface ModelFile {
  readonly state: FileState;
  readonly bytes: number | null;
}

/** Says which models there are and which profiles can run. */
@Injectable()
export class ModelDesk {
  private readonly states = new Map<string, { readonly stamp: string; readonly state: FileState }>();

  constructor(@Inject(PARTS) private readonly parts: Parts) {}

  /** All known models, and what each profile lacks. */
  async list(): Promise<ModelsAnswer> {
    const registry = await this.registry();
    const models = await Promise.all(registry.models.map((entry) => this.view(entry, registry)));
    const usable = new Set(models.filter((model) => model.state === 'installed').map((model) => model.id));
    const profiles = profileNames.map((name) => profileView(name, registry, usable));
    return { models, profiles, problems: [...registry.problems] };
  }

  /** @throws AppError `invalid-input` for a model that is not known or does not fit the profile. */
  async check(choice: AnalysisChoice): Promise<void> {
    checkChoice(choice, (await this.registry()).models);
  }

  private registry(): Promise<Registry> {
    return openRegistry(this.parts.settings.POSEWATCH_MODELS_DIR, this.parts.modelsManifest);
  }

  private async view(entry: ModelEntry, registry: Registry): Promise<ModelView> {
    const { id, title, task, licence, obligations, origin, installed, input } = entry;
    const { state, bytes } = await this.file(entry);
    return {
      ...{ id, title, task, licence, obligations, origin, bytes: bytes ?? installed.bytes },
      inputSize: input.size.kind === 'any' ? null : { widthPx: input.size.widthPx, heightPx: input.size.heightPx },
      state: state === 'right' ? 'installed' : state,
      problem: state === 'damaged' ? 'The file is not the one that was installed. Install it again.' : null,
      profiles: profileNames.filter((name) => modelsOf(registry.profiles[name]).includes(id)),
      own: registry.ownIds.has(id),
    };
  }

  /** A file is read again only when its size or time changed: digests of large files take a while. */
  private async file(entry: ModelEntry): Promise<ModelFile> {
    const file = modelPath(this.parts.settings.POSEWATCH_MODELS_DIR, entry);
    const found = await stat(file).catch(() => null);
    if (found === null) return { state: 'missing', bytes: null };
    const stamp = `${found.size} ${found.mtimeMs} ${entry.installed.sha256 ?? ''}`;
    const known = this.states.get(file);
    const state = known?.stamp === stamp ? known.state : await checkFile(file, entry.installed);
    this.states.set(file, { stamp, state });
    return { state, bytes: found.size };
  }
}

function modelsOf({ detector, pose, crowdPose }: ProfileModels): string[] {
  return [detector, pose, crowdPose].filter((id) => id !== null);
}

function profileView(name: ProfileView['name'], manifest: Manifest, usable: ReadonlySet<string>): ProfileView {
  const models = modelsOf(manifest.profiles[name]);
  return { name, models, missing: models.filter((id) => !usable.has(id)) };
}
