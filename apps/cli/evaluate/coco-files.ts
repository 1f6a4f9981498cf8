import { readFile } from 'node:fs/promises';
import { AppError, asAppError } from '#base/errors.js';
import {
  parseCocoAnnotations,
  parseCocoResults,
  type CocoGroundTruth,
  type CocoResult,
} from '#evaluation/coco-annotations.js';

/** @throws AppError `not-found`, or `data-loss` that names file and field, also where nobody in the file has five labelled joints. */
export async function readAnnotations(file: string): Promise<CocoGroundTruth> {
  const text = await readText(file);
  const groundTruth = parsed(() => parseCocoAnnotations(text, file));
  if (groundTruth.persons.some((person) => person.labelled > 0 && !person.isCrowd)) return groundTruth;
  throw new AppError('data-loss', `${file} holds nobody with labelled joints, so there is nothing to compare with.`);
}

/** @throws AppError `not-found`, or `data-loss` that names file and field. */
export async function readResults(file: string, groundTruth: CocoGroundTruth): Promise<readonly CocoResult[]> {
  const text = await readText(file);
  return parsed(() => parseCocoResults(text, file, groundTruth));
}

async function readText(file: string): Promise<string> {
  return readFile(file, 'utf8').catch((problem: unknown) => {
    throw new AppError('not-found', `${file} cannot be read: ${asAppError(problem).message}`, { cause: problem });
  });
}

/** The command was used rightly, but the file is damaged: exit code 1, not 2. */
function parsed<T>(parse: () => T): T {
  try {
    return parse();
  } catch (problem) {
    throw new AppError('data-loss', asAppError(problem).message, { cause: problem });
  }
}
