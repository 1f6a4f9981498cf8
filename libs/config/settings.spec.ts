import { AppError } from '#base/errors.js';
import { describeSettings, readSettings } from './settings.js';

const needed = {
  DATABASE_URL: 'postgresql://localhost/posewatch',
  REDIS_URL: 'redis://localhost:6379',
  POSEWATCH_DATA_DIR: '/var/lib/posewatch',
  POSEWATCH_MODELS_DIR: '/var/lib/posewatch/models',
};

describe('settings', () => {
  it('fills in defaults and ignores the rest of the environment', () => {
    const settings = readSettings({ ...needed, HOME: '/root', POSEWATCH_SESSIONS: '' });
    expect(settings).toMatchObject({ POSEWATCH_PORT: 8420, POSEWATCH_SESSIONS: 0, POSEWATCH_HOST: '127.0.0.1' });
    expect(settings).not.toHaveProperty('HOME');
  });

  it('lists every problem at once', () => {
    const broken = () => readSettings({ REDIS_URL: needed.REDIS_URL, POSEWATCH_PORT: '99999', POSEWATCH_TYPO: '1' });
    expect(broken).toThrow(AppError);
    expect(broken).toThrow(/DATABASE_URL[^]*POSEWATCH_PORT[^]*POSEWATCH_TYPO|POSEWATCH_PORT[^]*POSEWATCH_TYPO/);
  });

  it.each(['cuda', 'cuda,cpu', ' webgpu , cpu '])('takes the execution providers "%s"', (list) => {
    expect(readSettings({ ...needed, POSEWATCH_PROVIDERS: list }).POSEWATCH_PROVIDERS).toBe(list);
  });

  it.each(['cdua', 'cuda;cpu', 'cuda,', ','])('refuses the execution providers "%s"', (list) => {
    const wrong = () => readSettings({ ...needed, POSEWATCH_PROVIDERS: list });
    expect(wrong).toThrow(/POSEWATCH_PROVIDERS: must be a list of cuda, webgpu and cpu/);
  });

  it('describes every setting', () => {
    for (const setting of describeSettings()) expect(setting.text.length).toBeGreaterThan(15);
  });
});
