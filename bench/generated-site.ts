/**
 * A month of a generated site: sixteen cameras of which a few see most of the people, busy days and quiet nights, people alone and in
 * groups, stays from a second to four minutes. Poses are made and packed as the tracker does for some templates, and copied to their
 * times inside PostgreSQL; a copy's packed times are those of its template.
 */
import { seededRandom, type Random } from '#base/random.js';
import { createCamera, setSourceSize } from '#storage/cameras.js';
import type { Database, Transaction } from '#storage/database.js';
import { writeSegments, writeTracks } from '#storage/track-writes.js';
import { createZone } from '#storage/zones.js';
import { storedWalk, type StoredWalk } from '#testing/stored-tracks.js';

export const SITE_CAMERAS = 16;
export const SITE_DAYS = 30;
export const DAY_MS = 86_400_000;
/** Midnight of the first day, wall clock. */
export const SITE_START_MS = 1_800_000_000_000 - (1_800_000_000_000 % DAY_MS);
/** Of every camera: the middle of the lower half of its picture. */
export const zoneOf = (camera: number): string => `zon_${camera}`;
export const cameraId = (camera: number): string => `cam_${camera}`;

const TEMPLATES = 240;
const TEMPLATE_CAMERA = 'cam_template';
const SIZE = { widthPx: 1920, heightPx: 1080 };
const LONGEST_FILL_MS = 3_600_000;
const ROWS_AT_ONCE = 20_000;
/** One alert in so many tracks. */
const TRACKS_PER_EVENT = 150;
const MOST_TOGETHER = 12;
/** How busy each hour of a working day is; weekends see a third of it. */
const HOURS = [1, 1, 1, 1, 2, 6, 20, 60, 90, 70, 60, 65, 85, 80, 60, 60, 75, 95, 80, 50, 30, 15, 6, 2];

/** A track to be: a copy of a template. */
interface Visit {
  readonly camera: number;
  readonly template: number;
  readonly startMs: number;
  readonly together: number;
}

/** Fills an empty database with at least so many segments. Some 40 seconds a million on a machine with nothing else to do. */
export async function fillSite(database: Database, segments: number, progress: (line: string) => void): Promise<void> {
  const random = seededRandom(1);
  const walks = Array.from({ length: TEMPLATES }, (_, trackNo) => storedWalk(someWalk(trackNo, random), random));
  const visits = someVisits({ segments, perTemplate: walks.map((walk) => walk.segments.length) }, random);
  await makeCameras(database);
  progress(`${visits.length} tracks are being written`);
  await database.$transaction(
    async (tx) => {
      await tx.$executeRaw`SET LOCAL session_replication_role = replica`; // no foreign keys to check row by row
      await writeTracks(
        tx,
        walks.map(({ track }) => track),
      );
      for (const walk of walks) await writeSegments(tx, walk.segments);
      await writeVisits(tx, visits);
      await copyTemplates(tx);
    },
    { timeout: LONGEST_FILL_MS },
  );
  await database.camera.delete({ where: { id: TEMPLATE_CAMERA } });
  await database.$executeRaw`VACUUM (ANALYZE)`;
}

/** Roughly normal, standard deviation 1. */
function gaussian(random: Random): number {
  return Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
}

function someWalk(trackNo: number, random: Random): StoredWalk {
  const seconds = Math.min(240, Math.max(1, 9 * Math.exp(0.9 * gaussian(random))));
  const heightPx = 90 + 200 * random();
  const from = [random() * SIZE.widthPx, 350 + random() * 700] as const;
  // Most walk on at 0.2 to 1.2 heights a second, some stay where they are, few run; whoever comes to an edge is gone.
  const speed = trackNo % 5 === 0 ? 0.03 * random() : trackNo % 40 === 1 ? 2 + random() : 0.2 + random();
  const [way, angle] = [speed * seconds * heightPx, random() * 2 * Math.PI];
  const inside = (value: number, most: number): number => Math.min(most, Math.max(0, value));
  const to = [
    inside(from[0] + way * Math.cos(angle), SIZE.widthPx),
    inside(from[1] + way * 0.4 * Math.sin(angle), SIZE.heightPx),
  ] as const;
  const posture = trackNo % 120 === 7 ? 'lying' : trackNo % 60 === 13 ? 'arms-raised' : 'standing';
  return {
    cameraId: TEMPLATE_CAMERA,
    epoch: 0,
    trackNo,
    startMs: 0,
    seconds,
    from,
    to,
    heightPx,
    posture,
    together: 1,
  };
}

/** In order of time, as tracks arrive. */
function someVisits(
  { segments, perTemplate }: { readonly segments: number; readonly perTemplate: readonly number[] },
  random: Random,
): readonly Visit[] {
  const busiest = Math.max(...HOURS);
  const cameras = sharesOf(Array.from({ length: SITE_CAMERAS }, (_, camera) => 1 / (camera + 1) ** 0.8));
  const hours = sharesOf(
    Array.from({ length: SITE_DAYS * 24 }, (_, hour) => HOURS[hour % 24] * (Math.floor(hour / 24) % 7 > 4 ? 0.33 : 1)),
  );
  const visits: Visit[] = [];
  for (let written = 0; written < segments;) {
    const [camera, hour] = [pick(cameras, random), pick(hours, random)];
    const startMs = SITE_START_MS + (hour + random()) * 3_600_000;
    const people = 1 + Math.floor(5 * random() ** 4);
    const others = Math.floor(8 * random() ** 3 * (HOURS[hour % 24] / busiest));
    const together = Math.min(MOST_TOGETHER, people + others);
    for (let person = 0; person < people; person++) {
      const template = Math.floor(random() * TEMPLATES);
      visits.push({ camera, template, startMs: Math.round(startMs + person * 700 * random()), together });
      written += perTemplate[template];
    }
  }
  return visits.sort((a, b) => a.startMs - b.startMs);
}

/** Running sums of shares that come to 1. */
function sharesOf(weights: readonly number[]): readonly number[] {
  const all = weights.reduce((sum, weight) => sum + weight, 0);
  let sum = 0;
  return weights.map((weight) => (sum += weight) / all);
}

function pick(sums: readonly number[], random: Random): number {
  const share = random();
  return Math.min(
    sums.length - 1,
    sums.findIndex((sum) => share < sum),
  );
}

async function makeCameras(database: Database): Promise<void> {
  await createCamera(database, TEMPLATE_CAMERA, { name: 'Template', url: 'rtsp://template' });
  await setSourceSize(database, TEMPLATE_CAMERA, SIZE);
  for (let camera = 0; camera < SITE_CAMERAS; camera++) {
    const id = cameraId(camera);
    await createCamera(database, id, { name: `Camera ${camera}`, url: `rtsp://camera-${camera}` });
    await setSourceSize(database, id, SIZE);
    const polygon: [number, number][] = [
      [0.3, 0.5],
      [0.7, 0.5],
      [0.7, 1],
      [0.3, 1],
    ];
    await createZone(database, { id: zoneOf(camera), cameraId: id, name: 'Middle', polygon });
  }
  const rules = ['intrusion', 'loitering', 'running'].map((kind) => ({ id: `rul_${kind}`, kind, name: kind }));
  await database.rule.createMany({ data: rules });
}

async function writeVisits(tx: Transaction, visits: readonly Visit[]): Promise<void> {
  await tx.$executeRaw`
    CREATE TEMP TABLE "visit" ("camera" text, "trackNo" int, "template" int, "at" float8, "together" int) ON COMMIT DROP`;
  const next = new Array<number>(SITE_CAMERAS).fill(1);
  for (let from = 0; from < visits.length; from += ROWS_AT_ONCE) {
    const part = visits.slice(from, from + ROWS_AT_ONCE);
    const trackNos = part.map(({ camera }) => next[camera]++);
    await tx.$executeRaw`
      INSERT INTO "visit" SELECT * FROM unnest(${part.map(({ camera }) => cameraId(camera))}::text[], ${trackNos}::int[],
        ${part.map(({ template }) => template)}::int[], ${part.map(({ startMs }) => startMs)}::float8[],
        ${part.map(({ together }) => together)}::int[])`;
  }
  await tx.$executeRaw`ANALYZE "visit"`;
}

async function copyTemplates(tx: Transaction): Promise<void> {
  await tx.$executeRaw`
    INSERT INTO "Track" ("cameraId", "epoch", "trackNo", "startMs", "endMs", "startPtsUs", "endPtsUs", "poses", "meanScore",
      "maxSpeed", "distance", "closed", "postures", "together", "cells")
    SELECT v."camera", 1, v."trackNo", t."startMs" + v."at", t."endMs" + v."at", t."startPtsUs" + (v."at" * 1000)::int8,
      t."endPtsUs" + (v."at" * 1000)::int8, t."poses", t."meanScore", t."maxSpeed", t."distance", true, t."postures", v."together", t."cells"
    FROM "visit" v JOIN "Track" t ON t."cameraId" = ${TEMPLATE_CAMERA} AND t."trackNo" = v."template" ORDER BY v."at"`;
  // Written as they end, whatever their track, as live cameras do it.
  await tx.$executeRaw`
    INSERT INTO "TrackSegment" ("cameraId", "epoch", "trackNo", "segmentNo", "startMs", "endMs", "startPtsUs", "endPtsUs", "poses",
      "minX", "minY", "maxX", "maxY", "meanScore", "maxSpeed", "packed", "postures", "together", "feet")
    SELECT v."camera", 1, v."trackNo", s."segmentNo", s."startMs" + v."at", s."endMs" + v."at",
      s."startPtsUs" + (v."at" * 1000)::int8, s."endPtsUs" + (v."at" * 1000)::int8, s."poses", s."minX", s."minY", s."maxX",
      s."maxY", s."meanScore", s."maxSpeed", s."packed", s."postures", v."together", s."feet"
    FROM "visit" v JOIN "TrackSegment" s ON s."cameraId" = ${TEMPLATE_CAMERA} AND s."trackNo" = v."template"
    ORDER BY s."endMs" + v."at"`;
  await tx.$executeRaw`
    INSERT INTO "SegmentKeyPoses" ("cameraId", "epoch", "trackNo", "segmentNo", "poses")
    SELECT v."camera", 1, v."trackNo", k."segmentNo", k."poses"
    FROM "visit" v JOIN "SegmentKeyPoses" k ON k."cameraId" = ${TEMPLATE_CAMERA} AND k."trackNo" = v."template" ORDER BY v."at"`;
  await tx.$executeRaw`
    INSERT INTO "Event" ("id", "kind", "ruleId", "cameraId", "epoch", "trackNo", "startMs", "endMs", "startPtsUs", "measure", "why")
    SELECT 'e-' || v."camera" || '-' || v."trackNo", "kind", 'rul_' || "kind", v."camera", 1, v."trackNo", v."at", v."at" + 1000,
      (v."at" * 1000)::int8, '{}', 'generated'
    FROM "visit" v, LATERAL (SELECT (ARRAY['intrusion', 'loitering', 'running'])[1 + v."trackNo" / ${TRACKS_PER_EVENT}::int % 3] AS "kind") AS "which"
    WHERE v."trackNo" % ${TRACKS_PER_EVENT}::int = 0`;
}
