import { Inject, Injectable } from '@nestjs/common';
import { ruleDescriptions, ruleParamProblems } from '#behavior/rule.js';
import { AppError } from '#base/errors.js';
import { newId } from '#base/ids.js';
import { cameraById } from '#storage/cameras.js';
import { changeRule, createRule, findRule, hideRule, listRules, type StoredRule } from '#storage/rules.js';
import { findZone } from '#storage/zones.js';
import type { RuleChange, RuleInput, RuleKindsAnswer, RuleView } from '../api/schemas/zones.js';
import { hintAllCamerasChanged, hintCameraChanged } from '../camera-hint.js';
import { found } from '../not-found.js';
import { PARTS, type Parts } from '../parts.js';

/** Makes, changes and removes rules. */
@Injectable()
export class RuleDesk {
  constructor(@Inject(PARTS) private readonly parts: Parts) {}

  /** What kinds there are, with names, units, defaults and bounds of their limits. */
  kinds(): RuleKindsAnswer['kinds'] {
    return Object.values(ruleDescriptions).map((kind) => ({ ...kind, parameters: [...kind.parameters] }));
  }

  /** All rules, oldest first. */
  list(): Promise<StoredRule[]> {
    return listRules(this.parts.database);
  }

  /** @throws AppError `invalid-input` naming a bad limit, zone or camera. */
  async create(input: RuleInput): Promise<RuleView> {
    const { cameraId = null, zoneId = null, params = {}, enabled = true } = input;
    const rule = { id: newId('rul', this.parts.random), kind: input.kind, name: input.name, zoneId, params, enabled };
    const checked = await this.checked({ ...rule, cameraId });
    return this.told(await createRule(this.parts.database, checked));
  }

  /** @throws AppError `not-found`; `invalid-input` naming a bad limit, zone or camera. */
  async change(id: string, change: RuleChange): Promise<RuleView> {
    const { database } = this.parts;
    const before = found(await findRule(database, id), 'rule', id);
    const given = Object.fromEntries(Object.entries(change).filter(([, value]) => value !== undefined));
    const { name, cameraId, zoneId, params, enabled } = await this.checked({ ...before, ...given });
    const fields = { name, cameraId, zoneId, params, enabled };
    const rule = found(await changeRule(database, id, fields), 'rule', id);
    if (before.cameraId !== rule.cameraId) await this.told(before);
    return this.told(rule);
  }

  /** Hides a rule. @throws AppError `not-found`. */
  async remove(id: string): Promise<void> {
    await this.told(found(await hideRule(this.parts.database, id, this.parts.clock.nowMs()), 'rule', id));
  }

  /** @throws AppError `not-found` when it was not deleted. */
  async restore(id: string): Promise<RuleView> {
    return this.told(found(await hideRule(this.parts.database, id, null), 'deleted rule', id));
  }

  /** The rule with the camera of its zone, when everything it names exists and fits together. */
  private async checked(rule: StoredRule): Promise<StoredRule> {
    const problems = ruleParamProblems(rule.kind, rule.params);
    if (problems.length > 0) throw refused('params', problems.join('; '));
    const cameraId = rule.zoneId === null ? rule.cameraId : await this.cameraOfZone(rule.zoneId, rule.cameraId);
    if (rule.zoneId === null && ruleDescriptions[rule.kind].needsZone) {
      throw refused('zoneId', `a rule of kind ${rule.kind} needs a zone`);
    }
    if (cameraId !== null && (await cameraById(this.parts.database, cameraId)) === null) {
      throw refused('cameraId', `there is no camera ${cameraId}`);
    }
    return { ...rule, cameraId };
  }

  private async cameraOfZone(zoneId: string, cameraId: string | null): Promise<string> {
    const zone = await findZone(this.parts.database, zoneId);
    if (zone === null) throw refused('zoneId', `there is no zone ${zoneId}`);
    if (cameraId !== null && cameraId !== zone.cameraId) {
      throw refused('zoneId', `zone ${zoneId} belongs to camera ${zone.cameraId}, not to ${cameraId}`);
    }
    return zone.cameraId;
  }

  private async told(rule: StoredRule): Promise<RuleView> {
    if (rule.cameraId === null) await hintAllCamerasChanged(this.parts);
    else hintCameraChanged(this.parts, rule.cameraId);
    return rule;
  }
}

function refused(field: string, message: string): AppError {
  return new AppError('invalid-input', `${field}: ${message}.`, { details: { field } });
}
