import { stat } from 'node:fs/promises';
import path from 'node:path';
import { Inject, Injectable, type OnApplicationShutdown } from '@nestjs/common';
import { AppError } from '#base/errors.js';
import { modelById, type Manifest, type ModelEntry } from '#onnx/manifest.js';
import { modelIds, modelsToPull, profilesHere, standInIds } from '#onnx/profile-models.js';
import { modelPath } from '#onnx/registry.js';
import { openRegistry, ownModelPath, type Registry } from '#onnx/registry.js';
import { checkFile, type FileState } from '#onnx/verified-file.js';
import { profileNames } from '#pose/profile.js';
import type { ModelsAnswer, ModelView, ProfileView } from '../api/schemas/models.js';
import { found } from '../not-found.js';
import { PARTS, type Parts } from '../parts.js';
import { takeBack, throwAway } from './model-bin.js';
import { checkChoice, type AnalysisChoice } from './model-choice.js';
import { ModelPulls } from './model-pulls.js';

/** What is at the place of a model's file; `bytes` null: nothing. */
interface ModelFile {
  readonly state: FileState;
  readonly bytes: number | null;
}

/** Says which models there are and which profiles can run; installs and removes models. */
@Injectable()
export class ModelDesk implements OnApplicationShutdown {
  private readonly states = new Map<string, { readonly stamp: string; readonly state: FileState }>();

  private readonly pulls = new ModelPulls(async (id, how) =>
    this.parts.pullModel(modelById(await this.registry(), id), how),
  );

  constructor(@Inject(PARTS) private readonly parts: Parts) {}

  async onApplicationShutdown(): Promise<void> {
    await this.pulls.close();
  }

  /** All known models, and what each profile lacks. */
  async list(): Promise<ModelsAnswer> {
    const registry = await this.registry();
    const models = await Promise.all(registry.models.map((entry) => this.view(entry, registry)));
    const profiles = profileNames.map((name) => profileView(name, registry, models));
    return { models, profiles, problems: [...registry.problems] };
  }

  /** @throws AppError `invalid-input` for a model that is not known or does not fit the profile. */
  async check(choice: AnalysisChoice): Promise<void> {
    checkChoice(choice, (await this.registry()).models);
  }

  /** Installs a model in the background; `list` tells how it goes. @throws AppError `not-found`. */
  async pull(id: string): Promise<ModelView> {
    await this.entry(id);
    this.pulls.start(id);
    return this.read(id);
  }

  /** Stops an installation; what was downloaded is kept for the next one. @throws AppError `not-found`. */
  async cancelPull(id: string): Promise<ModelView> {
    await this.pulls.cancel(id);
    return this.read(id);
  }

  /**
   * Takes the files of a model away; `restore` brings them back. @throws AppError `not-found` when it is not installed,
   * `conflict` for a model of `fast`, which stands in for all others.
   */
  async remove(id: string): Promise<void> {
    const { title, state, own, removable } = await this.read(id);
    if (!removable) throw new AppError('conflict', `${title} stays: cameras whose own models fail run on it.`);
    if (state === 'missing' && !own) throw new AppError('not-found', `${title} is not installed.`);
    await throwAway(this.modelsDir(), this.filesOf(await this.entry(id)));
  }

  /** @throws AppError `not-found` when it was not removed, or too long ago. */
  async restore(id: string): Promise<ModelView> {
    const known = (await this.registry()).models.find((entry) => entry.id === id);
    const files = known === undefined ? [`${id}.onnx`, this.describedIn(id)] : this.filesOf(known);
    const count = await takeBack(this.modelsDir(), files);
    if (count === 0) throw new AppError('not-found', `There is no removed model ${id}.`);
    return this.read(id);
  }

  /** The name of the file that a model can be installed from. @throws AppError `not-found`; `conflict` where it takes several. */
  async givenName(id: string): Promise<string> {
    const { title, file } = await this.read(id);
    if (file === null) throw new AppError('conflict', `${title} is made of several files; use the command line.`);
    return file.name;
  }

  /** Installs a model from a folder that holds its file. @throws AppError `not-found` for another file. */
  async installFrom(id: string, from: string): Promise<ModelView> {
    const nobody = (): void => undefined;
    const { signal } = new AbortController();
    await this.pulls.cancel(id);
    await this.parts.pullModel(await this.entry(id), { from, onProgress: nobody, onBytes: nobody, signal });
    return this.read(id);
  }

  /** @throws AppError `not-found`. */
  async read(id: string): Promise<ModelView> {
    return this.view(await this.entry(id), await this.registry());
  }

  private async entry(id: string): Promise<ModelEntry> {
    return found((await this.registry()).models.find((entry) => entry.id === id) ?? null, 'model', id);
  }

  private filesOf(entry: ModelEntry): string[] {
    return [entry.installed.file, this.describedIn(entry.id)];
  }

  private describedIn(id: string): string {
    return path.basename(ownModelPath('', id));
  }

  private modelsDir(): string {
    return this.parts.settings.POSEWATCH_MODELS_DIR;
  }

  private registry(): Promise<Registry> {
    return openRegistry(this.modelsDir(), this.parts.modelsManifest);
  }

  private async view(entry: ModelEntry, registry: Registry): Promise<ModelView> {
    const { id, title, task, licence, obligations, origin, installed, input, source, converter } = entry;
    const { state, bytes } = await this.file(entry);
    return {
      ...{ id, title, task, licence, obligations, origin, bytes: bytes ?? installed.bytes },
      inputSize: input.size.kind === 'any' ? null : { widthPx: input.size.widthPx, heightPx: input.size.heightPx },
      state: state === 'right' ? 'installed' : state,
      problem: state === 'damaged' ? 'The file is not the one that was installed. Install it again.' : null,
      profiles: profileNames.filter((name) => servants(registry, name).includes(id)),
      own: registry.ownIds.has(id),
      removable: !modelIds(registry.profiles.fast).includes(id) && id !== this.parts.settings.POSEWATCH_MODEL,
      fetchable: source.zip !== null || source.files.some(({ urls }) => urls.length > 0),
      file: converter === null && source.files.length === 1 ? givenFile(installed) : null,
      pull: this.pulls.stateOf(id),
    };
  }

  /** A file is read again only when its size or time changed: digests of large files take a while. */
  private async file(entry: ModelEntry): Promise<ModelFile> {
    const file = modelPath(this.modelsDir(), entry);
    const found = await stat(file).catch(() => null);
    if (found === null) return { state: 'missing', bytes: null };
    const stamp = `${found.size} ${found.mtimeMs} ${entry.installed.sha256 ?? ''}`;
    const known = this.states.get(file);
    const state = known?.stamp === stamp ? known.state : await checkFile(file, entry.installed);
    this.states.set(file, { stamp, state });
    return { state, bytes: found.size };
  }
}

function givenFile({ file, bytes, sha256 }: ModelEntry['installed']): ModelView['file'] {
  return { name: file, bytes, sha256 };
}

/** Models that a profile runs or may run: its own, and those that stand in for them. */
function servants(manifest: Manifest, name: ProfileView['name']): string[] {
  return [...modelIds(manifest.profiles[name]), ...standInIds(manifest, name)];
}

function profileView(name: ProfileView['name'], manifest: Manifest, views: readonly ModelView[]): ProfileView {
  const usable = idsOf(views.filter(({ state }) => state === 'installed'));
  const reachable = idsOf(views.filter(({ state, fetchable }) => state === 'installed' || fetchable));
  const models = modelIds(profilesHere(manifest, ({ id }) => usable.has(id))[name]);
  const toPull = modelsToPull(manifest, name, ({ id }) => reachable.has(id));
  const lacks = (id: string): boolean => !usable.has(id);
  return { name, models, missing: models.filter(lacks), toPull: toPull.filter(lacks) };
}

function idsOf(views: readonly ModelView[]): ReadonlySet<string> {
  return new Set(views.map(({ id }) => id));
}
