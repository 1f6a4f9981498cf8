import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { analyzeRequest } from './request.js';
import { parseRules } from './rules-file.js';

describe('posewatch analyze, command line', () => {
  let folder: string;
  let clip: string;
  beforeEach(() => {
    folder = mkdtempSync(path.join(os.tmpdir(), 'posewatch-request-'));
    clip = path.join(folder, 'clip.mp4');
    writeFileSync(clip, 'x');
  });
  afterEach(() => {
    rmSync(folder, { recursive: true });
  });

  it('fills in what is not said', () => {
    expect(analyzeRequest([clip, '--out', folder])).toEqual({
      inputs: [clip],
      outFolder: folder,
      profile: 'fast',
      modelId: null,
      fps: 10,
      fillGapsSec: 1,
      rulesFile: null,
      video: true,
      json: false,
    });
  });

  it('takes all flags, several inputs and addresses', () => {
    const args = [
      clip,
      'https://example.org/a.mp4',
      '--out',
      folder,
      '--fps',
      'all',
      '--no-video',
      '--json',
      '--model',
      'm',
      '--profile',
      'accurate',
      '--fill-gaps',
      '0.5',
    ];
    expect(analyzeRequest(args)).toMatchObject({
      inputs: [clip, 'https://example.org/a.mp4'],
      fps: 0,
      video: false,
      json: true,
      modelId: 'm',
      profile: 'accurate',
      fillGapsSec: 0.5,
    });
  });

  it.each([
    ['no input', ['--out', 'x'], 'invalid-input', 'Name at least one file'],
    ['no folder', ['CLIP'], 'invalid-input', '--out DIR is missing'],
    ['a gap that is too long', ['CLIP', '--out', 'x', '--fill-gaps', '6'], 'invalid-input', '--fill-gaps is "6"'],
    ['an fps of 0', ['CLIP', '--out', 'x', '--fps', '0'], 'invalid-input', '--fps is "0"'],
    ['an fps that is a word', ['CLIP', '--out', 'x', '--fps', 'fast'], 'invalid-input', '--fps is "fast"'],
    [
      'an unknown profile',
      ['CLIP', '--out', 'x', '--profile', 'best'],
      'invalid-input',
      '--profile is "best"; it must be fast, accurate, pose3d.',
    ],
    ['an unknown flag', ['CLIP', '--out', 'x', '--speed', '3'], 'invalid-input', "Unknown option '--speed'"],
    ['a live stream', ['rtsp://user:secret@host/a', '--out', 'x'], 'invalid-input', 'rtsp:// cannot be analysed'],
    ['a file that is not there', ['/nowhere/a.mp4', '--out', 'x'], 'not-found', '/nowhere/a.mp4 does not exist'],
    ['a folder', [os.tmpdir(), '--out', 'x'], 'invalid-input', 'is not a file'],
  ])('refuses %s', (...[, args, kind, message]) => {
    const call = (): unknown => analyzeRequest(args.map((arg) => (arg === 'CLIP' ? clip : arg)));
    expect(call).toThrow(message);
    expect(call).toThrow(expect.objectContaining({ kind }) as Error);
    expect(call).not.toThrow('secret');
  });
});

describe('rules files', () => {
  const zone = {
    id: 'door',
    name: 'Door',
    polygon: [
      [0, 0],
      [0.5, 0],
      [0.5, 1],
    ],
  };

  it('are read with defaults', () => {
    const text = JSON.stringify({ zones: [zone], rules: [{ kind: 'intrusion', name: 'Keep out', zone: 'door' }] });
    expect(parseRules(text, 'r.json')).toEqual({
      zones: [zone],
      rules: [{ kind: 'intrusion', name: 'Keep out', zone: 'door', params: {} }],
    });
  });

  it.each([
    ['text', 'hello', 'r.json is not JSON'],
    ['another shape', '[]', 'r.json has 1 problem(s)'],
    ['an unknown key', '{"zone":[]}', 'Unrecognized key'],
    ['an unknown kind', '{"rules":[{"kind":"flying","name":"x"}]}', 'rules.0.kind'],
    [
      'a corner outside the picture',
      JSON.stringify({
        zones: [
          {
            ...zone,
            polygon: [
              [0, 0],
              [7, 0],
              [1, 1],
            ],
          },
        ],
      }),
      'zones.0.polygon.1.0',
    ],
    ['an unknown zone', '{"rules":[{"kind":"running","name":"x","zone":"y"}]}', 'no zone "y"; there is no zone'],
    ['intrusion without a zone', '{"rules":[{"kind":"intrusion","name":"x"}]}', 'intrusion needs a zone'],
    ['an unknown parameter', '{"rules":[{"kind":"running","name":"x","params":{"speed":1}}]}', 'no parameter "speed"'],
    ['a zone that is there twice', JSON.stringify({ zones: [zone, zone] }), '"door" is there twice'],
  ])('refuse %s', (_, text, message) => {
    expect(() => parseRules(text, 'r.json')).toThrow(message);
  });
});
