import { readFile } from 'node:fs/promises';
import { z } from 'zod';
import { AppError, asAppError } from '#base/errors.js';
import { ruleDescriptions, ruleKinds, ruleParamProblems } from '#behavior/rule.js';

const corner = z.tuple([z.number().min(0).max(1), z.number().min(0).max(1)]);

const rulesFile = z.strictObject({
  zones: z
    .array(z.strictObject({ id: z.string().min(1), name: z.string().min(1), polygon: z.array(corner).min(3).max(100) }))
    .default([]),
  rules: z
    .array(
      z.strictObject({
        kind: z.enum(ruleKinds),
        name: z.string().min(1),
        /** Id of a zone; null or absent: the whole picture. */
        zone: z.string().nullable().default(null),
        params: z.record(z.string(), z.number()).default({}),
      }),
    )
    .default([]),
});

/** Zones and rules for every input of one analysis. Corners of polygons are 0..1 of the source picture. */
export type RulesFile = z.infer<typeof rulesFile>;

function problemsOf(rules: RulesFile): string[] {
  const ids = rules.zones.map((zone) => zone.id);
  const twice = ids.filter((id, index) => ids.indexOf(id) !== index).map((id) => `zones: "${id}" is there twice`);
  const wrong = rules.rules.flatMap((rule, index) => {
    const at = `rules.${index} ("${rule.name}")`;
    const noZone =
      rule.zone === null && ruleDescriptions[rule.kind].needsZone ? [`${at}: ${rule.kind} needs a zone`] : [];
    const known = ids.length === 0 ? 'there is no zone' : `there is ${ids.join(', ')}`;
    const badZone = rule.zone !== null && !ids.includes(rule.zone) ? [`${at}: no zone "${rule.zone}"; ${known}`] : [];
    return [...noZone, ...badZone, ...ruleParamProblems(rule.kind, rule.params).map((problem) => `${at}: ${problem}`)];
  });
  return [...twice, ...wrong];
}

/**
 * Reads zones and rules from a JSON file.
 * @throws AppError `not-found` when it cannot be read; `data-loss` that lists all that is wrong in it.
 */
export async function readRulesFile(file: string): Promise<RulesFile> {
  const text = await readFile(file, 'utf8').catch((problem: unknown) => {
    throw new AppError('not-found', `${file} cannot be read: ${asAppError(problem).message}`, { cause: problem });
  });
  return parseRules(text, file);
}

/** @throws AppError `data-loss` that lists all that is wrong. */
export function parseRules(text: string, file: string): RulesFile {
  let content: unknown;
  try {
    content = JSON.parse(text);
  } catch (problem) {
    throw new AppError('data-loss', `${file} is not JSON: ${asAppError(problem).message}`, { cause: problem });
  }
  const parsed = rulesFile.safeParse(content);
  const problems = parsed.success
    ? problemsOf(parsed.data)
    : parsed.error.issues.map((issue) => `${issue.path.join('.') || 'file'}: ${issue.message}`);
  if (parsed.success && problems.length === 0) return parsed.data;
  throw new AppError('data-loss', `${file} has ${problems.length} problem(s):\n  ${problems.join('\n  ')}`);
}
