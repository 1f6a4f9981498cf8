import { problemIn, saysCutOff, saysUndecodable } from './ffmpeg-problems.js';
import { inputName, isNetworkUrl, withoutCredentials } from './input-name.js';

describe('what FFmpeg says', () => {
  it.each([
    [
      'rtsp://h/s: Server returned 401 Unauthorized (authorization failed)',
      true,
      'unauthorised',
      /user name or password/,
    ],
    ['[rtsp @ 0x1] method DESCRIBE failed: 404 Not Found', true, 'not-found', /stream path/],
    ['[tcp @ 0x1] Connection to tcp://h:1 failed: Connection refused', true, 'unavailable', /nothing listens/],
    ['[tcp @ 0x1] Failed to resolve hostname h: Name or service not known', true, 'unavailable', /host name/],
    ['rtsp://h/s: Connection timed out', true, 'timeout', /does not answer/],
    ['rtsp://h/s: Invalid data found when processing input', true, 'unavailable', /not with a video/],
    ['[mpegts @ 0x1] Could not find codec parameters for stream 0', true, 'unavailable', /key frame/],
    ['[mpegts @ 0x1] Could not find codec parameters for stream 0', false, 'invalid-input', /codec/],
    ['[mov,mp4 @ 0x1] moov atom not found', false, 'invalid-input', /cut off/],
    ['file:a.mp4: Invalid data found when processing input', false, 'invalid-input', /not a video/],
  ])('%s', (line, network, kind, text) => {
    const problem = problemIn(['noise', line], { name: 'Thing', network });
    expect(problem?.kind).toBe(kind);
    expect(problem?.message).toMatch(text);
    expect(problem?.message).toMatch(/^Thing /);
  });

  it('says nothing about what it does not know', () => {
    expect(problemIn(['frame dropped', ''], { name: 'x', network: true })).toBeNull();
  });

  it('tells damage from noise', () => {
    expect(saysUndecodable('Error while decoding stream #0:0: Invalid data found when processing input')).toBe(true);
    expect(saysUndecodable('[h264 @ 0x1] concealing 120 DC errors')).toBe(false);
    expect(saysCutOff('[mov,mp4 @ 0x1] stream 0, offset 0x2a81: partial file')).toBe(true);
  });
});

describe('names of inputs', () => {
  it.each([
    ['rtsp://me:secret@10.0.0.1:554/a?token=secret', 'rtsp://10.0.0.1:554/a'],
    ['rtsp://10.0.0.1/a', 'rtsp://10.0.0.1/a'],
    ['/somewhere/clip.mp4', 'clip.mp4'],
    ['C:clip.mp4', 'C:clip.mp4'],
  ])('%s is called %s', (url, name) => {
    expect(inputName(url)).toBe(name);
  });

  it('hides the login of every URL in a text', () => {
    const said = 'a rtsp://u:p@h/1: no; b http://x@h/2 c@d';
    expect(withoutCredentials(said)).toBe('a rtsp://***@h/1: no; b http://***@h/2 c@d');
  });

  it('tells a camera from a file', () => {
    expect(['rtsp://h/s', 'http://h', 'file:///a', '/a', 'a.mp4'].map(isNetworkUrl)).toEqual([
      true,
      true,
      false,
      false,
      false,
    ]);
  });
});
