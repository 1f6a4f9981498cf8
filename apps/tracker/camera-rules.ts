import type { Rule, RuleKind } from '#behavior/rule.js';
import type { Size } from '#geometry/letterbox.js';

/** A zone as a person drew it: corners 0..1 of the source picture. */
export interface NormalisedZone {
  readonly id: string;
  readonly name: string;
  readonly polygon: readonly (readonly [xNorm: number, yNorm: number])[];
}

/** A rule of one camera; `zone` null: the whole picture. */
export interface CameraRule {
  readonly id: string;
  readonly kind: RuleKind;
  readonly name: string;
  readonly zone: NormalisedZone | null;
  readonly params: Readonly<Record<string, number>>;
}

/** A stored rule, of any camera. */
export interface RuleRecord extends Omit<CameraRule, 'zone'> {
  /** Null: every camera. */
  readonly cameraId: string | null;
  /** Null: the whole picture. */
  readonly zoneId: string | null;
  readonly enabled: boolean;
}

/** The rules that are switched on for a camera. One whose zone is not among the camera's zones (deleted, or another camera's) is off. */
export function rulesOfCamera(
  cameraId: string,
  rules: readonly RuleRecord[],
  zones: readonly NormalisedZone[],
): readonly CameraRule[] {
  return rules.flatMap(({ cameraId: only, zoneId, enabled, ...rule }) => {
    if (!enabled || (only !== null && only !== cameraId)) return [];
    const zone = zones.find(({ id }) => id === zoneId) ?? null;
    return zoneId !== null && zone === null ? [] : [{ ...rule, zone }];
  });
}

/** The same rules with zones in pixels of the source picture, as `behaviorStep` takes them. */
export function rulesInPixels(rules: readonly CameraRule[], source: Size): readonly Rule[] {
  const toPixels = ([xNorm, yNorm]: readonly [number, number]) => ({
    x: xNorm * source.widthPx,
    y: yNorm * source.heightPx,
  });
  return rules.map(({ id, kind, name, zone, params }) => ({
    id,
    kind,
    name,
    zone: zone && { id: zone.id, name: zone.name, polygon: zone.polygon.map(toPixels) },
    params,
  }));
}
