import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { joinCameraUrl, splitCameraUrl } from './camera-url.js';
import { hashPassword, isPassword, tokenHash } from './passwords.js';
import { newPassword, newToken, secureRandom } from './random.js';
import { openSecretBox } from './secret-box.js';

describe('passwords', () => {
  it('are recognised, whatever way their letters are composed, and others are not', async () => {
    const hash = await hashPassword('caf\u00e9 noir');
    expect(hash).not.toContain('noir');
    expect(await isPassword('cafe\u0301 noir', hash)).toBe(true);
    expect(await isPassword('cafe noir', hash)).toBe(false);
    expect(await isPassword('', hash)).toBe(false);
  });

  it('have a new salt each time', async () => {
    expect(await hashPassword('same')).not.toBe(await hashPassword('same'));
  });

  it('do not match a text that is no hash', async () => {
    expect(await isPassword('x', 'x')).toBe(false);
  });
});

describe('drawn secrets', () => {
  it('are readable passwords, long tokens and numbers in [0, 1)', () => {
    expect(newPassword()).toMatch(/^([a-z2-9]{5}-){3}[a-z2-9]{5}$/);
    expect(newToken()).toMatch(/^[\w-]{43}$/);
    expect(tokenHash('a')).toHaveLength(64);
    for (let i = 0; i < 1000; i++) {
      const value = secureRandom();
      expect(value >= 0 && value < 1).toBe(true);
    }
  });
});

describe('the secret box', () => {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'posewatch-box-'));
  afterAll(() => {
    rmSync(folder, { recursive: true });
  });

  it('opens what it sealed, also after a restart', () => {
    const sealed = openSecretBox(folder).seal('admin:gehe1m');
    expect(sealed).not.toContain('gehe1m');
    expect(openSecretBox(folder).open(sealed)).toBe('admin:gehe1m');
    expect(statSync(path.join(folder, 'secret.key')).mode & 0o777).toBe(0o600);
    expect(readFileSync(path.join(folder, 'secret.key'), 'utf8')).toHaveLength(64);
  });

  it('seals the same text differently each time', () => {
    const box = openSecretBox(folder);
    expect(box.seal('a')).not.toBe(box.seal('a'));
  });

  it.each(['v1.AAAA', 'v2.abc', '', 'admin:admin'])('refuses %j', (text) => {
    expect(() => openSecretBox(folder).open(text)).toThrow(/cannot be opened/);
  });

  it('refuses a text that was changed', () => {
    const box = openSecretBox(folder);
    const sealed = box.seal('admin:gehe1m');
    const last = sealed.at(-2) === 'A' ? 'B' : 'A';
    expect(() => box.open(sealed.slice(0, -2) + last + sealed.slice(-1))).toThrow(/cannot be opened/);
  });
});

describe('camera URLs', () => {
  it.each([
    ['rtsp://admin:s%40fe@10.0.0.5:554/ch1?x=1', 'rtsp://10.0.0.5:554/ch1?x=1', 'admin:s%40fe'],
    ['rtsp://admin:p@ss@10.0.0.5/', 'rtsp://10.0.0.5/', 'admin:p%40ss'],
    ['rtsp://10.0.0.5/live', 'rtsp://10.0.0.5/live', null],
    ['http://only@cam.local/mjpg', 'http://cam.local/mjpg', 'only:'],
    ['http://10.0.0.5/cgi?user=a&password=b&x=1', 'http://10.0.0.5/cgi?user=&password=&x=1', '?user=a&password=b'],
    ['http://u:p@10.0.0.5/cgi?token=t%2F1', 'http://10.0.0.5/cgi?token=', 'u:p?token=t%2F1'],
    ['rtsp://10.0.0.5/user=a_password=b_channel=1', 'rtsp://10.0.0.5/user=_password=_channel=1', '?user=a&password=b'],
    ['http://10.0.0.5/cgi?user=&password=b', 'http://10.0.0.5/cgi?user=&password=', '?password=b'],
  ])('%s is split and can be joined again', (text, url, credentials) => {
    const parts = splitCameraUrl(text);
    expect(parts).toEqual({ url, credentials });
    expect(splitCameraUrl(joinCameraUrl(parts))).toEqual(parts);
  });

  it('keep what an address holds itself, and get only what it lacks', () => {
    const credentials = 'u:p?user=a&password=b';
    const join = (url: string) => joinCameraUrl({ url, credentials });
    expect(join('http://10.0.0.5/cgi?user=&password=new')).toBe('http://u:p@10.0.0.5/cgi?user=a&password=new');
    expect(join('http://own:word@10.0.0.5/cgi')).toBe('http://own:word@10.0.0.5/cgi');
  });

  it.each(['ftp://10.0.0.5/', 'file:///etc/passwd', 'camera', 'rtsp://', 'concat:a|b'])('%s is refused', (text) => {
    expect(() => splitCameraUrl(text)).toThrow(/^url: /);
  });
});
