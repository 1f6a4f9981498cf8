import path from 'node:path';
import { Inject, Injectable } from '@nestjs/common';
import { measure, type RuleKind } from '#contracts/behavior-detected.js';
import { AppError } from '#base/errors.js';
import { cameraById } from '#storage/cameras.js';
import { acknowledgeEvent, findEvent, listEvents, type EventRow } from '#storage/event-queries.js';
import type { EventsAnswer, EventsQuery, EventView } from '../api/schemas/events.js';
import { found } from '../not-found.js';
import type { StoredFile } from '../playback/stored-file.js';
import { PARTS, type Parts } from '../parts.js';

function view(row: EventRow): EventView {
  return {
    id: row.id,
    kind: row.kind as RuleKind,
    ruleId: row.ruleId,
    ruleName: row.rule.name,
    zoneId: row.zoneId,
    zoneName: row.zoneName,
    cameraId: row.cameraId,
    cameraName: row.camera.name,
    cameraKind: row.camera.kind === 'video' ? 'video' : 'live',
    epoch: row.epoch,
    trackNo: row.trackNo,
    startMs: row.startMs,
    endMs: row.endMs,
    startPtsUs: Number(row.startPtsUs),
    measure: measure.parse(row.measure),
    why: row.why,
    hasSnapshot: row.snapshotPath !== null,
    acknowledgedAt: row.acknowledgedAt?.toISOString() ?? null,
    acknowledgedBy: row.acknowledgedBy,
  };
}

/** Lists alerts and takes acknowledgements. */
@Injectable()
export class EventDesk {
  constructor(@Inject(PARTS) private readonly parts: Parts) {}

  /** @throws AppError `invalid-input` for a malformed cursor, `not-found` for an unknown camera. */
  async list(query: EventsQuery): Promise<EventsAnswer> {
    const { database } = this.parts;
    const { cursor, limit, acknowledged, ...filter } = query;
    if (query.cameraId !== undefined) found(await cameraById(database, query.cameraId), 'camera', query.cameraId);
    const narrowed = { ...filter, acknowledged: acknowledged === undefined ? undefined : acknowledged === 'yes' };
    const { rows, nextCursor, total } = await listEvents(database, narrowed, { cursor, limit });
    return { events: rows.map(view), nextCursor, total };
  }

  /** @throws AppError `not-found`. */
  async read(id: string): Promise<EventView> {
    return view(found(await findEvent(this.parts.database, id), 'event', id));
  }

  /** Notes who has seen it, and when; a second acknowledgement changes nothing. @throws AppError `not-found`. */
  async acknowledge(id: string, name: string): Promise<EventView> {
    await acknowledgeEvent(this.parts.database, id, { name, atMs: this.parts.clock.nowMs() });
    return this.read(id);
  }

  /** Takes an acknowledgement back. @throws AppError `not-found`. */
  async reopen(id: string): Promise<EventView> {
    await acknowledgeEvent(this.parts.database, id, null);
    return this.read(id);
  }

  /** @throws AppError `not-found` when there is none. */
  async snapshot(id: string): Promise<StoredFile> {
    const { snapshotPath } = found(await findEvent(this.parts.database, id), 'event', id);
    if (snapshotPath === null) throw new AppError('not-found', `Event ${id} has no snapshot.`);
    const dataDir = path.resolve(this.parts.settings.POSEWATCH_DATA_DIR);
    return { dataDir, file: snapshotPath, mediaType: 'image/jpeg' };
  }
}
