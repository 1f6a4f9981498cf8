import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { zipOf } from '#testing/zip.js';
import { unpackMember } from './zip-member.js';

const model = Buffer.from(Array.from({ length: 200_000 }, (_, at) => (at * 7) % 251));

describe('unpackMember', () => {
  let folder = '';
  beforeEach(() => {
    folder = mkdtempSync(path.join(os.tmpdir(), 'posewatch-zip-'));
  });
  afterEach(() => {
    rmSync(folder, { recursive: true });
  });

  async function unpack(archive: Uint8Array): Promise<Buffer> {
    const file = path.join(folder, 'models.zip');
    writeFileSync(file, archive);
    const target = path.join(folder, 'model.onnx');
    await unpackMember(file, 'end2end.onnx', target);
    return readFileSync(target);
  }

  it.each(['end2end.onnx', '20230831/rtmpose_onnx/rtmpose-s/end2end.onnx'])('takes %s out', async (name) => {
    const archive = zipOf({ 'pipeline.json': Buffer.from('{}'), [name]: model, 'a/not-end2end.onnx': Buffer.alloc(9) });
    expect((await unpack(archive)).equals(model)).toBe(true);
  });

  it.each([
    ['has no such file', zipOf({ 'other.onnx': model }), /models.zip has 0 files called end2end.onnx/],
    ['has two of them', zipOf({ 'a/end2end.onnx': model, 'b/end2end.onnx': model }), /has 2 files called end2end.onnx/],
    ['is cut off', zipOf({ 'end2end.onnx': model }).subarray(0, 1000), /models.zip is not a whole zip archive/],
    ['is something else', Buffer.from('<html>Not found</html>'), /models.zip is not a whole zip archive/],
    ['has other bytes than were packed', corrupt(zipOf({ 'end2end.onnx': model })), /models.zip is not a whole zip/],
    ['names a place outside', zipOf({ '../end2end.onnx': model }), /models.zip is not a whole zip archive/],
  ])('refuses an archive that %s, and leaves nothing', async (_, archive, message) => {
    await expect(unpack(archive)).rejects.toThrow(message);
    await expect(unpack(archive)).rejects.toMatchObject({ kind: 'data-loss' });
    expect(existsSync(path.join(folder, 'model.onnx'))).toBe(false);
  });
});

/** The same archive with its checksums changed, which no decompressor notices. */
function corrupt(archive: Buffer): Buffer {
  const changed = Buffer.from(archive);
  const central = changed.lastIndexOf(Buffer.from('PK\x01\x02', 'latin1'));
  changed[central + 16] ^= 1;
  return changed;
}
