/**
 * The newest seconds of a live camera as fragmented MP4, in a Redis stream. A viewer that joins starts with the newest `init` and the
 * newest key frame. Two groups of pictures are kept: a viewer that is one group behind still finds its next fragment.
 *
 * Beside the stream lies a hash: the newest `init`, bytes appended so far, and where the newest two key frames begin.
 */
import { AppError } from '#base/errors.js';
import { liveStreamKey } from '#contracts/channels.js';
import type { Redis } from './redis.js';

/** One piece of a camera's fragmented MP4. */
export interface LiveEntry {
  readonly kind: 'init' | 'fragment';
  readonly epoch: number;
  /** True when decoding can start with this fragment; false for `init`. */
  readonly keyframe: boolean;
  /** Presentation time of the fragment's first picture, microseconds; 0 for `init`. */
  readonly ptsUs: number;
  readonly bytes: Buffer;
}

/** An entry with its place in the stream; `id` is where a later `readLive` goes on. */
export interface StoredLiveEntry extends LiveEntry {
  readonly id: string;
}

/** Bounds of one camera's stream. `ttlMs`: it vanishes that long after the last entry. */
export interface LiveLimits {
  readonly maxBytes: number;
  readonly ttlMs: number;
}

// Keeps from the second newest key frame on; from the newest when that is more than maxBytes; only the newest entry when even
// one group of pictures is more than that (nobody can join then until the next key frame).
const APPEND = `
local stream, head = KEYS[1], KEYS[2]
local kind, epoch, keyframe, ptsUs, bytes = ARGV[1], ARGV[2], ARGV[3], ARGV[4], ARGV[5]
local maxBytes, ttlMs = tonumber(ARGV[6]), ARGV[7]
local id = redis.call('XADD', stream, '*', 'kind', kind, 'epoch', epoch, 'keyframe', keyframe, 'ptsUs', ptsUs, 'bytes', bytes)
if kind == 'init' then
  redis.call('DEL', head)
  redis.call('HSET', head, 'epoch', epoch, 'init', bytes, 'initId', id)
elseif keyframe == '1' then
  local newest, at = redis.call('HGET', head, 'newest'), redis.call('HGET', head, 'newestAt')
  if newest then redis.call('HSET', head, 'older', newest, 'olderAt', at) end
  redis.call('HSET', head, 'newest', id, 'newestAt', redis.call('HGET', head, 'total') or 0)
end
local total = redis.call('HINCRBY', head, 'total', #bytes)
local older, newest = redis.call('HGET', head, 'older'), redis.call('HGET', head, 'newest')
if older and total - tonumber(redis.call('HGET', head, 'olderAt')) > maxBytes then
  redis.call('HDEL', head, 'older', 'olderAt')
  older = false
end
if newest and total - tonumber(redis.call('HGET', head, 'newestAt')) > maxBytes then
  redis.call('HDEL', head, 'newest', 'newestAt')
  newest = false
end
local from = older or newest
if from then
  redis.call('XTRIM', stream, 'MINID', from)
elseif kind == 'fragment' then
  redis.call('XTRIM', stream, 'MAXLEN', 1)
end
redis.call('PEXPIRE', stream, ttlMs)
redis.call('PEXPIRE', head, ttlMs)
if redis.call('HEXISTS', head, 'init') == 0 then return '' end
return id`;

/** With one stream asked for: its key, and the entries in order. */
type StreamReply = readonly (readonly [Buffer, readonly (readonly [Buffer, readonly Buffer[]])[]])[];

const headKey = (cameraId: string): string => `live-head:${cameraId}`;

/**
 * Appends one entry and trims the stream; resolves with the entry's id.
 * @throws AppError `data-loss` when the stream has no `init` (Redis came back empty): nobody can join until one is appended.
 */
export async function appendLive(redis: Redis, cameraId: string, entry: LiveEntry & LiveLimits): Promise<string> {
  const { kind, epoch, keyframe, ptsUs, bytes, maxBytes, ttlMs } = entry;
  const flag = keyframe ? '1' : '0';
  const keys = [liveStreamKey(cameraId), headKey(cameraId)];
  const id = String(await redis.eval(APPEND, 2, ...keys, kind, epoch, flag, ptsUs, bytes, maxBytes, ttlMs));
  if (id === '') throw new AppError('data-loss', `The live stream of ${cameraId} has lost its beginning.`);
  return id;
}

function parseEntry([id, fields]: readonly [Buffer, readonly Buffer[]]): StoredLiveEntry {
  const byName = new Map<string, Buffer>();
  for (let i = 0; i + 1 < fields.length; i += 2) byName.set(fields[i].toString(), fields[i + 1]);
  const text = (name: string): string => byName.get(name)?.toString() ?? '';
  return {
    id: id.toString(),
    kind: text('kind') === 'init' ? 'init' : 'fragment',
    epoch: Number(text('epoch')),
    keyframe: text('keyframe') === '1',
    ptsUs: Number(text('ptsUs')),
    bytes: byName.get('bytes') ?? Buffer.alloc(0),
  };
}

/**
 * Entries after `fromId`, oldest first; waits up to `blockMs` (> 0) for the first one and is empty when none came. It occupies the
 * connection meanwhile: a reader brings its own.
 */
export async function readLive(
  redis: Redis,
  cameraId: string,
  options: { readonly fromId: string; readonly blockMs: number },
): Promise<readonly StoredLiveEntry[]> {
  const { fromId, blockMs } = options;
  const reply = await redis.xreadBuffer('COUNT', 64, 'BLOCK', blockMs, 'STREAMS', liveStreamKey(cameraId), fromId);
  if (!Array.isArray(reply)) return [];
  return (reply as StreamReply).flatMap(([, entries]) => entries.map(parseEntry));
}

/**
 * What a viewer that joins now needs: the newest `init` and all from the newest key frame on; go on after the last `id`.
 * Empty while there is no key frame yet.
 */
export async function startOfLive(redis: Redis, cameraId: string): Promise<readonly StoredLiveEntry[]> {
  const head = await redis.hgetallBuffer(headKey(cameraId));
  if (!('init' in head && 'newest' in head)) return [];
  const { init, initId, epoch, newest } = head;
  const stored = await redis.xrangeBuffer(liveStreamKey(cameraId), newest.toString(), '+');
  const first: StoredLiveEntry = {
    id: initId.toString(),
    kind: 'init',
    epoch: Number(epoch.toString()),
    keyframe: false,
    ptsUs: 0,
    bytes: init,
  };
  return [first, ...stored.map(parseEntry)];
}
