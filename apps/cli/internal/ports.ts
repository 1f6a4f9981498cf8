import net from 'node:net';

/** A TCP port of 127.0.0.1 that was free a moment ago. */
export async function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = net.createServer();
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() => {
        if (address === null || typeof address === 'string') reject(new Error('The system gave no port.'));
        else resolve(address.port);
      });
    });
  });
}

/** Null when the port can be listened on, else the system's reason such as `EADDRINUSE` or `EACCES`. */
export async function portProblem(port: number, host: string): Promise<string | null> {
  return new Promise((resolve) => {
    const server = net.createServer();
    server.once('error', (problem: NodeJS.ErrnoException) => {
      resolve(problem.code ?? problem.message);
    });
    server.listen({ port, host, exclusive: true }, () => {
      server.close(() => {
        resolve(null);
      });
    });
  });
}

/** The wanted port where it is free, else a free one: how a private server keeps its address across restarts. */
export async function rememberedPort(wanted: number | null): Promise<number> {
  if (wanted !== null && (await portProblem(wanted, '127.0.0.1')) === null) return wanted;
  return freePort();
}
