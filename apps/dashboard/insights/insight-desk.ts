import { Inject, Injectable } from '@nestjs/common';
import { cameraById } from '#storage/cameras.js';
import { dwellMap, flows, peopleOverTime, ruleOutcomes } from '#storage/insights.js';
import type * as schema from '../api/schemas/insights.js';
import { found } from '../not-found.js';
import { PARTS, type Parts } from '../parts.js';

/** What stored tracks and alerts add up to. All throw AppError `invalid-input` naming the field, and `unavailable`. */
@Injectable()
export class InsightDesk {
  constructor(@Inject(PARTS) private readonly parts: Parts) {}

  async people({ buckets, ...span }: schema.InsightPeopleQuery): Promise<schema.InsightPeople> {
    const { cameras, ...rest } = await peopleOverTime(this.parts.database, span, buckets);
    return { ...rest, cameras: cameras.map((camera) => ({ ...camera, counts: [...camera.counts] })) };
  }

  /** @throws AppError `not-found` as well. */
  async places({ cameraId, ...span }: schema.InsightCameraQuery): Promise<schema.InsightPlaces> {
    const { database } = this.parts;
    const camera = await cameraById(database, cameraId);
    found(camera?.kind === 'live' ? camera : null, 'camera', cameraId);
    const [dwell, ways] = await Promise.all([dwellMap(database, cameraId, span), flows(database, cameraId, span)]);
    return { ...dwell, ...ways, seconds: [...dwell.seconds], flows: [...ways.flows] };
  }

  async rules(span: schema.InsightSpanQuery): Promise<schema.InsightRules> {
    return { rules: await ruleOutcomes(this.parts.database, span) };
  }
}
