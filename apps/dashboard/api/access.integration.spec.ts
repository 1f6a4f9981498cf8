import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { PASSWORD, benchOfFile, clientOf } from '../test-client.js';

jest.setTimeout(30_000);

const bench = benchOfFile();

interface Described {
  readonly paths: Record<string, Record<string, { operationId: string; responses: Record<string, unknown> }>>;
  readonly components: { readonly schemas: Record<string, unknown> };
}

async function description(): Promise<Described> {
  return (await bench.dashboard.admin.call('GET', '/api/docs-json')).body as Described;
}

const OPEN = new Set(['POST /api/session', 'GET /api/health']);

describe('logging in', () => {
  it('answers with the user and a cookie that no script and no other site can use', async () => {
    const answer = await bench.dashboard.nobody.call('POST', '/api/session', { name: 'admin', password: PASSWORD });
    expect(answer.status).toBe(200);
    expect(answer.body).toMatchObject({ user: { name: 'admin', role: 'admin' } });
    expect(answer.headers.get('set-cookie')).toMatch(/^posewatch_session=[\w-]{43};.*HttpOnly;.*SameSite=Strict/);
    const [cookie] = (answer.headers.get('set-cookie') ?? '').split(';');
    const session = clientOf(bench.dashboard.url, cookie);
    expect((await session.call('GET', '/api/session')).status).toBe(200);
    expect((await session.call('DELETE', '/api/session')).status).toBe(200);
    expect((await session.call('GET', '/api/session')).status).toBe(401);
  });

  it('stores no token and no password that could be used again', async () => {
    const sessions = await bench.dashboard.parts.database.session.findMany();
    expect(sessions.length).toBeGreaterThan(1);
    const token = bench.dashboard.admin.cookie.split('=')[1];
    expect(JSON.stringify(sessions)).not.toContain(token);
    expect(JSON.stringify(await bench.dashboard.parts.database.user.findMany())).not.toContain(PASSWORD);
  });

  it('does not say whether the name or the password was wrong', async () => {
    const wrong = await bench.dashboard.nobody.call('POST', '/api/session', { name: 'admin', password: 'x' });
    const unknown = await bench.dashboard.nobody.call('POST', '/api/session', { name: 'nobody', password: 'x' });
    expect([wrong.status, unknown.status]).toEqual([401, 401]);
    expect(wrong.body).toEqual(unknown.body);
  });

  it('is slowed down after a few wrong passwords, for that name only', async () => {
    const attempts: number[] = [];
    for (let i = 0; i < 8; i++) {
      attempts.push(
        (await bench.dashboard.nobody.call('POST', '/api/session', { name: 'guessed', password: `${i}` })).status,
      );
    }
    expect(attempts).toEqual([401, 401, 401, 401, 401, 401, 429, 429]);
    const refused = await bench.dashboard.nobody.call('POST', '/api/session', { name: 'guessed', password: 'x' });
    expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(0);
    const other = await bench.dashboard.nobody.call('POST', '/api/session', { name: 'viewer', password: PASSWORD });
    expect(other.status).toBe(200);
  }, 30_000);

  it('ends when its time has run out', async () => {
    const { database } = bench.dashboard.parts;
    const answer = await bench.dashboard.nobody.call('POST', '/api/session', { name: 'viewer', password: PASSWORD });
    const [cookie] = (answer.headers.get('set-cookie') ?? '').split(';');
    const user = await database.user.findUniqueOrThrow({ where: { name: 'viewer' } });
    await database.session.updateMany({ where: { userId: user.id }, data: { expiresAt: new Date(1) } });
    expect((await clientOf(bench.dashboard.url, cookie).call('GET', '/api/session')).status).toBe(401);
    const again = await bench.dashboard.nobody.call('POST', '/api/session', { name: 'viewer', password: PASSWORD });
    expect(await database.session.count({ where: { userId: user.id } })).toBe(1);
    Object.assign(bench.dashboard, {
      viewer: clientOf(bench.dashboard.url, (again.headers.get('set-cookie') ?? '').split(';')[0]),
    });
  });
});

describe('who may do what', () => {
  it('refuses every described endpoint without a login, but for logging in and health', async () => {
    const { paths } = await description();
    const endpoints = Object.entries(paths).flatMap(([where, methods]) =>
      Object.keys(methods).map((method) => ({ method: method.toUpperCase(), where: where.replace(/\{\w+\}/g, '1') })),
    );
    expect(endpoints.length).toBeGreaterThan(35);
    const answers = await Promise.all(
      endpoints.map(async ({ method, where }) => {
        const { status } = await bench.dashboard.nobody.call(method, where);
        return { name: `${method} ${where}`, status };
      }),
    );
    const open = answers.filter(({ status }) => status !== 401).map(({ name }) => name);
    expect(new Set(open)).toEqual(OPEN);
  });

  it('refuses what is not described just as well', async () => {
    for (const where of ['/api/docs', '/api/docs-json', '/api/docs/swagger-ui-bundle.js', '/api/nothing', '/api']) {
      expect((await bench.dashboard.nobody.call('GET', where)).status).toBe(401);
    }
    expect(
      (await clientOf(bench.dashboard.url, 'posewatch_session=' + 'a'.repeat(43)).call('GET', '/api/cameras')).status,
    ).toBe(401);
  });

  it('lets viewers read and acknowledge, and nothing else', async () => {
    const { paths } = await description();
    const writes = Object.entries(paths).flatMap(([where, methods]) =>
      Object.keys(methods)
        .filter((method) => method !== 'get')
        .map((method) => ({ method: method.toUpperCase(), where: where.replace(/\{\w+\}/g, 'x1') })),
    );
    const mayReach: string[] = [];
    for (const { method, where } of writes) {
      if (where === '/api/session') continue;
      const { status } = await bench.dashboard.viewer.call(method, where);
      if (status !== 403) mayReach.push(`${method} ${where}`);
    }
    expect(mayReach.sort()).toEqual([
      'DELETE /api/events/x1/acknowledgement',
      'POST /api/events/x1/acknowledgement',
      'POST /api/search/movements',
      'POST /api/search/similar',
      'PUT /api/session/password',
    ]);
    expect((await bench.dashboard.viewer.call('GET', '/api/cameras')).status).toBe(200);
  });

  it('refuses writes that another site makes in the name of a user', async () => {
    const body = JSON.stringify({ name: 'x', url: 'rtsp://10.0.0.1/' });
    const headers = { 'content-type': 'application/json', origin: 'http://evil.example' };
    expect((await bench.dashboard.admin.send('/api/cameras', { method: 'POST', body, headers })).status).toBe(403);
    const own = { ...headers, origin: bench.dashboard.url };
    expect((await bench.dashboard.admin.send('/api/cameras', { method: 'POST', body, headers: own })).status).toBe(201);
  });
});

describe('the description of the API', () => {
  it('gives every answer a schema and every operation a name of its own', async () => {
    const { paths, components } = await description();
    const operations = Object.values(paths).flatMap((methods) => Object.values(methods));
    const names = operations.map((operation) => operation.operationId);
    expect(new Set(names).size).toBe(names.length);
    for (const { responses } of operations) {
      for (const response of Object.values(responses)) expect(response).toHaveProperty('content');
    }
    expect(Object.keys(components.schemas)).toEqual(
      expect.arrayContaining(['Camera', 'Track', 'Event', 'Video', 'ErrorAnswer', 'LiveUpdate']),
    );
    const text = JSON.stringify({ paths, components });
    for (const [, name] of text.matchAll(/"#\/components\/schemas\/(\w+)"/g))
      expect(components.schemas).toHaveProperty(name);
    expect(text).not.toContain('#/$defs');
  });

  it('is shown as a page that loads nothing from elsewhere', async () => {
    const page = await bench.dashboard.admin.call('GET', '/api/docs');
    expect(page.status).toBe(200);
    const sources = [...String(page.body).matchAll(/(?:src|href)="([^"]+)"/g)].map(([, source]) => source);
    expect(sources.length).toBeGreaterThan(2);
    for (const source of sources) {
      const resolved = new URL(source, `${bench.dashboard.url}/api/docs`);
      expect(resolved.origin).toBe(bench.dashboard.url);
      expect((await bench.dashboard.admin.call('GET', resolved.pathname)).status).toBe(200);
    }
  });
});

describe('protection of the page', () => {
  it('sends a policy that keeps scripts and connections to the same origin', async () => {
    const { headers } = await bench.dashboard.nobody.call('GET', '/');
    const policy = headers.get('content-security-policy') ?? '';
    expect(policy).toContain("script-src 'self';");
    expect(policy).toContain("connect-src 'self'");
    expect(policy).not.toMatch(/https?:|\*/);
    expect(headers.get('x-content-type-options')).toBe('nosniff');
    expect(headers.get('x-powered-by')).toBeNull();
  });

  it('says what to do while the page has not been built, then serves it at each of its addresses', async () => {
    const before = await bench.dashboard.nobody.call('GET', '/cameras/cam_1');
    expect(before.status).toBe(503);
    expect(before.body).toContain('npm run build');
    const folder = bench.dashboard.parts.pageDir;
    await mkdir(path.join(folder, 'assets'), { recursive: true });
    await writeFile(path.join(folder, 'index.html'), '<title>Posewatch</title>');
    await writeFile(path.join(folder, 'assets', 'app-1a2b.js'), 'run();');
    for (const where of ['/', '/cameras/cam_1', '/index.html']) {
      const page = await bench.dashboard.nobody.call('GET', where);
      expect([page.status, page.body]).toEqual([200, '<title>Posewatch</title>']);
      expect(page.headers.get('cache-control')).toBe('no-cache');
    }
    const asset = await bench.dashboard.nobody.call('GET', '/assets/app-1a2b.js');
    expect(asset.headers.get('cache-control')).toContain('immutable');
    expect([asset.headers.get('content-encoding'), asset.body]).toEqual(['gzip', 'run();']);
    const headers = { 'accept-encoding': 'identity' };
    const plain = await bench.dashboard.nobody.send('/assets/app-1a2b.js', { headers });
    expect([plain.headers.get('content-encoding'), plain.body]).toEqual([null, 'run();']);
    expect((await bench.dashboard.nobody.call('GET', '/assets/gone.js')).status).toBe(404);
    expect((await bench.dashboard.nobody.call('GET', '/..%2fsecret.key')).status).toBe(404);
  });
});
