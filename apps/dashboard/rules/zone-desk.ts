import { Inject, Injectable } from '@nestjs/common';
import { newId } from '#base/ids.js';
import { cameraById } from '#storage/cameras.js';
import { changeZone, createZone, hideZone, listZones } from '#storage/zones.js';
import type { ZoneChange, ZoneInput, ZoneView } from '../api/schemas/zones.js';
import { hintCameraChanged } from '../camera-hint.js';
import { found } from '../not-found.js';
import { PARTS, type Parts } from '../parts.js';

/** Draws, changes and removes zones. */
@Injectable()
export class ZoneDesk {
  constructor(@Inject(PARTS) private readonly parts: Parts) {}

  /** @throws AppError `not-found` for an unknown camera. */
  async list(cameraId: string): Promise<ZoneView[]> {
    found(await cameraById(this.parts.database, cameraId), 'camera', cameraId);
    return listZones(this.parts.database, cameraId);
  }

  /** @throws AppError `not-found` for an unknown camera. */
  async create(cameraId: string, input: ZoneInput): Promise<ZoneView> {
    const { database, random } = this.parts;
    found(await cameraById(database, cameraId), 'camera', cameraId);
    return this.told(await createZone(database, { id: newId('zon', random), cameraId, ...input }));
  }

  /** @throws AppError `not-found`. */
  async change(id: string, { name, polygon }: ZoneChange): Promise<ZoneView> {
    const change = { ...(name === undefined ? {} : { name }), ...(polygon === undefined ? {} : { polygon }) };
    return this.told(found(await changeZone(this.parts.database, id, change), 'zone', id));
  }

  /** Hides a zone; its rules rest meanwhile. @throws AppError `not-found`. */
  async remove(id: string): Promise<void> {
    this.told(found(await hideZone(this.parts.database, id, this.parts.clock.nowMs()), 'zone', id));
  }

  /** @throws AppError `not-found` when it was not deleted. */
  async restore(id: string): Promise<ZoneView> {
    return this.told(found(await hideZone(this.parts.database, id, null), 'deleted zone', id));
  }

  private told(zone: ZoneView): ZoneView {
    hintCameraChanged(this.parts, zone.cameraId);
    return zone;
  }
}
