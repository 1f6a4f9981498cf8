import { mkdir, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import sharp from 'sharp';
import { systemClock } from '#base/clock.js';
import { AppError, asAppError } from '#base/errors.js';
import type { CocoGroundTruth } from '#evaluation/coco-annotations.js';
import type { PipelineChoice } from '#onnx/pipelines/plan.js';
import { modelById } from '#onnx/manifest.js';
import { modelPath, type Registry } from '#onnx/registry.js';
import { sizeOf } from '#onnx/verified-file.js';
import { profileNames } from '#pose/profile.js';
import { cocoJoints } from '#pose/skeleton.js';
import type { CommandIo } from '../command.js';
import { needPictures } from '../evaluate/annotated-pictures.js';
import { readAnnotations } from '../evaluate/coco-files.js';
import { cocoScores } from '../evaluate/coco.js';
import { runPoses } from '../evaluate/pose-run.js';
import { parseFlags } from '../internal/arguments.js';
import { installedRegistry } from '../internal/models.js';
import { defaultModelsFolder } from '../internal/places.js';
import { chart, paperColours } from './chart.js';
import { figures, fraction, median, type ComparedRow, type Comparison, type FailedRow } from './comparison.js';
import { comparisonPage } from './page.js';

const flags = {
  images: { type: 'string' },
  annotations: { type: 'string' },
  out: { type: 'string' },
  json: { type: 'boolean', default: false },
} as const;

const MOST = 12;

/**
 * `models compare [PROFILE|ID …]`: runs each over one annotated set, one picture at a time, and writes `compare.html`, `compare.png` and
 * `compare.json`. Goes on after one that does not run, and fails at the end.
 */
export async function compareModels(args: readonly string[], io: CommandIo): Promise<void> {
  const { values, positionals } = parseFlags(args, flags, { atMost: MOST });
  const { images, annotations, out } = values;
  if (images === undefined || annotations === undefined || out === undefined)
    throw new AppError('invalid-input', '--images, --annotations and --out are needed.');
  const modelsDir = defaultModelsFolder(io.environment);
  const registry = await installedRegistry(modelsDir);
  const names = positionals.length > 0 ? [...new Set(positionals)] : profileNames;
  const choices = names.map((name) => ({ name, choice: choiceOf(name, registry) }));
  const groundTruth = await readAnnotations(annotations);
  await needPictures(groundTruth.images, images);
  await makeFolder(out); // what cannot be written is better known before than after
  const [rows, failed]: [ComparedRow[], FailedRow[]] = [[], []];
  for (const { name, choice } of choices) {
    try {
      rows.push(await compared({ name, choice, groundTruth, folder: images }, io));
    } catch (thrown) {
      const { kind, message } = asAppError(thrown);
      if (kind === 'cancelled') throw thrown;
      failed.push({ name, problem: message });
      io.progress(`${name}: ${message}`);
    }
  }
  const comparison = comparisonOf({ groundTruth, annotations, rows, failed });
  const files = await write(comparison, out);
  io.out(
    values.json ? JSON.stringify({ ...comparison, files }) : `${textTable(rows)}\n\n${Object.values(files).join('\n')}`,
  );
  if (failed.length > 0)
    throw new AppError('unavailable', `Not compared: ${failed.map(({ name }) => name).join(', ')}; see above.`);
}

async function makeFolder(folder: string): Promise<void> {
  await mkdir(folder, { recursive: true }).catch((problem: unknown) => {
    throw new AppError('not-found', `${folder} cannot be made: ${asAppError(problem).message}`, { cause: problem });
  });
}

/** A profile by its name, or a model in the profile for its kind. */
function choiceOf(name: string, registry: Registry): PipelineChoice {
  const profile = profileNames.find((known) => known === name);
  if (profile !== undefined) return { profile, modelId: null };
  const { id, task } = modelById(registry, name);
  switch (task) {
    case 'multi-person-pose':
      return { profile: 'fast', modelId: id };
    case 'person-pose':
      return { profile: 'accurate', modelId: id };
    case 'person-pose-3d':
      return { profile: 'pose3d', modelId: id };
    case 'person-detection':
    case 're-identification':
      throw new AppError('invalid-input', `Model "${id}" is for ${task}; it finds no joints to compare.`);
  }
}

interface Asked {
  readonly name: string;
  readonly choice: PipelineChoice;
  readonly groundTruth: CocoGroundTruth;
  readonly folder: string;
}

async function compared({ name, choice, groundTruth, folder }: Asked, io: CommandIo): Promise<ComparedRow> {
  const run = await runPoses({ groundTruth, folder, choice, wide: false, sessions: 1, name }, io);
  const modelsDir = defaultModelsFolder(io.environment);
  const registry = await installedRegistry(modelsDir);
  const entries = run.models.map((id) => modelById(registry, id));
  const sizes = await Promise.all(entries.map((entry) => sizeOf(modelPath(modelsDir, entry))));
  return {
    name,
    models: run.models,
    licences: [...new Set(entries.map(({ licence }) => licence))],
    bytes: sizes.reduce<number>((sum, size) => sum + (size ?? 0), 0),
    provider: run.provider,
    msPerPicture: median(run.inferenceMs),
    scores: cocoScores(groundTruth, run.results),
  };
}

interface Parts {
  readonly groundTruth: CocoGroundTruth;
  readonly annotations: string;
  readonly rows: readonly ComparedRow[];
  readonly failed: readonly FailedRow[];
}

function comparisonOf({ groundTruth, annotations, rows, failed }: Parts): Comparison {
  const cpus = os.cpus();
  return {
    at: new Date(systemClock.nowMs()).toISOString(),
    machine: `${cpus.at(0)?.model.trim() ?? 'unknown processor'}, ${os.availableParallelism()} cores`,
    annotations: path.basename(annotations),
    images: groundTruth.images.length,
    persons: rows.at(0)?.scores.persons ?? 0,
    rows,
    failed,
  };
}

async function write(comparison: Comparison, out: string): Promise<Readonly<Record<string, string>>> {
  const files = Object.fromEntries(
    ['compare.html', 'compare.png', 'compare.json'].map((name) => [name, path.join(out, name)]),
  );
  await writeFile(files['compare.html'], comparisonPage(comparison));
  await sharp(Buffer.from(chart(comparison.rows, paperColours)))
    .png()
    .toFile(files['compare.png']);
  await writeFile(files['compare.json'], `${JSON.stringify(comparison, null, 2)}\n`);
  return files;
}

/** Figures first, then OKS joint by joint; one column for each. */
function textTable(rows: readonly ComparedRow[]): string {
  const lines = [
    ['', ...rows.map(({ name }) => name)],
    ...figures.map(({ label, text }) => [label, ...rows.map(text)]),
    ...cocoJoints.map((joint) => [joint, ...rows.map(({ scores }) => fraction(scores.joints[joint].oks))]),
  ];
  const widths = lines[0].map((_, column) => Math.max(...lines.map((cells) => cells[column].length)));
  return lines
    .map((cells) =>
      cells
        .map((cell, column) => cell.padEnd(widths[column]))
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}
