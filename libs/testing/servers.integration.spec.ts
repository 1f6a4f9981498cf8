import pg from 'pg';
import { startPostgres, startRedis } from './servers.js';

describe('servers for tests', () => {
  it('start, survive a kill and keep their data', async () => {
    const [redis, postgres] = await Promise.all([startRedis(), startPostgres()]);
    const query = async (text: string): Promise<unknown[]> => {
      const client = new pg.Client({ connectionString: postgres.url });
      await client.connect();
      const result = await client.query<Record<string, unknown>>(text);
      await client.end();
      return result.rows;
    };
    await query('CREATE TABLE kept (n int)');
    await postgres.kill();
    await postgres.restart();
    expect(await query('SELECT count(*)::int AS n FROM kept')).toEqual([{ n: 0 }]);
    await redis.stop();
    await postgres.stop();
  }, 60_000);
});
