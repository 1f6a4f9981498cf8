import { benchOfFile, clientOf, PASSWORD, type Answer, type Client } from '../test-client.js';

jest.setTimeout(30_000);

const bench = benchOfFile();

interface UserLogin {
  readonly user: { readonly id: string; readonly name: string; readonly role: string };
  readonly password: string;
}

const cookieOf = (answer: Answer): string => (answer.headers.get('set-cookie') ?? '').split(';', 1)[0];
const messageOf = (answer: Answer): string => (answer.body as { error: { message: string } }).error.message;

async function add(name: string, role = 'viewer'): Promise<UserLogin> {
  const answer = await bench.dashboard.admin.call('POST', '/api/users', { name, role });
  expect(answer.status).toBe(201);
  return answer.body as UserLogin;
}

async function logIn(name: string, password: string): Promise<Client | null> {
  const answer = await bench.dashboard.nobody.call('POST', '/api/session', { name, password });
  return answer.status === 200 ? clientOf(bench.dashboard.url, cookieOf(answer)) : null;
}

const isIn = async (client: Client | null): Promise<boolean> =>
  (await client?.call('GET', '/api/session'))?.status === 200;

describe('an account', () => {
  it('is made with a password that is told once, and is what its role says', async () => {
    const { user, password } = await add('Nadia');
    expect(password).toMatch(/^[\w]{5}(-[\w]{5}){3}$/);
    const nadia = await logIn('Nadia', password);
    expect(await isIn(nadia)).toBe(true);
    expect((await nadia?.call('POST', '/api/users', { name: 'x', role: 'viewer' }))?.status).toBe(403);
    expect((await nadia?.call('GET', '/api/users'))?.status).toBe(403);
    const list = await bench.dashboard.admin.call('GET', '/api/users');
    expect(list.body).toMatchObject({ users: [{ name: 'Nadia' }, { name: 'admin' }, { name: 'viewer' }] });
    expect(JSON.stringify(list.body)).not.toContain('hash');
    expect(JSON.stringify(list.body)).toContain(user.id);
  });

  it('needs a name of its own and a known role', async () => {
    await add('Omar');
    const { admin } = bench.dashboard;
    expect((await admin.call('POST', '/api/users', { name: 'Omar', role: 'admin' })).status).toBe(409);
    expect((await admin.call('POST', '/api/users', { name: 'Olga', role: 'owner' })).status).toBe(400);
    expect((await admin.call('POST', '/api/users', { name: ' ', role: 'viewer' })).status).toBe(400);
  });

  it('that is removed is gone with its logins', async () => {
    const { user, password } = await add('Pia');
    const pia = await logIn('Pia', password);
    expect((await bench.dashboard.admin.call('DELETE', `/api/users/${user.id}`)).status).toBe(200);
    expect(await isIn(pia)).toBe(false);
    expect(await logIn('Pia', password)).toBeNull();
    expect((await bench.dashboard.admin.call('DELETE', `/api/users/${user.id}`)).status).toBe(404);
  });

  it('of the last administrator stays, also when two remove each other at once', async () => {
    const { admin, parts } = bench.dashboard;
    const { user, password } = await add('Second', 'admin');
    const second = await logIn('Second', password);
    const first = await parts.database.user.findUniqueOrThrow({ where: { name: 'admin' } });
    await Promise.all([
      admin.call('DELETE', `/api/users/${user.id}`),
      second?.call('DELETE', `/api/users/${first.id}`),
    ]);
    const left = await parts.database.user.findMany({ where: { role: 'admin' } });
    expect(left).toHaveLength(1);
    const keeper = left[0].name === 'admin' ? admin : second;
    const refused = await keeper?.call('DELETE', `/api/users/${left[0].id}`);
    expect(refused?.status).toBe(409);
    expect(refused === undefined ? '' : messageOf(refused)).toContain('last administrator');
    if (left[0].name !== 'admin') throw new Error('the other tests need the first administrator');
  });
});

describe('a password', () => {
  const next = 'a longer one than before';

  it('is changed by its owner, whose other logins end', async () => {
    const { password } = await add('Rosa');
    const [here, elsewhere] = [await logIn('Rosa', password), await logIn('Rosa', password)];
    const answer = await here?.call('PUT', '/api/session/password', { current: password, next });
    expect(answer?.status).toBe(200);
    const renewed = answer === undefined ? null : clientOf(bench.dashboard.url, cookieOf(answer));
    expect([await isIn(here), await isIn(elsewhere), await isIn(renewed)]).toEqual([false, false, true]);
    expect(await logIn('Rosa', password)).toBeNull();
    expect(await isIn(await logIn('Rosa', next))).toBe(true);
  });

  it('is changed only by somebody who knows the current one, and never to a short one', async () => {
    const { viewer, nobody } = bench.dashboard;
    const wrong = await viewer.call('PUT', '/api/session/password', { current: 'not it', next });
    expect([wrong.status, messageOf(wrong)]).toEqual([400, 'The current password is wrong.']);
    const short = await viewer.call('PUT', '/api/session/password', { current: PASSWORD, next: 'short' });
    expect([short.status, messageOf(short)]).toEqual([400, 'next: must have at least 10 characters']);
    expect((await nobody.call('PUT', '/api/session/password', { current: PASSWORD, next })).status).toBe(401);
    expect(await isIn(viewer)).toBe(true);
  });

  it('cannot be guessed through the change either', async () => {
    const { password } = await add('Sam');
    const sam = await logIn('Sam', password);
    const tries: (number | undefined)[] = [];
    for (let i = 0; i < 7; i++) {
      tries.push((await sam?.call('PUT', '/api/session/password', { current: `guess ${i}`, next }))?.status);
    }
    expect(tries).toEqual([400, 400, 400, 400, 400, 400, 429]);
  });

  it('is reset by an administrator, which ends every login of its owner', async () => {
    const { user, password } = await add('Tom');
    const tom = await logIn('Tom', password);
    const reset = await bench.dashboard.admin.call('POST', `/api/users/${user.id}/password`);
    expect(await isIn(tom)).toBe(false);
    expect(await logIn('Tom', password)).toBeNull();
    expect(await isIn(await logIn('Tom', (reset.body as UserLogin).password))).toBe(true);
    expect((await bench.dashboard.admin.call('POST', '/api/users/usr_nobody/password')).status).toBe(404);
  });
});
